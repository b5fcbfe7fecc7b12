import { findSchemeByName } from '../../foundation/version/scheme-by-name.ts';

export interface VersionRange {
  /** Empty without a limit. */
  readonly from: string;
  readonly below: string;
}

/** `undefined` if a version cannot be compared: then it counts as inside, and is reported. */
export function isInRange(
  { type, version }: { readonly type: string; readonly version: string },
  { from, below }: VersionRange,
): boolean | undefined {
  const order = (bound: string): number | undefined => compareVersions(type, version, bound);
  const lower = from === '' ? 0 : order(from);
  const upper = below === '' ? -1 : order(below);
  if ((lower !== undefined && lower < 0) || (upper !== undefined && upper >= 0)) {
    return false;
  }
  return lower === undefined || upper === undefined ? undefined : true;
}

/** Compares by the scheme of a type of packages; `undefined` if it cannot. */
export function compareVersions(type: string, left: string, right: string): number | undefined {
  const scheme = findSchemeByName(type);
  const [one, other] = [scheme?.parse(left), scheme?.parse(right)];
  return scheme === undefined ||
    scheme.isUnordered === true ||
    one === undefined ||
    other === undefined
    ? undefined
    : scheme.compare(one, other);
}
