import { findSchemeByName } from '../../version/scheme-by-name.ts';

/** No scheme has this name, so a comparison with such a range is undecided. */
export const UNORDERED = 'unordered';

/** A version that can be ordered: it starts with a number and has no spaces. */
const ORDERED = /^[vV]?[0-9][0-9A-Za-z.+_~:-]*$/;
/** A later build of a release, which schemes for products order before the release. */
const HOTFIX = /\d-h(?:otfix)?\d+$/i;

/** Returns whether a scheme can order a version. */
export function isVersion(text: string, scheme: string): boolean {
  const isOrdered = ORDERED.test(text) && !HOTFIX.test(text);
  return isOrdered && findSchemeByName(scheme)?.parse(text) !== undefined;
}
