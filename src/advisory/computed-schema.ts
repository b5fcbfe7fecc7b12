import type { DatabaseSync } from 'node:sqlite';

/** Greater than any value of a real database: a computed one could have a gigabyte. */
const VALUE_BYTES_MAX = 64 * 1024 * 1024;

const COMPUTED_OBJECTS =
  "SELECT name, type FROM sqlite_master WHERE type IN ('view', 'trigger') OR (type = 'table' AND rootpage = 0)";
const COMPUTED_COLUMNS =
  "SELECT m.name AS name, 'generated column' AS type FROM sqlite_master m JOIN pragma_table_xinfo(m.name) x WHERE m.type = 'table' AND x.hidden <> 0";

/**
 * Returns an object of the schema with computed values, such as `"bomb" has or is a view`: SQLite
 * evaluates generated columns, views and virtual tables on every query, so that a small file could
 * fill the memory. Also limits the size of values that the connection reads.
 */
export function findComputedValues(database: DatabaseSync): string | undefined {
  database.exec('PRAGMA trusted_schema = OFF');
  database.limits.length = VALUE_BYTES_MAX;
  const found =
    database.prepare(COMPUTED_OBJECTS).get() ?? database.prepare(COMPUTED_COLUMNS).get();
  return found && `${JSON.stringify(found['name'])} has or is a ${String(found['type'])}`;
}
