/**
 * Platforms that a statement may require, and the `ID`s of their distributions.
 *
 * Origin: our own.
 */
export interface PlatformRule {
  readonly vendor: string;
  readonly product: RegExp;
  /** Empty: no package that we detect runs on it. */
  readonly systems: readonly string[];
  /** If true, it does not match even if the distribution is unknown. */
  readonly isNever: boolean;
}

/**
 * We do not detect plug-ins of content management systems; os-release identifies the other
 * platforms. Platforms that are not listed, such as hardware, cannot be detected and count as
 * matching.
 */
export const PLATFORM_RULES: readonly PlatformRule[] = [
  { vendor: 'wordpress', product: /^wordpress$/, systems: [], isNever: true },
  { vendor: 'microsoft', product: /^windows/, systems: ['windows'], isNever: false },
  { vendor: 'canonical', product: /^ubuntu_linux$/, systems: ['ubuntu'], isNever: false },
  { vendor: 'ubuntu', product: /^/, systems: ['ubuntu'], isNever: false },
  { vendor: 'debian', product: /^(debian_linux|linux)$/, systems: ['debian'], isNever: false },
];
