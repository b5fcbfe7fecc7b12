/** Names as Go's `GOOS` and `GOARCH` have them; empty where nothing is said. */
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

/** Other spellings of architectures, as containerd takes them. */
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
 * Reads `os/architecture/variant`, or a part of it such as `linux/arm64`, `arm64`, `arm/v7` or
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

/** The platform that containers of this machine have: Linux, whatever the machine itself runs. */
export function hostPlatform(architecture: string): Platform {
  const [known] = ARCHITECTURES.get(architecture) ?? [architecture];
  return { os: 'linux', architecture: known, variant: '' };
}

/** Whether a platform is the one asked for, in all that was asked. */
export function fitsPlatform(actual: Platform, asked: Platform): boolean {
  return (
    (asked.os === '' || actual.os === asked.os) &&
    (asked.architecture === '' || actual.architecture === asked.architecture) &&
    (asked.variant === '' || variantOf(actual) === variantOf(asked))
  );
}

/** Variants of an architecture, each able to run those after it. */
const COMPATIBLE_VARIANTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['arm', ['v7', 'v6', 'v5']],
  ['arm64', ['v8']],
]);

/** Every machine of the architecture has this variant. */
const BASE_VARIANTS: ReadonlyMap<string, string> = new Map([['arm64', 'v8']]);

/** The variant that a machine of the architecture is assumed to have. */
const HOST_VARIANTS: ReadonlyMap<string, string> = new Map([
  ['arm', 'v7'],
  ['arm64', 'v8'],
]);

/**
 * The platforms that satisfy a request, the preferred one first. An entry of an index must equal
 * one of them. containers/image, `internal/pkg/platform`, `WantedPlatforms`.
 *
 * @param asked what the user asked for; absent: what this machine runs
 */
export function listWantedPlatforms(asked: Platform | undefined, hostArchitecture: string) {
  const host = hostPlatform(hostArchitecture);
  const os = asked?.os || host.os;
  const architecture = asked?.architecture || host.architecture;
  const isHostArchitecture = (asked?.architecture ?? '') === '';
  const hostVariant = isHostArchitecture ? HOST_VARIANTS.get(architecture) : undefined;
  const variant = asked?.variant || (hostVariant ?? '');
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

/** The position of a platform among those wanted; -1 if it is not one of them. */
export function findPlatformRank(platform: Platform, wanted: readonly Platform[]): number {
  return wanted.findIndex(
    ({ os, architecture, variant }) =>
      os === platform.os && architecture === platform.architecture && variant === platform.variant,
  );
}

/**
 * The one spelling of a platform, so that two entries that some runtime takes for the same platform
 * compare as equal. containerd/platforms, `Normalize`.
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
    variant: isBase ? '' : variantOf({ os, architecture, variant }),
  };
}

/** The variant, or the one that is meant where none is given. */
function variantOf({ architecture, variant }: Platform): string {
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

export function platformText({ os, architecture, variant }: Platform): string {
  const parts = [os === '' ? 'unknown' : os, architecture === '' ? 'unknown' : architecture];
  return (variant === '' ? parts : [...parts, variant]).join('/');
}
