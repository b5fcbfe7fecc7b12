import type { Bytes } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { isSqlite, readSqliteTable } from '../sqlite/sqlite-table.ts';
import { isBerkeleyDb, readBerkeleyDb } from './berkeley-db.ts';
import { isNdb, readNdb } from './ndb.ts';
import type { StoredHeaders } from './stored-headers.ts';

const PACKAGES_TABLE = 'Packages';

/**
 * Detects the back end by its magic number, because the names of database files have changed over
 * time.
 */
export function readPackageBlobs(bytes: Bytes, limits: Limits): StoredHeaders {
  if (isSqlite(bytes)) {
    const { rows, problems } = readSqliteTable(bytes, PACKAGES_TABLE, limits);
    const blobs = rows.map((row) => row.filter((value) => value instanceof Uint8Array));
    const damaged = blobs.filter(({ length }) => length !== 1).length;
    const message = `${damaged} rows of ${PACKAGES_TABLE} do not contain exactly one package each`;
    const note: ProblemNote = { code: 'P_RECORD', message };
    return { blobs: blobs.flat(), problems: damaged === 0 ? problems : [...problems, note] };
  }
  if (isNdb(bytes)) {
    return readNdb(bytes, limits);
  }
  if (isBerkeleyDb(bytes)) {
    return readBerkeleyDb(bytes, limits);
  }
  return {
    blobs: [],
    problems: [
      { code: 'P_MALFORMED', message: 'the file is not an rpm database of a supported kind' },
    ],
  };
}
