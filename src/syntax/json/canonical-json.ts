import { compareText } from '../../core/compare-text.ts';

/**
 * Returns the one form of a JSON value that is hashed or signed: no spaces, and the members of
 * objects in the order of their UTF-16 code units. RFC 8785. Members that are `undefined` are left
 * out.
 */
export function canonicalizeJson(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map((item: unknown) => canonicalizeJson(item ?? null)).join(',')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([left], [right]) => compareText(left, right))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonicalizeJson(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}
