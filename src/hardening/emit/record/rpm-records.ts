import { readFileSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { RpmHeader, TAG } from '../../../foundation/bytes/rpm/header.ts';
import { readPackageBlobs } from '../../../foundation/bytes/rpm/package-blobs.ts';
import { isSqlite } from '../../../foundation/bytes/sqlite/sqlite-table.ts';
import { Budget } from '../../../foundation/core/budget.ts';
import { toBytes } from '../../../foundation/core/bytes.ts';
import { UserError } from '../../../foundation/core/error.ts';
import type { InventoryPackage } from '../../../foundation/core/inventory.ts';
import {
  groupByRecord,
  type RecordContext,
  type RecordKeeper,
  type WrittenRecord,
} from './contract.ts';

/**
 * Writes the unchanged headers of the packages that stay to a new SQLite database. rpm signs and
 * hashes a header as a whole, so its list of files cannot be reduced.
 */
export const rpmRecords: RecordKeeper = {
  catalogers: ['rpm-db'],
  listSources: (packages) => [...groupByRecord(packages).keys()],
  writeRecords: (packages, context) =>
    [...groupByRecord(packages)].map(([database, group]) =>
      writeDatabase(database, group, context),
    ),
};

function writeDatabase(
  database: string,
  packages: readonly InventoryPackage[],
  context: RecordContext,
): WrittenRecord {
  const bytes = toBytes(context.readFile(database));
  if (!isSqlite(bytes)) {
    throw new UserError(
      'E_UNSUPPORTED',
      `the rpm database "${database}" is not in SQLite format, and only that can be reduced`,
      {
        hint: 'convert it in the original image first: rpmdb --rebuilddb --define "_db_backend sqlite"',
      },
    );
  }
  const budget = new Budget(context.limits);
  const kept = new Set(packages.map(toPackageKey));
  const { blobs } = readPackageBlobs(bytes, context.limits);
  const headers = blobs.filter((blob) => {
    const header = RpmHeader.parse(blob, budget);
    return header !== undefined && kept.has(toHeaderKey(header));
  });
  return { path: database, content: createDatabase(headers, context.scratchFile), like: database };
}

function toPackageKey({ metadata }: InventoryPackage): string {
  const { name, version, release, architecture, epoch } = metadata?.value ?? {};
  return JSON.stringify([name, version, release, architecture, epoch ?? null]);
}

function toHeaderKey(header: RpmHeader): string {
  const epoch = header.number(TAG.epoch) ?? null;
  const [name, version] = [TAG.name, TAG.version].map((tag) => header.getText(tag));
  const [release, architecture] = [TAG.release, TAG.architecture].map(
    (tag) => header.getText(tag) ?? '',
  );
  return JSON.stringify([name, version, release, architecture, epoch]);
}

/** Header of a database file. SQLite "Database File Format", 1.3. */
const CHANGE_COUNTER_AT = 24;
const VALID_FOR_AT = 92;
const VERSION_AT = 96;
const ANY_VERSION = 3_040_000;

/** Creates the table as rpm does; rpm creates its indexes again if they are missing. */
function createDatabase(headers: readonly Uint8Array[], file: string): Uint8Array {
  rmSync(file, { force: true });
  using database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = OFF; PRAGMA page_size = 4096; PRAGMA user_version = 1');
  database.exec(
    'CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)',
  );
  database.exec('BEGIN');
  const insert = database.prepare('INSERT INTO Packages (blob) VALUES (?)');
  for (const header of headers) {
    insert.run(header);
  }
  database.exec('COMMIT');
  database.close();
  const content = readFileSync(file);
  rmSync(file, { force: true });
  // These depend on the version of SQLite, and no reader depends on them.
  content.writeUInt32BE(1, CHANGE_COUNTER_AT);
  content.writeUInt32BE(1, VALID_FOR_AT);
  content.writeUInt32BE(ANY_VERSION, VERSION_AT);
  return content;
}
