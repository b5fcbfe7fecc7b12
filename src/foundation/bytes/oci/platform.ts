/** Names as in Go's `GOOS` and `GOARCH`; empty if unknown. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string;
}

const SYSTEMS = new Set([
  'linux',
  'windows',
  'darwin',
  'freebsd',
  'netbsd',
  'openbsd',
  'solaris',
  'wasip1',
]);

/** Other spellings of architectures that containerd accepts. */
const ARCHITECTURES: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['x86_64', ['amd64', '']],
  ['x86-64', ['amd64', '']],
  ['x64', ['amd64', '']],
  ['i386', ['386', '']],
  ['ia32', ['386', '']],
  ['aarch64', ['arm64', '']],
  ['armhf', ['arm', 'v7']],
  ['armel', ['arm', 'v6']],
  ['ppc64el', ['ppc64le', '']],
]);

/**
 * Parses `os/architecture/variant` or a part of it, such as `linux/arm64`, `arm64`, `arm/v7` or
 * `windows`.
 */
export function parsePlatform(text: string): Platform | undefined {
  const parts = text.toLowerCase().split('/');
  if (parts.length > 3 || parts.some((part) => !/^[a-z0-9_.-]{1,64}$/.test(part))) {
    return undefined;
  }
  const isNamedSystem = parts.length === 3 || SYSTEMS.has(parts[0] ?? '');
  const [os = '', name = '', variant = ''] = isNamedSystem ? parts : ['', ...parts];
  const [architecture, impliedVariant] = ARCHITECTURES.get(name) ?? [name, ''];
  return { os, architecture, variant: variant === '' ? impliedVariant : variant };
}

/** Returns the platform of containers on this machine: always Linux. */
export function getHostPlatform(architecture: string): Platform {
  const [known] = ARCHITECTURES.get(architecture) ?? [architecture];
  return { os: 'linux', architecture: known, variant: '' };
}

/** Returns whether a platform matches the request in every requested property. */
export function isPlatformMatch(actual: Platform, requested: Platform): boolean {
  return (
    (requested.os === '' || actual.os === requested.os) &&
    (requested.architecture === '' || actual.architecture === requested.architecture) &&
    (requested.variant === '' || getVariant(actual) === getVariant(requested))
  );
}

/** Variants of an architecture, each compatible with those after it. */
const COMPATIBLE_VARIANTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['arm', ['v7', 'v6', 'v5']],
  ['arm64', ['v8']],
]);

/** Variant that every machine of the architecture has. */
const BASE_VARIANTS: ReadonlyMap<string, string> = new Map([['arm64', 'v8']]);

/** Variant that a machine of the architecture is assumed to have. */
const HOST_VARIANTS: ReadonlyMap<string, string> = new Map([
  ['arm', 'v7'],
  ['arm64', 'v8'],
]);

/**
 * Returns the platforms that satisfy a request, the preferred one first. An index entry must equal
 * one of these platforms. containers/image, `internal/pkg/platform`, `WantedPlatforms`.
 *
 * @param asked the requested platform; if absent, the platform of this machine
 */
export function listWantedPlatforms(requested: Platform | undefined, hostArchitecture: string) {
  const host = getHostPlatform(hostArchitecture);
  const os = requested?.os || host.os;
  const architecture = requested?.architecture || host.architecture;
  const isHostArchitecture = (requested?.architecture ?? '') === '';
  const hostVariant = isHostArchitecture ? HOST_VARIANTS.get(architecture) : undefined;
  const variant = requested?.variant || (hostVariant ?? '');
  return listVariants(architecture, variant).map((each) => ({ os, architecture, variant: each }));
}

function listVariants(architecture: string, variant: string): readonly string[] {
  if (variant === '') {
    const base = BASE_VARIANTS.get(architecture);
    return base === undefined ? [''] : ['', base];
  }
  const known = COMPATIBLE_VARIANTS.get(architecture) ?? [];
  const at = known.indexOf(variant);
  return [...(at < 0 ? [variant] : known.slice(at)), ''];
}

/** Returns the rank of a platform among the wanted ones; -1 if it is not one of them. */
export function findPlatformRank(platform: Platform, wanted: readonly Platform[]): number {
  return wanted.findIndex(
    ({ os, architecture, variant }) =>
      os === platform.os && architecture === platform.architecture && variant === platform.variant,
  );
}

/**
 * Returns the normalized form of a platform, so that entries that a runtime treats as the same
 * platform compare as equal. containerd/platforms, `Normalize`.
 */
export function normalizePlatform(platform: Platform): Platform {
  const os = platform.os.toLowerCase();
  const name = platform.architecture.toLowerCase();
  const [architecture, implied] = ARCHITECTURES.get(name) ?? [name, ''];
  const written = platform.variant.toLowerCase() || implied;
  const variant = /^\d/.test(written) ? `v${written}` : written;
  const isBase = architecture === 'amd64' && variant === 'v1';
  return {
    os: os === '' ? 'linux' : os === 'macos' ? 'darwin' : os,
    architecture,
    variant: isBase ? '' : getVariant({ os, architecture, variant }),
  };
}

/** Returns the variant, or the implied one if there is none. */
function getVariant({ architecture, variant }: Platform): string {
  if (variant !== '') {
    return variant;
  }
  switch (architecture) {
    case 'arm':
      return 'v7';
    case 'arm64':
      return 'v8';
    default:
      return '';
  }
}

export function formatPlatform({ os, architecture, variant }: Platform): string {
  const parts = [os === '' ? 'unknown' : os, architecture === '' ? 'unknown' : architecture];
  return (variant === '' ? parts : [...parts, variant]).join('/');
}
