import { assert } from '../core/assert.ts';
import { isNameMatch, type NamePattern, parseStars } from '../core/name-pattern.ts';

/** A path pattern of a `Want`, taken apart. */
export interface PathPattern {
  /** Without a leading `**`, the pattern must fit the whole path from the root. */
  readonly isAnchored: boolean;
  readonly segments: readonly string[];
  /** A slash and all segments, where none has a `*`. */
  readonly literal: string | undefined;
  /** What every path begins with that fits: the segments before the first with a `*`. */
  readonly start: string;
  /** The pattern of each name, the last name first. */
  readonly names: readonly NamePattern[];
}

/** Patterns are written by us: one that is not of the known form is our own mistake. */
export function parsePathPattern(text: string): PathPattern {
  const isAnchored = !text.startsWith('**/');
  const rest = isAnchored ? text.slice(1) : text.slice(3);
  assert(!isAnchored || text.startsWith('/'), `a path pattern begins with / or **/: ${text}`);
  const segments = rest.split('/');
  const isWellFormed = segments.every(
    (segment) => segment !== '' && segment !== '.' && segment !== '..' && !segment.includes('**'),
  );
  assert(isWellFormed, `a path pattern has names and * only: ${text}`);
  return {
    isAnchored,
    segments,
    start: isAnchored ? text.slice(0, text.lastIndexOf('/', text.indexOf('*')) + 1) : '/',
    literal: rest.includes('*') ? undefined : `/${rest}`,
    names: segments.toReversed().map(parseStars),
  };
}

/** Whether an absolute, normalised path fits. */
export function fitsPath(pattern: PathPattern, path: string): boolean {
  const { names, isAnchored, literal, start } = pattern;
  if (literal !== undefined) {
    return isAnchored ? path === literal : path.endsWith(literal);
  }
  if (!path.startsWith(start)) {
    return false;
  }
  // Compared from the last name up, so that only as much of the path is looked at as the pattern
  // has names.
  let end = path.length;
  for (const name of names) {
    const slash = path.lastIndexOf('/', end - 1);
    if (slash < 0 || end <= 0 || !isNameMatch(name, path.slice(slash + 1, end))) {
      return false;
    }
    end = slash;
  }
  return !isAnchored || end === 0;
}
