import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';

/**
 * Look-ups are spread over the whole file and rarely read a page twice; SQLite's default is 500.
 */
const CACHED_PAGES = 32;

/**
 * Opens a SQLite file that is never written again, without locks and without checking for a
 * journal.
 */
export function openImmutable(file: string): DatabaseSync {
  const url = pathToFileURL(file);
  url.searchParams.set('immutable', '1');
  const database = new DatabaseSync(url, { readOnly: true });
  database.exec(`PRAGMA cache_size = ${CACHED_PAGES}`);
  return database;
}
