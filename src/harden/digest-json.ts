import { createHash } from 'node:crypto';
import { compareText } from '../core/compare-text.ts';
import type { Digest } from '../core/digest.ts';

/** Returns the SHA-256 of a value as JSON with sorted members. */
export function digestJson(value: unknown): Digest {
  const text = JSON.stringify(value, (_, member: unknown) => sortMembers(member));
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function sortMembers(value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value).toSorted(([left], [right]) => compareText(left, right)),
      )
    : value;
}
