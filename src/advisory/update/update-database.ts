import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { getBaseName } from '../../core/base-name.ts';
import { defined } from '../../core/defined.ts';
import { UserError } from '../../core/error.ts';
import { makeDirectory } from '../../core/make-directory.ts';
import { installIndex } from '../delivery/install-index.ts';
import { deleteStoredIndex } from '../delivery/stored-index.ts';
import { describeDatabase } from '../describe-database.ts';
import { digestFile } from '../digest-file.ts';
import { deleteGenerations } from '../generation.ts';
import { importDatabase } from '../import-database.ts';
import { listLayerIds, toLayerRoot } from '../layer.ts';
import { recordArchive } from '../pinned-archive.ts';
import { download } from './download.ts';
import { createDownloadFolder, removeAbandonedDownloads } from './download-folder.ts';
import { type FoundOffer, findOffer, type UpdateCheck } from './find-offer.ts';
import { formatUrl, type Listing, toArchiveUrl } from './listing.ts';
import { checkPlace, createClients, tryMirrors, type UpdateClients } from './mirrors.ts';
import { lockUpdates } from './update-lock.ts';
import type { UpdateOptions } from './update-options.ts';
import {
  deleteUpdateState,
  readUpdateState,
  resetUpdateState,
  writeUpdateState,
} from './update-state.ts';

/**
 * Asks mirrors in order whether they have a newer database, until one responds.
 *
 * @throws UserError `E_NETWORK` or `E_DB_UPDATE` if all fail
 */
export async function checkForUpdate(root: string, options: UpdateOptions): Promise<UpdateCheck> {
  using reach = createClients(options);
  return await tryMirrors(options, async (place) => (await findOffer(root, place, reach)).check);
}

/**
 * Downloads the newest database if it is newer than the current one, and makes it the current one.
 * The old one stays until the new one is complete, and is kept if anything fails.
 *
 * @throws UserError `E_NETWORK`, `E_DB_UPDATE`, `E_DIGEST_MISMATCH`, `E_LIMIT` or `E_SPILL` if the
 *   download fails, `E_DB_IMPORT` if the import fails, `E_DB_LOSS` if it lost too many statements
 */
export async function updateDatabase(root: string, options: UpdateOptions): Promise<UpdateCheck> {
  try {
    makeDirectory(root, (folder) => fs.mkdirSync(folder));
    return await updateFolder(root, options);
  } catch (error) {
    throw toFolderError(root, error);
  }
}

async function updateFolder(root: string, options: UpdateOptions): Promise<UpdateCheck> {
  const { limits, resources, announce } = options;
  using lock = await lockUpdates(root, {
    waitMsMax: limits.databaseWaitMsMax,
    onWait: () => announce('waiting for another process that updates the same database'),
  });
  resources.defer(() => lock?.[Symbol.dispose]());
  using folder = createDownloadFolder(root, options);
  using reach = createClients(options);
  return await tryMirrors(options, async (place) => {
    const found = await findOffer(root, place, reach);
    if (!found.check.isNewer) {
      return found.check;
    }
    return 'source' in found
      ? await updateFromIndex(root, found, { folder: folder.path, options })
      : await updateFromListing(root, found, { folder: folder.path, reach });
  });
}

async function updateFromListing(
  root: string,
  { check, answer }: Exclude<FoundOffer, { source: unknown }>,
  { folder, reach }: { readonly folder: string; readonly reach: UpdateClients },
): Promise<UpdateCheck> {
  const { options } = reach;
  const { listing, url: listingUrl } = check.offer;
  const url = toArchiveUrl(listing, listingUrl);
  checkOffer(listing, options);
  const file =
    url.protocol === 'file:'
      ? findLocalArchive(url, listing)
      : await downloadArchive(url, listing, { folder, reach });
  const origin = formatOrigin(url, listing);
  const current = await importDatabase(file, root, { ...options, origin });
  const { checksum } = listing;
  recordArchive(current.path, checksum);
  const { delivery } = readUpdateState(root);
  writeUpdateState(root, {
    checkedAt: options.now,
    answer,
    installed: { generation: path.basename(current.path), checksum },
    ...defined({ delivery }),
  });
  return { ...check, current };
}

