/**
 * File name of the optional shard next to the database's generations. In a module of its own, so
 * that a run without the index does not load SQLite.
 */
export const ARCHIVE_INDEX_FILE = 'java-sha1.db';
