import { createHash } from 'node:crypto';
import type { SqlValue } from './sql/store-engine.ts';

/*
 * Texts in columns are for display and search. PostgreSQL rejects the character NUL and malformed
 * Unicode in them, so both are replaced on every engine. Documents and components keep them.
 */

const NUL = '\0';
const REPLACEMENT = '\u{FFFD}';

/** Returns a text as columns contain it. */
export function toStoredText(text: string): string {
  return text.toWellFormed().replaceAll(NUL, REPLACEMENT);
}

/** Returns a value as columns contain it. */
export function toStoredValue(value: SqlValue | undefined): SqlValue {
  return typeof value === 'string' ? toStoredText(value) : (value ?? null);
}

/** Returns a short key of a text, which has no limit of its own. */
export function digestKey(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
