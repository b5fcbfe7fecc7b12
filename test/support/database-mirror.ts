import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  packGrypeArchive,
  writeGrypeDatabase,
} from '../../src/vulnerability/advisory/provider/grype-v6/grype-database.fixture.ts';
import type { Certificate } from './certificate.ts';

const LISTING_PATH = '/databases/v6/latest.json';
const ARCHIVE_FOLDER = '/databases/v6/';

export interface AskedRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

/** Answers a request itself and returns true, or leaves it to the mirror. */
export type Handler = (request: AskedRequest, response: ServerResponse) => boolean;

/**
 * A server on this machine that publishes a database as Grype's does, with entity tags and byte
 * ranges, and that can be configured to misbehave.
 */
export class DatabaseMirror implements AsyncDisposable {
  readonly requests: AskedRequest[] = [];
  /** Statuses of the mirror's own responses, in order. */
  readonly statuses: number[] = [];
  /** Runs before the files are served, to simulate errors. */
  handler: Handler = () => false;
  readonly #files = new Map<string, Buffer>();
  readonly #server;
  readonly #scheme;

  private constructor(certificate: Certificate | undefined) {
    const respond = (request: IncomingMessage, response: ServerResponse): void =>
      this.#respond(request, response);
    this.#scheme = certificate === undefined ? 'http' : 'https';
    this.#server =
      certificate === undefined ? createServer(respond) : createSecureServer(certificate, respond);
  }

  /** Uses TLS if a certificate is given. */
  static async start(certificate?: Certificate): Promise<DatabaseMirror> {
    const mirror = new DatabaseMirror(certificate);
    const { promise, resolve } = Promise.withResolvers<void>();
    mirror.#server.listen(0, '127.0.0.1', resolve);
    await promise;
    return mirror;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Value for `--db-url`. */
  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}/databases`;
  }

  get paths(): readonly string[] {
    return this.requests.map(({ path }) => path);
  }

  get archiveRequests(): readonly AskedRequest[] {
    return this.requests.filter(({ path }) => path !== LISTING_PATH);
  }

  put(path: string, content: Buffer | string): void {
    this.#files.set(path, Buffer.from(content));
  }

  /** Publishes an archive; `changes` override members of the listing. */
  publish(archive: Buffer, builtAt: string, changes: Readonly<Record<string, unknown>> = {}): void {
    const checksum = `sha256:${createHash('sha256').update(archive).digest('hex')}`;
    const name = `vulnerability-db_v6.1.9_${builtAt}_1.tar.zst`;
    const listing = {
      status: 'active',
      schemaVersion: 'v6.1.9',
      built: builtAt,
      path: name,
      checksum,
      ...changes,
    };
    this.put(`${ARCHIVE_FOLDER}${name}`, archive);
    this.put(LISTING_PATH, JSON.stringify(listing));
  }

  /** Publishes a tiny database with that build time. */
  publishTiny(builtAt: string, changes: Readonly<Record<string, unknown>> = {}): void {
    this.publish(createTinyArchive(builtAt), builtAt, changes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }

  #respond(request: IncomingMessage, response: ServerResponse): void {
    // Requests to a proxy contain absolute URLs.
    const { pathname } = new URL(request.url ?? '', 'http://127.0.0.1');
    const asked = { path: decodeURIComponent(pathname), headers: request.headers };
    this.requests.push(asked);
    if (this.handler(asked, response)) {
      return;
    }
    const content = this.#files.get(asked.path);
    if (content === undefined) {
      response.writeHead(404).end('not here');
      return;
    }
    sendFile(content, asked, response);
    this.statuses.push(response.statusCode);
  }
}

/** RFC 9110, 13 and 14, as far as a client that resumes a download needs it. */
function sendFile(content: Buffer, { headers }: AskedRequest, response: ServerResponse): void {
  const etag = getEtag(content);
  if (headers['if-none-match'] === etag) {
    response.writeHead(304, { etag }).end();
    return;
  }
  const [, first] = /^bytes=(\d+)-$/.exec(headers.range ?? '') ?? [];
  const start = first === undefined ? undefined : Number(first);
  const isSame = headers['if-range'] === undefined || headers['if-range'] === etag;
  if (start !== undefined && isSame && start < content.length) {
    response.writeHead(206, {
      etag,
      'content-length': content.length - start,
      'content-range': `bytes ${start}-${content.length - 1}/${content.length}`,
    });
    response.end(content.subarray(start));
    return;
  }
  response.writeHead(200, { etag, 'content-length': content.length }).end(content);
}

/** Returns the mirror's entity tag for a content. */
export function getEtag(content: Buffer): string {
  return `"${createHash('sha256').update(content).digest('hex').slice(0, 16)}"`;
}

/**
 * Returns the archive of a tiny database, as Grype publishes one.
 *
 * @param change SQL that is run on it
 */
export function createTinyArchive(builtAt: string, change = ''): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-mirror-'));
  try {
    const time = builtAt.replace('T', ' ').replace('Z', '+00:00');
    const dated = `UPDATE db_metadata SET build_timestamp = '${time}';`;
    return readFileSync(packGrypeArchive(writeGrypeDatabase(folder, dated + change)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
