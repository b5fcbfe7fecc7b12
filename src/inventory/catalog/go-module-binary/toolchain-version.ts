/** The version of the Go toolchain, without the enabled experiments. */
export interface ToolchainVersion {
  /** In Go's form, such as `go1.26.8`, without a suffix. */
  readonly version: string;
  readonly experiments: readonly string[];
}

const EXPERIMENTS = 'X:';

/**
 * Parses Go's own form: `go1.21.0 X:boringcrypto`, `go1.26.8-X:nodwarf5` (since Go 1.26), `devel
 * go1.22-a1b2c3d Tue …`.
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

/**
 * Version and the mark of a candidate, such as `rc2` in `1.21rc2`; the number of digits is bounded.
 */
const NUMBER = /(\d{1,9}(?:\.\d{1,9}){0,2})(\w{0,64})/;

/** Returns the CPE of the standard library; `undefined` if the version has no number. */
export function createStandardLibraryCpe(version: string): string | undefined {
  const [, number, candidate] = NUMBER.exec(version.split('+', 1)[0] ?? '') ?? [];
  return number === undefined
    ? undefined
    : `cpe:2.3:a:golang:go:${number}:${candidate || '-'}:*:*:*:*:*:*`;
}
