import fs from 'node:fs';
import { defined } from '../../core/defined.ts';
import { makeDirectory } from '../../core/make-directory.ts';
import { parsePublishedIndex } from '../delivery/database-index.ts';
import { installIndex } from '../delivery/install-index.ts';
import { unpackSignedArchive } from '../delivery/signed-archive.ts';
import { type TrustRequest, verifyIndex } from '../delivery/trust.ts';
import type { ImportOptions } from '../import-database.ts';
import { createDownloadFolder } from './download-folder.ts';
import { lockUpdates } from './update-lock.ts';
import { readAcceptedIndex, recordAcceptedIndex } from './update-state.ts';

/**
 * Installs a signed file, without a network. The same rules apply as to an index of a mirror, with
 * the same order of sequence numbers.
 *
 * @throws UserError `E_DB_UNTRUSTED`, `E_DB_IMPORT`, `E_DIGEST_MISMATCH`, `E_DB_LOSS`, `E_LIMIT`
 */
export async function importSignedDatabase(
  file: string,
  root: string,
  options: ImportOptions & TrustRequest,
): Promise<void> {
  const { limits, now, machineTime = now, keyFile, isFirstKeyTrusted } = options;
  makeDirectory(root, (folder) => fs.mkdirSync(folder));
  using _lock = await lockUpdates(root, {
    waitMsMax: limits.databaseWaitMsMax,
    onWait: () => undefined,
  });
  using folder = createDownloadFolder(root, { now });
  const { text, source } = await unpackSignedArchive(file, folder.path, limits);
  const trusted = verifyIndex(parsePublishedIndex(text, file, limits), {
    ...defined({ keyFile, isFirstKeyTrusted }),
    accepted: readAcceptedIndex(root),
    place: file,
    machineTime,
  });
  recordAcceptedIndex(root, { delivery: trusted.accepted });
  const announce = (): void => undefined;
  await installIndex(trusted, { ...options, root, folder: folder.path, source, announce });
}