async function updateFromIndex(
  root: string,
  { check, source, trusted }: Extract<FoundOffer, { source: unknown }>,
  { folder, options }: { readonly folder: string; readonly options: UpdateOptions },
): Promise<UpdateCheck> {
  await installIndex(trusted, { ...options, root, folder, source });
  return { ...check, current: describeDatabase(root) };
}

async function downloadArchive(
  url: URL,
  { builtAt, checksum }: Listing,
  { folder, reach }: { readonly folder: string; readonly reach: UpdateClients },
): Promise<string> {
  const { options, archives } = reach;
  const file = path.join(folder, toFileName(url));
  options.announce(`downloading the advisory database of ${builtAt} from ${url.origin}`);
  await download(
    { url, file, checksum },
    { ...options, http: archives, checkUrl: (from) => checkPlace(from, options) },
  );
  return file;
}

/** Returns the path of an archive in a directory, which is used without a copy. */
function findLocalArchive(url: URL, { checksum }: Listing): string {
  const file = fileURLToPath(url);
  let digest: string;
  try {
    digest = digestFile(file);
  } catch (cause) {
    throw new UserError('E_DB_UPDATE', `could not read the database archive "${file}"`, { cause });
  }
  if (digest !== checksum) {
    const message = `"${file}" has the digest ${digest}, but its listing states ${checksum}`;
    throw new UserError('E_DIGEST_MISMATCH', message, {
      hint: 'copy the archive and its latest.json again',
    });
  }
  return file;
}

/** Removes all layers of a database and its update state. Other files of the directory stay. */
export function deleteDatabase(root: string, now: string): void {
  if (!fs.existsSync(root)) {
    return;
  }
  try {
    for (const id of listLayerIds(root)) {
      deleteLayer(root, id, now);
    }
    deleteLayer(root, '', now);
    deleteUpdateState(root);
    deleteStoredIndex(root);
    if (fs.readdirSync(root).length === 0) {
      fs.rmdirSync(root);
    }
  } catch (error) {
    throw toFolderError(root, error);
  }
}

/** Removes one layer of a database: that of a provider, or the base if the ID is empty. */
export function deleteLayer(root: string, id: string, now: string): void {
  if (id === '') {
    deleteGenerations(root, now);
    resetUpdateState(root);
    removeAbandonedDownloads(root, now);
    return;
  }
  const folder = toLayerRoot(root, id);
  deleteGenerations(folder, now);
  if (fs.readdirSync(folder).length === 0) {
    fs.rmdirSync(folder);
  }
}

function checkOffer({ checksum }: Listing, { archiveDigest }: UpdateOptions): void {
  if (archiveDigest !== undefined && checksum !== archiveDigest) {
    const message = `the mirror offers the archive ${checksum}, but ${archiveDigest} is pinned`;
    throw new UserError('E_DIGEST_MISMATCH', message, {
      hint: 'use a mirror that keeps the pinned archive, or import it with "plimsoll db import FILE"',
    });
  }
}

/** File system errors in the database directory are not the fault of a mirror. */
function toFolderError(root: string, error: unknown): Error {
  if (error instanceof Error && !(error instanceof UserError) && 'syscall' in error) {
    return new UserError(
      'E_SPILL',
      `could not write to the directory "${root}": ${error.message}`,
      {
        hint: 'use another directory with --db or --cache-dir',
        cause: error,
      },
    );
  }
  return error instanceof Error ? error : new Error(String(error));
}

/** Only for messages; the archive's format is detected by its content. */
function toFileName(url: URL): string {
  const name = getBaseName(url.pathname);
  return /^[A-Za-z0-9][A-Za-z0-9._:+-]{0,199}$/.test(name) ? name : 'vulnerability-db';
}

/** In Grype's form. */
function formatOrigin(url: URL, { checksum }: Listing): string {
  return `${formatUrl(url)}?${new URLSearchParams({ checksum }).toString()}`;
}
