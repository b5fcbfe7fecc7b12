import { assert } from '../core/assert.ts';

/** A path pattern of a `Want`, taken apart. */
export interface PathPattern {
  /** Without a leading `**`, the pattern must fit the whole path from the root. */
  readonly isAnchored: boolean;
  readonly segments: readonly string[];
  /** A slash and all segments, where none has a `*`. */
  readonly literal: string | undefined;
  /** What every path begins with that fits: the segments before the first with a `*`. */
  readonly start: string;
  /** Each segment as the texts between its stars. */
  readonly parts: readonly (readonly string[])[];
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
    parts: segments.map((segment) => segment.split('*')),
  };
}

/** Whether an absolute, normalised path fits. */
export function fitsPath(pattern: PathPattern, path: string): boolean {
  const { parts, isAnchored, literal, start } = pattern;
  if (literal !== undefined) {
    return isAnchored ? path === literal : path.endsWith(literal);
  }
  if (!path.startsWith(start)) {
    return false;
  }
  // Compared from the last name up, so that only as much of the path is looked at as the pattern
  // has names.
  let end = path.length;
  for (let index = parts.length - 1; index >= 0; index--) {
    const slash = path.lastIndexOf('/', end - 1);
    if (slash < 0 || end <= 0 || !fitsParts(parts[index] ?? [], path.slice(slash + 1, end))) {
      return false;
    }
    end = slash;
  }
  return !isAnchored || end === 0;
}

/** Whether a name fits a pattern in which `*` stands for any run of characters. */
export function fitsName(pattern: string, name: string): boolean {
  return fitsParts(pattern.split('*'), name);
}

function fitsParts(parts: readonly string[], name: string): boolean {
  const first = parts[0] ?? '';
  if (parts.length === 1) {
    return first === name;
  }
  const last = parts.at(-1) ?? '';
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) {
    return false;
  }
  let at = first.length;
  const end = name.length - last.length;
  for (let index = 1; index < parts.length - 1; index++) {
    const part = parts[index] ?? '';
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > end) {
      return false;
    }
    at = found + part.length;
  }
  return true;
}
