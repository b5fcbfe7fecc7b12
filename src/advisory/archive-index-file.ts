/**
 * The optional shard beside the generations of the database. Its name is apart from what opens it,
 * so that a run without it does not load SQLite.
 */
export const ARCHIVE_INDEX_FILE = 'java-sha1.db';
