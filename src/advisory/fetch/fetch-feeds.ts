import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { toBytes } from '../../core/bytes.ts';
import { defined } from '../../core/defined.ts';
import { UserError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import { makeDirectory } from '../../core/make-directory.ts';
import type { Progress } from '../../core/progress.ts';
import { HttpClient } from '../../http/http-client.ts';
import { digestFile } from '../digest-file.ts';
import { makeOwnedFolder, removeAbandonedFolders } from '../folder-owner.ts';
import type { FeedProvider, FeedSource } from '../provider/contract.ts';
import { syncPath } from '../sync-path.ts';
import { download } from '../update/download.ts';
import { toConditions } from '../update/fetch-listing.ts';
import { formatUrl } from '../update/listing.ts';
import { isSafeTransport, readCertificates } from '../update/mirrors.ts';
import {
  isFileList,
  listMirroredUrls,
  listNextUrls,
  toDownloadUrl,
  toFeedPath,
  toMirrorUrl,
} from './feed-address.ts';
import {
  type FeedState,
  readFeedState,
  removeFeedFile,
  STATE_PREFIX,
  toStateFile,
  writeFeedState,
} from './feed-state.ts';

export interface FetchOptions {
  /** Has the files of all hosts; if absent, they come from the publishers. */
  readonly mirror?: URL;
  /** If true, a mirror may be used without TLS. */
  readonly isPlainAllowed?: boolean;
  /** For `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Hosts that servers may redirect to although their addresses are in a private network. */
  readonly allowedHosts?: readonly string[];
  /** PEM file of certificates to trust in addition to the default ones. */
  readonly certificateFile?: string;
  readonly limits: Limits;
  readonly progress: Progress;
  /** RFC 3339. */
  readonly now: string;
  /** Receives resources to release if the run is interrupted. */
  readonly resources: DisposableStack;
  /** Receives the outcome of each feed as soon as it is known. */
  report(outcome: FetchOutcome): void;
}

/** The outcome for one feed. Its old files stay in use if it has an error. */
export interface FetchOutcome {
  readonly feed: FeedProvider;
  /** Files that are new or have changed, as paths below the directory. */
  readonly changed: readonly string[];
  /** Files that are the same as before. */
  readonly unchanged: readonly string[];
  /** Addresses without a file. */
  readonly missing: readonly string[];
  /** Sources that cannot be downloaded as one file. */
  readonly unsupported: readonly string[];
  readonly error?: UserError;
}

const USER_AGENT = 'plimsoll';
const HINT = 'the old files are unchanged; try again later, or use another --mirror';
const DOWNLOAD_PREFIX = `${STATE_PREFIX}download-`;

/**
 * Downloads the files of feeds into a directory, each below a directory with the name of its host.
 * The files of a feed are replaced together, when all of them are complete. Files that have not
 * changed are not downloaded again.
 *
 * @throws UserError `E_SPILL` if the directory cannot be written, `E_USAGE` for a mirror without
 *   TLS
 */
export async function fetchFeeds(
  feeds: readonly FeedProvider[],
  folder: string,
  options: FetchOptions,
): Promise<void> {
  const { mirror, progress, report } = options;
  if (mirror !== undefined) {
    checkMirror(mirror, options);
  }
  progress.emit({ kind: 'stage-started', stage: 'fetch' });
  try {
    const isNew = !fs.existsSync(folder);
    makeDirectory(folder, (each) => fs.mkdirSync(each));
    try {
      using fetching = new Fetching(folder, options);
      for (const feed of feeds) {
        report(await fetching.fetchFeed(feed));
      }
    } finally {
      if (isNew && fs.readdirSync(folder).length === 0) {
        fs.rmdirSync(folder);
      }
    }
  } catch (error) {
    throw toFolderError(folder, error);
  }
  progress.emit({ kind: 'stage-finished', stage: 'fetch' });
}

/** A downloaded file that is not in its place yet. */
interface StagedFile {
  /** Path below the directory of feeds. */
  readonly name: string;
  readonly file: string;
  readonly state: FeedState;
  /** Time of the last change, RFC 3339 or a date of HTTP. */
  readonly modifiedAt: string;
}

/** The file of a source, and those that it led to, now and before. */
interface FileList {
  readonly name: string;
  readonly files: readonly string[];
  readonly before: readonly string[];
}

type FileOutcome = StagedFile | { readonly name: string; readonly is: 'unchanged' | 'missing' };

class Fetching implements Disposable {
  readonly #folder: string;
  readonly #options: FetchOptions;
  readonly #client: HttpClient;
  /** Directory for downloads that are not complete. */
  readonly #scratch: string;
  #files = 0;
  #bytesBefore = 0;

  constructor(folder: string, options: FetchOptions) {
    const { limits, environment, certificateFile, allowedHosts = [], now, resources } = options;
    this.#folder = folder;
    this.#options = options;
    this.#client = new HttpClient({
      limits,
      allowedHosts,
      userAgent: USER_AGENT,
      proxyEnvironment: environment,
      extraCertificates: readCertificates(certificateFile),
    });
    removeAbandonedFolders(folder, DOWNLOAD_PREFIX, now);
    this.#scratch = makeOwnedFolder(folder, DOWNLOAD_PREFIX);
    resources.defer(() => this[Symbol.dispose]());
  }

  async fetchFeed(feed: FeedProvider): Promise<FetchOutcome> {
    const unsupported: string[] = [];
    const outcomes: FileOutcome[] = [];
    const lists: FileList[] = [];
    let error: UserError | undefined;
    try {
      for (const source of feed.sources) {
        const urls = this.#listUrls(source);
        if (urls === undefined) {
          unsupported.push(source.url);
        }
        for (const url of urls ?? []) {
          lists.push(await this.#fetchSource(source, url, outcomes));
        }
      }
      installFiles(this.#folder, outcomes.filter(isStaged));
      for (const list of lists) {
        this.#replaceList(list);
      }
    } catch (cause) {
      error = toFetchError(cause);
    }
    const list = (is: 'unchanged' | 'missing'): readonly string[] =>
      outcomes.flatMap((outcome) => ('is' in outcome && outcome.is === is ? outcome.name : []));
    return {
      feed,
      changed: error === undefined ? outcomes.filter(isStaged).map(({ name }) => name) : [],
      unchanged: list('unchanged'),
      missing: list('missing'),
      unsupported,
      ...defined({ error }),
    };
  }

  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]();
    fs.rmSync(this.#scratch, { recursive: true, force: true });
  }

  /**
   * Downloads the file of a source, and those that it names, in turn.
   */
  async #fetchSource(source: FeedSource, first: URL, outcomes: FileOutcome[]): Promise<FileList> {
    const { feedFilesMax } = this.#options.limits;
    const known = readFeedState(path.join(this.#folder, toFeedPath(first)));
    const urls = new Map([[first.href, first]]);
    const names: string[] = [];
    for (const url of urls.values()) {
      const outcome = await this.#fetchFile(url);
      outcomes.push(outcome);
      names.push(outcome.name);
      for (const next of this.#listNext(source, url, outcome)) {
        urls.set(next.href, urls.get(next.href) ?? next);
      }
      if (urls.size > feedFilesMax) {
        throw new UserError('E_LIMIT', `${first.href} names more than ${feedFilesMax} files`, {
          hint: 'if this is expected, raise it with --limit feedFilesMax=NUMBER',
        });
      }
    }
    const [name = '', ...files] = names;
    return { name, files, before: known?.files ?? [] };
  }

  #listNext(source: FeedSource, url: URL, outcome: FileOutcome): readonly URL[] {
    if (!isFileList(source, url) || ('is' in outcome && outcome.is === 'missing')) {
      return [];
    }
    const file = 'file' in outcome ? outcome.file : path.join(this.#folder, outcome.name);
    const { httpAnswerBytesMax } = this.#options.limits;
    if (fs.statSync(file).size > httpAnswerBytesMax) {
      throw new UserError('E_LIMIT', `${url.href} has more than ${httpAnswerBytesMax} bytes`, {
        hint: 'a list of files is small; raise the limit with --limit httpAnswerBytesMax=NUMBER',
      });
    }
    return listNextUrls(source, toBytes(fs.readFileSync(file)), url);
  }

  /** Removes the files that a list named before and does not name anymore. */
  #replaceList({ name, files, before }: FileList): void {
    const file = path.join(this.#folder, name);
    const state = readFeedState(file);
    const kept = new Set([name, ...files]);
    for (const gone of before.filter((one) => !kept.has(one))) {
      const old = path.join(this.#folder, gone);
      if (old.startsWith(path.join(this.#folder, path.sep))) {
        removeFeedFile(old);
      }
    }
    if (state !== undefined && (files.length > 0 || before.length > 0)) {
      writeFeedState(file, { ...state, files });
    }
  }

  /** Returns the addresses of the files of a source; `undefined` if they are unknown. */
  #listUrls(source: FeedSource): readonly URL[] | undefined {
    const url = toDownloadUrl(source);
    const { mirror } = this.#options;
    // A directory can have the documents without the list that names them.
    const isUnlisted =
      source.form === 'files' &&
      mirror !== undefined &&
      (url === undefined ||
        (mirror.protocol === 'file:' && !fs.existsSync(toMirrorUrl(mirror, url))));
    return (isUnlisted ? listMirroredUrls(mirror, source) : undefined) ?? (url && [url]);
  }

  async #fetchFile(url: URL): Promise<FileOutcome> {
    const { mirror } = this.#options;
    const name = toFeedPath(url);
    const place = mirror === undefined ? url : toMirrorUrl(mirror, url);
    const known = readFeedState(path.join(this.#folder, name));
    const file = path.join(this.#scratch, String(++this.#files));
    return place.protocol === 'file:'
      ? this.#copyFile({ name, place, file, known })
      : await this.#downloadFile({ name, place, file, known });
  }

  #copyFile({ name, place, file, known }: FileRequest): FileOutcome {
    const source = fileURLToPath(place);
    const found = fs.statSync(source, { throwIfNoEntry: false });
    if (found === undefined) {
      return { name, is: 'missing' };
    }
    fs.copyFileSync(source, file);
    const digest = digestFile(file);
    if (digest === known?.digest) {
      fs.rmSync(file);
      return { name, is: 'unchanged' };
    }
    const state = { url: place.href, digest };
    return { name, file, state, modifiedAt: found.mtime.toISOString() };
  }

  async #downloadFile({ name, place, file, known }: FileRequest): Promise<FileOutcome> {
    const { limits, progress, now } = this.#options;
    const url = formatUrl(place);
    const downloaded = await download(
      {
        url: place,
        file,
        isMissingAllowed: true,
        ...(known?.url === url ? { conditions: toConditions(known) } : {}),
      },
      {
        http: this.#client,
        limits,
        progress: {
          emit: (event) => {
            if (event.kind === 'stage-advanced') {
              const done = this.#bytesBefore + event.done;
              progress.emit({ kind: 'stage-advanced', stage: 'fetch', done, unit: 'bytes' });
            }
          },
        },
        checkUrl: (from) => checkTransport(from, this.#options),
      },
    );
    const { state, sizeBytes, digest, etag, lastModified } = downloaded;
    this.#bytesBefore += sizeBytes;
    if (state !== 'saved') {
      return { name, is: state };
    }
    const stored = { url, digest, ...defined({ etag, lastModified }) };
    return { name, file, state: stored, modifiedAt: lastModified ?? now };
  }
}

interface FileRequest {
  readonly name: string;
  readonly place: URL;
  readonly file: string;
  readonly known: FeedState | undefined;
}

function isStaged(outcome: FileOutcome): outcome is StagedFile {
  return 'file' in outcome;
}

/**
 * Puts the files in their places. A state that is not of its file is ignored, so it is written
 * last.
 */
function installFiles(folder: string, files: readonly StagedFile[]): void {
  for (const { file, modifiedAt } of files) {
    const time = Date.parse(modifiedAt);
    if (!Number.isNaN(time)) {
      fs.utimesSync(file, time / 1000, time / 1000);
    }
    syncPath(file);
  }
  for (const { name, file, state } of files) {
    const target = path.join(folder, name);
    makeDirectory(path.dirname(target), (each) => fs.mkdirSync(each));
    fs.rmSync(toStateFile(target), { force: true });
    fs.renameSync(file, target);
    writeFeedState(target, state);
  }
}

/** @throws UserError `E_USAGE` if a mirror does not exist or must not be used */
function checkMirror(mirror: URL, options: FetchOptions): void {
  if (mirror.protocol === 'file:' && !fs.existsSync(mirror)) {
    throw new UserError('E_USAGE', `no such directory: "${fileURLToPath(mirror)}"`, {
      hint: 'name a directory with feeds, or a web address, with --mirror',
    });
  }
  checkTransport(mirror, options);
}

/**
 * Without TLS, anyone on the network path can replace the feeds.
 *
 * @throws UserError `E_USAGE` unless that is allowed or the host is this machine
 */
function checkTransport(url: URL, { isPlainAllowed }: FetchOptions): void {
  if (!isSafeTransport(url) && isPlainAllowed !== true) {
    throw new UserError('E_USAGE', `refusing to fetch feeds from ${formatUrl(url)} without TLS`, {
      hint: 'use https://, or allow it with --insecure-db-http',
    });
  }
}

/** Errors of the directory end the run, because every feed would have them. */
function toFetchError(error: unknown): UserError {
  if (!(error instanceof UserError) || error.code === 'E_SPILL') {
    throw error;
  }
  return new UserError(error.code, error.message, { hint: HINT, cause: error });
}

function toFolderError(folder: string, error: unknown): Error {
  if (error instanceof Error && !(error instanceof UserError) && 'syscall' in error) {
    return new UserError('E_SPILL', `could not write to "${folder}": ${error.message}`, {
      hint: 'free some space, or name another directory; the old files are unchanged',
      cause: error,
    });
  }
  return error instanceof Error ? error : new Error(String(error));
}
