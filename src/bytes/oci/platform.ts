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
