/**
 * Platforms that a statement may ask for, and the `ID`s of the distributions that are one.
 *
 * Origin: our own.
 */
export interface PlatformRule {
  readonly vendor: string;
  readonly product: RegExp;
  /** Empty: no package that we know runs on it. */
  readonly systems: readonly string[];
  /** Does not hold even where the distribution is unknown. */
  readonly isNever: boolean;
}

/**
 * A plug-in of a content management system is no package that we know; the others are told by
 * os-release. Platforms that are not listed, such as hardware, cannot be told and hold.
 */
export const PLATFORM_RULES: readonly PlatformRule[] = [
  { vendor: 'wordpress', product: /^wordpress$/, systems: [], isNever: true },
  { vendor: 'microsoft', product: /^windows/, systems: ['windows'], isNever: false },
  { vendor: 'canonical', product: /^ubuntu_linux$/, systems: ['ubuntu'], isNever: false },
  { vendor: 'ubuntu', product: /^/, systems: ['ubuntu'], isNever: false },
  { vendor: 'debian', product: /^(debian_linux|linux)$/, systems: ['debian'], isNever: false },
];
