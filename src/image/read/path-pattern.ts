import { assert } from '../../foundation/core/assert.ts';
import { isNameMatch, type NamePattern, parseStars } from '../../foundation/core/name-pattern.ts';

/** A parsed path pattern of a `Want`. */
export interface PathPattern {
  /** Whether the pattern has no leading `**` and must match the whole path from the root. */
  readonly isAnchored: boolean;
  readonly segments: readonly string[];
  /** A slash and all segments, if none has a `*`. */
  readonly literal: string | undefined;
  /** Start of every matching path: the segments before the first with a `*`. */
  readonly start: string;
  /** The pattern of each name, the base name first. */
  readonly names: readonly NamePattern[];
}

/** Patterns are part of the program: a malformed one is a bug. */
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

/** Returns whether a pattern matches an absolute, normalized path. */
export function isPathMatch(pattern: PathPattern, path: string): boolean {
  const { names, isAnchored, literal, start } = pattern;
  if (literal !== undefined) {
    return isAnchored ? path === literal : path.endsWith(literal);
  }
  if (!path.startsWith(start)) {
    return false;
  }
  // Compared from the base name up, so that only as many names of the path are read as the pattern
  // has.
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
