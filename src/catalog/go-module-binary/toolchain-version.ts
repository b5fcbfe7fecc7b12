/** The version of the Go toolchain, apart from the experiments that were on. */
export interface ToolchainVersion {
  /** As Go writes it, e.g. `go1.26.8`, without what comes after it. */
  readonly version: string;
  readonly experiments: readonly string[];
}

const EXPERIMENTS = 'X:';

/**
 * Takes apart what Go wrote: `go1.21.0 X:boringcrypto`, `go1.26.8-X:nodwarf5` (since Go 1.26),
 * `devel go1.22-a1b2c3d Tue …`.
 */
export function parseToolchainVersion(text: string): ToolchainVersion {
  const words = text.split(' ').filter((word) => word !== '');
  const [first = '', ...rest] = words[0] === 'devel' && words.length > 1 ? words.slice(1) : words;
  const suffix = first.indexOf(`-${EXPERIMENTS}`);
  const lists = rest
    .filter((word) => word.startsWith(EXPERIMENTS))
    .map((word) => word.slice(EXPERIMENTS.length));
  if (suffix >= 0) {
    lists.unshift(first.slice(suffix + EXPERIMENTS.length + 1));
  }
  return {
    version: suffix < 0 ? first : first.slice(0, suffix),
    experiments: lists.flatMap((list) => list.split(',')).filter((name) => name !== ''),
  };
}

/** Version and what marks a candidate, such as `rc2` in `1.21rc2`; digits are bounded. */
const NUMBER = /(\d{1,9}(?:\.\d{1,9}){0,2})(\w{0,64})/;

/** The CPE of the standard library; `undefined` where the version has no number. */
export function standardLibraryCpe(version: string): string | undefined {
  const [, number, candidate] = NUMBER.exec(version.split('+', 1)[0] ?? '') ?? [];
  return number === undefined
    ? undefined
    : `cpe:2.3:a:golang:go:${number}:${candidate || '-'}:*:*:*:*:*:*`;
}
