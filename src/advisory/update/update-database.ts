import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { getBaseName } from '../../core/base-name.ts';
import { UserError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import { makeDirectory } from '../../core/make-directory.ts';
import type { Progress } from '../../core/progress.ts';
import { HttpClient } from '../../http/http-client.ts';
import { isLoopbackHost } from '../../http/loopback-host.ts';
import { type DatabaseStatus, describeLayer } from '../describe-database.ts';
import { digestFile } from '../digest-file.ts';
import { isAbandonedFolder, listOwnedFolders, makeOwnedFolder } from '../folder-owner.ts';
import { deleteGenerations } from '../generation.ts';
import { importDatabase } from '../import-database.ts';
import { listLayerIds, toLayerRoot } from '../layer.ts';
import { checkPin, isFromArchive, recordArchive } from '../pinned-archive.ts';
import { download } from './download.ts';
import { type FetchedListing, fetchListing } from './fetch-listing.ts';
import { formatUrl, type Listing, toArchiveUrl, toListingUrl } from './listing.ts';
import { lockUpdates } from './update-lock.ts';
import { deleteUpdateState, readUpdateState, writeUpdateState } from './update-state.ts';

export interface UpdateOptions {
  /** Mirrors of the same database, tried in this order. */
  readonly places: readonly string[];
  /** For `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `sha256:…` of the only accepted archive; if absent, any is accepted. */
  readonly archiveDigest?: string;
  /** If true, a database may lose more than half of the statements of the current one. */
  readonly isLossAccepted?: boolean;
  /**
   * If true, mirrors may be used without TLS, so that anyone on the network path can replace the
   * database.
   */
  readonly isPlainAllowed?: boolean;
  /** Hosts that mirrors may redirect to although their addresses are in a private network. */
  readonly allowedHosts?: readonly string[];
  /** PEM file of certificates to trust in addition to the default ones. */
  readonly certificateFile?: string;
  readonly limits: Limits;
  readonly progress: Progress;
  /** RFC 3339. */
  readonly now: string;
  /** Time of the machine's clock in RFC 3339, to refuse a database from the future. */
  readonly machineTime?: string;
  /** Receives resources to release if the run is interrupted. */
  readonly resources: DisposableStack;
  /** Receives a line before each slow step. */
  announce(line: string): void;
}

/** A mirror's offer, compared with the current database. */
export interface UpdateCheck {
  readonly current: DatabaseStatus;
  readonly listing: Listing;
  readonly listingUrl: URL;
  readonly isNewer: boolean;
}

const DOWNLOAD_PREFIX = 'download-';
const USER_AGENT = 'plimsoll';
/** Errors of one mirror that another one may not have. */
const MIRROR_ERRORS: ReadonlySet<string> = new Set([
  'E_NETWORK',
  'E_UNAUTHORIZED',
  'E_DB_UPDATE',
  'E_DIGEST_MISMATCH',
  'E_LIMIT',
]);

/**
 * Asks mirrors in order whether they have a newer database, until one responds.
 *
 * @throws UserError `E_NETWORK` or `E_DB_UPDATE` if all fail
 */
export async function checkForUpdate(root: string, options: UpdateOptions): Promise<UpdateCheck> {
  using reach = createClients(options);
  return await tryMirrors(
    options,
    async (listingUrl) => (await checkListing(root, listingUrl, reach)).check,
  );
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
  const fetched = await tryMirrors(options, async (listingUrl) => {
    const check = await checkListing(root, listingUrl, reach);
    const { listing, isNewer } = check.check;
    if (!isNewer) {
      return { ...check, archive: undefined };
    }
    const url = toArchiveUrl(listing, listingUrl);
    checkOffer(listing, options);
    const file =
      url.protocol === 'file:'
        ? findLocalArchive(url, listing)
        : await downloadArchive(url, listing, { folder: folder.path, reach });
    return { ...check, archive: { file, origin: formatOrigin(url, listing) } };
  });
  if (fetched.archive === undefined) {
    return fetched.check;
  }
  const { file, origin } = fetched.archive;
  const current = await importDatabase(file, root, { ...options, origin });
  const { checksum } = fetched.check.listing;
  recordArchive(current.path, checksum);
  writeUpdateState(root, {
    checkedAt: options.now,
    answer: fetched.answer,
    installed: { generation: path.basename(current.path), checksum },
  });
  return { ...fetched.check, current };
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
    deleteUpdateState(root);
    removeAbandonedDownloads(root, now);
    return;
  }
  const folder = toLayerRoot(root, id);
  deleteGenerations(folder, now);
  if (fs.readdirSync(folder).length === 0) {
    fs.rmdirSync(folder);
  }
}

/** Two clients: one with short timeouts for the listing, and one for the archive. */
interface UpdateClients extends Disposable {
  readonly listings: HttpClient;
  readonly archives: HttpClient;
  readonly options: UpdateOptions;
}

