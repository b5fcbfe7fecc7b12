import { createHash, type Hash } from 'node:crypto';
import fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { defined } from '../../core/defined.ts';
import { UserError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import type { Progress } from '../../core/progress.ts';
import type { HttpClient, HttpResponse } from '../../http/http-client.ts';
import { computePauseMs } from '../../http/retry-pause.ts';
import { writeAll } from '../write-all.ts';
import { formatUrl } from './listing.ts';
import { createStatusError } from './status-error.ts';

export interface DownloadRequest {
  readonly url: URL;
  /** Path of the file to create; it must not exist yet. */
  readonly file: string;
  /** Required `sha256:…` digest of the content; if absent, any content is accepted. */
  readonly checksum?: string;
  /** Creates the error for a content with another digest. */
  readonly createMismatchError?: (digest: string) => UserError;
  /** Headers of a conditional request: an unchanged content is not downloaded again. */
  readonly conditions?: Readonly<Record<string, string>>;
  /** If true, a missing file is not an error. */
  readonly isMissingAllowed?: boolean;
}

/** The result of a download. Only the state `saved` creates a file. */
export interface Downloaded {
  readonly state: 'saved' | 'unchanged' | 'missing';
  readonly sizeBytes: number;
  readonly digest: string;
  /** Headers of the response that identify the version of the content. */
  readonly etag?: string;
  readonly lastModified?: string;
}

export interface DownloadOptions {
  readonly http: HttpClient;
  readonly limits: Limits;
  readonly progress: Progress;
  /** Throws if downloads from an address are not allowed, such as the target of a redirect. */
  checkUrl(url: URL): void;
}

/** Not found, and gone. */
const MISSING_STATUSES: ReadonlySet<number> = new Set([404, 410]);
const CONTENT_RANGE = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/;

/**
 * Downloads a file and verifies its checksum. A broken connection is resumed. The file is removed
 * on any failure.
 *
 * @throws UserError `E_NETWORK`, `E_UNAUTHORIZED`, `E_DB_UPDATE` if the server does not have it,
 *   `E_LIMIT`, `E_DIGEST_MISMATCH`, and `E_SPILL` if it cannot be stored
 */
export async function download(
  request: DownloadRequest,
  options: DownloadOptions,
): Promise<Downloaded> {
  const { progress } = options;
  progress.emit({ kind: 'stage-started', stage: 'download', detail: formatUrl(request.url) });
  let downloaded: Downloaded;
  try {
    using running = new Download(request, options);
    downloaded = await running.download();
  } catch (error) {
    fs.rmSync(request.file, { force: true });
    const failure = toFailure(error, request);
    progress.emit({ kind: 'stage-failed', stage: 'download', message: failure.message });
    throw failure;
  }
  if (downloaded.state !== 'saved') {
    fs.rmSync(request.file, { force: true });
  }
  const { sizeBytes: count } = downloaded;
  progress.emit({ kind: 'stage-finished', stage: 'download', count, unit: 'bytes' });
  return downloaded;
}

class Download implements Disposable {
  readonly #request: DownloadRequest;
  readonly #options: DownloadOptions;
  readonly #handle: number;
  readonly #timer: NodeJS.Timeout;
  #hash: Hash = createHash('sha256');
  #sizeBytes = 0;
  #totalBytes: number | undefined;
  /** Value of `If-Range`; absent if the server sent no validator. */
  #validator: string | undefined;
  #etag: string | undefined;
  #lastModified: string | undefined;
  #state: Downloaded['state'] = 'saved';
  #response: HttpResponse | undefined;
  #isOverdue = false;
  #isJoined = false;

  constructor(request: DownloadRequest, options: DownloadOptions) {
    this.#request = request;
    this.#options = options;
    this.#handle = fs.openSync(request.file, 'wx', 0o600);
    this.#timer = setTimeout(() => {
      this.#isOverdue = true;
      this.#response?.abort(new Error('the download took too long'));
    }, options.limits.databaseDownloadMsMax);
    this.#timer.unref();
  }

  async download(): Promise<Downloaded> {
    const { checksum } = this.#request;
    await this.#fetch();
    if (checksum !== undefined && this.#digest() !== checksum && this.#isJoined) {
      // If the server has no validator, the pieces may come from two different contents.
      this.#resetFile();
      await this.#fetch();
    }
    const digest = this.#digest();
    if (checksum !== undefined && digest !== checksum) {
      throw this.#createMismatchError(digest);
    }
    return {
      state: this.#state,
      sizeBytes: this.#sizeBytes,
      digest,
      ...defined({ etag: this.#etag, lastModified: this.#lastModified }),
    };
  }

  #createMismatchError(digest: string): UserError {
    const { url, checksum, createMismatchError } = this.#request;
    return (
      createMismatchError?.(digest) ??
      new UserError(
        'E_DIGEST_MISMATCH',
        `checksum mismatch for ${formatUrl(url)}: expected ${checksum}, got ${digest}`,
        { hint: 'try again later, or use another --db-url; the database in use is unchanged' },
      )
    );
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    fs.closeSync(this.#handle);
  }

  async #fetch(): Promise<void> {
    const { limits } = this.#options;
    let idleBreaks = 0;
    for (let breaks = 0; ; breaks += 1) {
      const before = this.#sizeBytes;
      try {
        await this.#fetchRest();
        return;
      } catch (error) {
        idleBreaks = this.#sizeBytes > before ? 0 : idleBreaks + 1;
        const isPassing = error instanceof UserError && error.code === 'E_NETWORK';
        const isTooOften = breaks >= limits.httpBreaksMax || idleBreaks >= limits.httpTriesMax;
        if (!isPassing || isTooOften || this.#isOverdue) {
          throw this.#isOverdue ? this.#createTimeoutError(error) : error;
        }
        if (idleBreaks > 0) {
          await pause(computePauseMs(idleBreaks));
        }
      }
    }
  }

  /** Sends one request, for all or for the missing part. RFC 9110, 13.1.5 and 14. */
  async #fetchRest(): Promise<void> {
    const { http } = this.#options;
    this.#dropUnverifiable();
    const isRest = this.#sizeBytes > 0;
    const response = await http.send({
      url: this.#request.url,
      headers: {
        ...(isRest ? { range: `bytes=${this.#sizeBytes}-` } : this.#request.conditions),
        ...(isRest && this.#validator !== undefined ? { 'if-range': this.#validator } : {}),
      },
    });
    this.#response = response;
    try {
      this.#options.checkUrl(response.url);
      this.#begin(response);
      if (this.#state === 'saved') {
        await this.#saveBody(response);
      } else {
        response.discard();
      }
    } catch (error) {
      response.discard();
      throw error;
    }
  }

  /** Parts of two contents are not noticed without a validator and without a checksum. */
  #dropUnverifiable(): void {
    if (this.#validator === undefined && this.#request.checksum === undefined) {
      this.#resetFile();
    }
  }

  /** Prepares the file for the body according to the response's headers. */
  #begin(response: HttpResponse): void {
    const { status, headers } = response;
    if (status === 206) {
      const [, start, , total] = CONTENT_RANGE.exec(headers['content-range'] ?? '') ?? [];
      if (Number(start) !== this.#sizeBytes || Number(total) !== (this.#totalBytes ?? total)) {
        this.#resetFile();
        throw this.#createBreakError('the server sent a different part than requested');
      }
      this.#isJoined = true;
      return;
    }
    if (status === 416) {
      this.#resetFile();
      throw this.#createBreakError('the server has no more bytes to send');
    }
    const { conditions, isMissingAllowed = false } = this.#request;
    if (status === 304 && conditions !== undefined) {
      this.#state = 'unchanged';
      return;
    }
    if (MISSING_STATUSES.has(status) && isMissingAllowed) {
      this.#state = 'missing';
      return;
    }
    if (status !== 200) {
      throw createStatusError(this.#request.url, status);
    }
    this.#resetFile();
    const length = headers['content-length'];
    this.#totalBytes = length === undefined ? undefined : Number(length);
    this.#etag = headers['etag'];
    this.#lastModified = headers['last-modified'];
    const isStrong = this.#etag?.startsWith('"') === true;
    this.#validator = isStrong ? this.#etag : this.#lastModified;
    this.#checkSize(this.#totalBytes ?? 0);
  }

  async #saveBody(response: HttpResponse): Promise<void> {
    const { progress } = this.#options;
    for await (const piece of response.body) {
      this.#checkSize(this.#sizeBytes + piece.length);
      writeAll(this.#handle, piece, this.#sizeBytes);
      this.#hash.update(piece);
      this.#sizeBytes += piece.length;
      const total = this.#totalBytes;
      progress.emit({
        kind: 'stage-advanced',
        stage: 'download',
        done: this.#sizeBytes,
        ...defined({ total }),
        unit: 'bytes',
      });
    }
    if (this.#totalBytes !== undefined && this.#sizeBytes < this.#totalBytes) {
      throw this.#createBreakError('the connection was interrupted');
    }
  }

  #checkSize(sizeBytes: number): void {
    const { databaseArchiveBytesMax } = this.#options.limits;
    if (sizeBytes > databaseArchiveBytesMax) {
      throw new UserError(
        'E_LIMIT',
        `${formatUrl(this.#request.url)} is larger than ${databaseArchiveBytesMax} bytes`,
        { hint: 'raise the limit databaseArchiveBytesMax if this size is expected' },
      );
    }
  }

  #resetFile(): void {
    fs.ftruncateSync(this.#handle);
    this.#hash = createHash('sha256');
    this.#sizeBytes = 0;
    this.#totalBytes = undefined;
    this.#isJoined = false;
  }

  #digest(): string {
    return `sha256:${this.#hash.copy().digest('hex')}`;
  }

  #createBreakError(what: string): UserError {
    return new UserError('E_NETWORK', `${formatUrl(this.#request.url)}: ${what}`);
  }

  #createTimeoutError(cause: unknown): UserError {
    const { databaseDownloadMsMax } = this.#options.limits;
    const message = `the download of ${formatUrl(this.#request.url)} took longer than ${databaseDownloadMsMax} ms`;
    return new UserError('E_NETWORK', message, { cause });
  }
}

/** Errors of the file system are not the server's fault. */
function toFailure(error: unknown, { file }: DownloadRequest): Error {
  if (error instanceof Error && !(error instanceof UserError) && 'syscall' in error) {
    return new UserError('E_SPILL', `could not write the download to "${file}": ${error.message}`, {
      hint: 'free some space, or use another directory with --db or --cache-dir',
      cause: error,
    });
  }
  return error instanceof Error ? error : new Error(String(error));
}
