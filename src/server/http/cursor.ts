import { createHash } from 'node:crypto';
import { UserError } from '../../foundation/core/error.ts';

/** The place after which a list continues. */
export interface Cursor<Key> {
  /** All pages of a list show the same revision. */
  readonly revision: number;
  readonly key: Key;
}

const FILTER_CHARS = 16;

/** Writes a cursor, which only continues a list with the same filters. It is not a secret. */
function writeCursor<Key>(cursor: Cursor<Key>, filters: unknown): string {
  const text = JSON.stringify([digestFilters(filters), cursor.revision, cursor.key]);
  return Buffer.from(text).toString('base64url');
}

/**
 * Reads the result of {@link writeCursor}; `undefined` for the first page, which has no cursor.
 *
 * @throws UserError `E_USAGE`
 */
export function readCursor<Key>(
  text: string | undefined,
  filters: unknown,
  isKey: (key: unknown) => key is Key,
): Cursor<Key> | undefined {
  if (text === undefined) {
    return undefined;
  }
  const [digest, revision, key] = parseParts(text);
  if (digest !== digestFilters(filters) || typeof revision !== 'number' || !isKey(key)) {
    throw new UserError('E_USAGE', 'the cursor is malformed, or belongs to other filters', {
      hint: 'request the first page again, without "cursor"',
    });
  }
  return { revision, key };
}

function parseParts(text: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}

function digestFilters(filters: unknown): string {
  return createHash('sha256').update(JSON.stringify(filters)).digest('hex').slice(0, FILTER_CHARS);
}

/** Adds the cursor of the next page to a page, unless it is the last one. */
export function addNext<Page extends { readonly revision: number }>(
  page: Page,
  key: unknown,
  filters: unknown,
): Page & { readonly next?: string } {
  const { revision } = page;
  return key === undefined ? page : { ...page, next: writeCursor({ revision, key }, filters) };
}

export function isNumberKey(key: unknown): key is number {
  return typeof key === 'number';
}
