import { createHash } from 'node:crypto';
import type { Digest } from '../../foundation/core/digest.ts';
import { canonicalizeJson } from '../../foundation/syntax/json/canonical-json.ts';

/** Returns the SHA-256 of a value as canonical JSON. */
export function digestJson(value: unknown): Digest {
  return `sha256:${createHash('sha256').update(canonicalizeJson(value)).digest('hex')}`;
}
