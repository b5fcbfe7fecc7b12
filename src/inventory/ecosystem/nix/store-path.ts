/** Parts of the name of a path in a Nix store. */
export interface NixStoreName {
  readonly hash: string;
  readonly name: string;
  readonly version: string;
  /** Empty for the main output. */
  readonly output: string;
}

const UNSTABLE_VERSION = /-(unstable-[0-9]{4}-[0-9]{2}-[0-9]{2})$/;
/** The first part that begins with a digit, and parts that may follow it in a version. */
const VERSION =
  /-([0-9][a-zA-Z0-9]*(?:\.[0-9][a-zA-Z0-9]*)?(?:\.(?:0|[1-9][a-zA-Z0-9]*)){0,3}(?:-([.0-9a-zA-Z-]*))?(?:\+[.0-9a-zA-Z-]+)?)/;

/**
 * Splits names such as `h0cnbmfcn93xm5dg2x27ixhag1cwndga-glibc-2.34-210-bin`: the last part of the
 * version is an output if it has no digit. Returns `undefined` if the name has no version, and for
 * derivations, which are recipes. Nixpkgs manual, "Package naming".
 */
export function parseStoreName(text: string): NixStoreName | undefined {
  const found = UNSTABLE_VERSION.exec(text) ?? VERSION.exec(text);
  if (found === null || text.endsWith('.drv')) {
    return undefined;
  }
  const [, whole = '', tail = ''] = found;
  const [hash = '', ...words] = text.slice(0, found.index).split('-');
  const name = words.join('-');
  if (hash === '' || name === '') {
    return undefined;
  }
  const last = tail.slice(tail.lastIndexOf('-') + 1);
  const isOutput = last !== '' && !/[0-9]/.test(last) && whole.endsWith(`-${last}`);
  return {
    hash,
    name,
    version: isOutput ? whole.slice(0, -last.length - 1) : whole,
    output: isOutput ? last : '',
  };
}
