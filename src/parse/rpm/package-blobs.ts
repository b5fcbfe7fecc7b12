import type { Bytes } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { isSqlite, readSqliteTable } from '../sqlite/sqlite-table.ts';
import { isBerkeleyDb, readBerkeleyDb } from './berkeley-db.ts';
import { isNdb, readNdb } from './ndb.ts';

/** The header blobs of an rpm database, whichever back end wrote it. */
export interface PackageBlobs {
  readonly blobs: readonly Uint8Array[];
  readonly problems: readonly ProblemNote[];
}

const PACKAGES_TABLE = 'Packages';

/** Tells the back end by its magic number, since names of database files have changed over time. */
export function readPackageBlobs(bytes: Bytes, limits: Limits): PackageBlobs {
  if (isSqlite(bytes)) {
    const { rows, problems } = readSqliteTable(bytes, PACKAGES_TABLE, limits);
    const blobs = rows.flatMap((row) => row.filter((value) => value instanceof Uint8Array));
    return { blobs, problems };
  }
  if (isNdb(bytes)) {
    return readNdb(bytes, limits);
  }
  if (isBerkeleyDb(bytes)) {
    return readBerkeleyDb(bytes, limits);
  }
  return {
    blobs: [],
    problems: [{ code: 'P_MALFORMED', message: 'the file is no rpm database of a known kind' }],
  };
}
