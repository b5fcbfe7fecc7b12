import { createHash } from 'node:crypto';

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

/** Returns a short key of a text, which has no limit of its own. */
export function digestKey(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