function createClients(options: UpdateOptions): UpdateClients {
  const { limits, environment, certificateFile, allowedHosts = [] } = options;
  const common = {
    allowedHosts,
    userAgent: USER_AGENT,
    proxyEnvironment: environment,
    extraCertificates: readCertificates(certificateFile),
  };
  const hasty = {
    ...limits,
    httpIdleMsMax: Math.min(limits.httpIdleMsMax, limits.databaseListingMsMax),
    httpAnswerMsMax: Math.min(limits.httpAnswerMsMax, limits.databaseListingMsMax),
  };
  const listings = new HttpClient({ ...common, limits: hasty });
  const archives = new HttpClient({ ...common, limits });
  return {
    listings,
    archives,
    options,
    [Symbol.dispose]: () => {
      listings[Symbol.dispose]();
      archives[Symbol.dispose]();
    },
  };
}

async function checkListing(
  root: string,
  listingUrl: URL,
  { listings, options }: UpdateClients,
): Promise<FetchedListing & { readonly check: UpdateCheck }> {
  const { limits, now, archiveDigest } = options;
  const state = readUpdateState(root);
  const fetched = await fetchListing(listingUrl, state.answer, {
    http: listings,
    limits,
    checkUrl: (url) => checkPlace(url, options),
  });
  if (fs.existsSync(root)) {
    writeUpdateState(root, { ...state, checkedAt: now, answer: fetched.answer });
  }
  const current = describeLayer(root);
  const { listing } = fetched;
  const isInstalled =
    state.installed?.checksum === listing.checksum &&
    state.installed.generation === path.basename(current.path);
  const builtAt = current.isValid ? current.description?.builtAt : undefined;
  if (archiveDigest !== undefined) {
    const isHere = current.isValid && isFromArchive(root, archiveDigest);
    return { ...fetched, check: { current, listing, listingUrl, isNewer: !isHere } };
  }
  const isNewer =
    builtAt === undefined || (!isInstalled && Date.parse(listing.builtAt) > Date.parse(builtAt));
  return { ...fetched, check: { current, listing, listingUrl, isNewer } };
}

/** Returns the result of the first mirror that succeeds. If none does, throws the errors of all. */
async function tryMirrors<Result>(
  options: UpdateOptions,
  attempt: (listingUrl: URL) => Promise<Result>,
): Promise<Result> {
  const { places, progress } = options;
  const urls = places.map(toListingUrl);
  checkPin(options.archiveDigest);
  for (const url of urls) {
    checkPlace(url, options);
  }
  const faults: UserError[] = [];
  for (const [index, url] of urls.entries()) {
    try {
      return await attempt(url);
    } catch (error) {
      if (!(error instanceof UserError) || !MIRROR_ERRORS.has(error.code)) {
        throw error;
      }
      faults.push(error);
      if (index + 1 < urls.length) {
        const message = `${error.message}; trying the next mirror`;
        progress.emit({ kind: 'notice', level: 'warning', message });
      }
    }
  }
  throw mergeErrors(faults);
}

/**
 * Without TLS, anyone on the network path can replace the database with one that lacks advisories.
 *
 * @throws UserError `E_USAGE` unless that is allowed, the archive is pinned, or the host is this
 *   machine
 */
function checkPlace(url: URL, { isPlainAllowed, archiveDigest }: UpdateOptions): void {
  const isSafe = ['https:', 'file:'].includes(url.protocol) || isLoopbackHost(url.hostname);
  if (!isSafe && isPlainAllowed !== true && archiveDigest === undefined) {
    const message = `refusing to download the advisory database from ${formatUrl(url)} without TLS`;
    throw new UserError('E_USAGE', message, {
      hint: 'use https://, pin the archive with --db-digest, or allow it with --insecure-db-http',
    });
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

function mergeErrors(faults: readonly UserError[]): UserError {
  const [first, ...others] = faults;
  if (first === undefined) {
    return new UserError('E_USAGE', 'no advisory database URL is configured');
  }
  if (others.length === 0) {
    return first;
  }
  const isOfNetwork = faults.every(({ code }) => code === 'E_NETWORK');
  const messages = faults.map(({ message }) => message).join('; ');
  const message = `could not download the advisory database from any mirror: ${messages}`;
  return new UserError(isOfNetwork ? 'E_NETWORK' : 'E_DB_UPDATE', message, { cause: first });
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

/** Creates a private directory for a download, and removes those of dead processes. */
function createDownloadFolder(
  root: string,
  { now, resources }: UpdateOptions,
): Disposable & { readonly path: string } {
  removeAbandonedDownloads(root, now);
  const folder = makeOwnedFolder(root, DOWNLOAD_PREFIX);
  const remove = (): void => fs.rmSync(folder, { recursive: true, force: true });
  resources.defer(remove);
  return { path: folder, [Symbol.dispose]: remove };
}

function removeAbandonedDownloads(root: string, now: string): void {
  for (const name of listOwnedFolders(root, DOWNLOAD_PREFIX)) {
    if (isAbandonedFolder(root, name, { prefix: DOWNLOAD_PREFIX, now })) {
      fs.rmSync(path.join(root, name), { recursive: true, force: true });
    }
  }
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

function readCertificates(file: string | undefined): string[] {
  if (file === undefined) {
    return [];
  }
  try {
    return [fs.readFileSync(file, 'utf8')];
  } catch (cause) {
    throw new UserError('E_CONFIG', `could not read the certificates in "${file}"`, {
      hint: 'name a PEM file of certificates with --ca-file',
      cause,
    });
  }
}
