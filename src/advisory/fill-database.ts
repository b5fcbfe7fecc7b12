import path from 'node:path';
import { UserError } from '../core/error.ts';
import { importDatabaseArchive, isDatabaseArchive } from './database-archive.ts';
import { isSignedArchive } from './delivery/signed-archive.ts';
import { createTrustError } from './delivery/signed-document.ts';
import { isSignatureRequired, type TrustRequest } from './delivery/trust.ts';
import { type DatabaseStatus, describeDatabase } from './describe-database.ts';
import { digestFile } from './digest-file.ts';
import { findCurrentGeneration } from './generation.ts';
import { type ImportOptions, importDatabase } from './import-database.ts';
import { recordArchive } from './pinned-archive.ts';
import { importSignedDatabase } from './update/import-signed.ts';
import { readAcceptedIndex } from './update/update-state.ts';

/**
 * Makes a file the current database: an export of our own or the database of another scanner.
 *
 * @throws UserError like {@link importDatabaseArchive} and {@link importDatabase}, and
 *   `E_DIGEST_MISMATCH` if the file does not have the pinned digest.
 */
export async function fillDatabase(
  file: string,
  destination: string,
  options: ImportOptions & TrustRequest,
): Promise<DatabaseStatus> {
  if (isSignedArchive(file)) {
    await importSignedDatabase(file, destination, options);
    return describeDatabase(destination);
  }
  refuseUnsigned(file, destination, options);
  const isOwn = isDatabaseArchive(file);
  const digest = readFileDigest(file, options.archiveDigest);
  const replaced = findCurrentGeneration(destination);
  await (isOwn
    ? importDatabaseArchive(file, destination, options)
    : importDatabase(file, destination, options));
  const base = findCurrentGeneration(destination);
  if (base !== undefined && base !== replaced) {
    recordArchive(base, digest);
  }
  return describeDatabase(destination);
}

/**
 * Throws `E_DB_UNTRUSTED` if only signed databases are accepted, and `E_DB_INVALID` if that is unknown.
 */
function refuseUnsigned(file: string, destination: string, request: TrustRequest): void {
  if (isSignatureRequired(request, readAcceptedIndex(destination))) {
    throw createTrustError(`no signature: "${file}" is not a signed database`);
  }
}

/**
 * Returns the digest of a file to import. Throws `E_DIGEST_MISMATCH` if another one is pinned, and
 * `E_DB_IMPORT` if the file cannot be read.
 *
 * @param pinned absent: any digest is accepted
 */
function readFileDigest(file: string, pinned: string | undefined): string {
  const digest = digestReadable(file);
  if (pinned !== undefined && digest !== pinned) {
    const message = `${path.basename(file)} has the digest ${digest}, but ${pinned} is pinned`;
    throw new UserError('E_DIGEST_MISMATCH', message, {
      hint: 'import the file that matches --db-digest; the database in use is unchanged',
    });
  }
  return digest;
}

function digestReadable(file: string): string {
  try {
    return digestFile(file);
  } catch (cause) {
    throw new UserError('E_DB_IMPORT', `could not read the file "${file}"`, {
      hint: 'name a database archive (.tar.zst, .tar.gz) or a bare .db file',
      cause,
    });
  }
}
