import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { decodeText } from '../../src/foundation/bytes/tar/tar-text.ts';
import { type ArchiveListing, createGlobalEntry, type ListedEntry } from './list-archive.ts';

const SOURCE = join(import.meta.dirname, '..', '..', 'tools', 'tar-oracle.go');
const FILE_TYPES = new Set(['0', '7', 'S']);

interface PrintedEntry extends Omit<ListedEntry, 'name' | 'link'> {
  /** Base64. */
  readonly name: string;
  readonly link: string;
}

interface Printed {
  readonly entries: readonly PrintedEntry[];
  readonly error: string;
}

/** Runs Go's archive/tar, with which container runtimes unpack layers, in its own process. */
export class GoTarReader implements Disposable {
  readonly #program: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: Interface;
  readonly #iterator: AsyncIterator<string>;

  private constructor(program: string) {
    this.#program = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#program.stdout });
    this.#iterator = this.#lines[Symbol.asyncIterator]();
  }

  /**
   * Builds the program in a directory; returns the reason if Go is not installed or cannot build.
   */
  static start(directory: string): GoTarReader | string {
    const program = join(directory, 'tar-oracle');
    const environment = { ...process.env, GOFLAGS: '', GOWORK: 'off', GO111MODULE: 'off' };
    const build = spawnSync('go', ['build', '-o', program, SOURCE], {
      encoding: 'utf8',
      env: environment,
    });
    if (build.error !== undefined) return `Go is not installed: ${build.error.message}`;
    return build.status === 0 ? new GoTarReader(program) : `go build failed: ${build.stderr}`;
  }

  /** Lists archives in order. One call for many costs less than many calls. */
  async list(archives: readonly Uint8Array[]): Promise<ArchiveListing[]> {
    const writing = this.#write(archives);
    const listings: ArchiveListing[] = [];
    while (listings.length < archives.length) {
      const { value, done } = await this.#iterator.next();
      if (done === true) throw new Error('the Go program ended early');
      listings.push(toListing(JSON.parse(value) as Printed));
    }
    await writing;
    return listings;
  }

  [Symbol.dispose](): void {
    this.#program.stdin.end();
    this.#lines.close();
  }

  async #write(archives: readonly Uint8Array[]): Promise<void> {
    for (const archive of archives) {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(archive.length);
      this.#program.stdin.write(length);
      if (!this.#program.stdin.write(archive)) await once(this.#program.stdin, 'drain');
    }
  }
}

function toListing({ entries, error }: Printed): ArchiveListing {
  return { entries: entries.map(toEntry), isDamaged: error !== '', problems: [] };
}

function toEntry(entry: PrintedEntry): ListedEntry {
  const name = decodeText(Buffer.from(entry.name, 'base64'));
  if (entry.type === 'g') {
    return createGlobalEntry(name);
  }
  const isFile = FILE_TYPES.has(entry.type);
  return {
    type: entry.type,
    name,
    link: decodeText(Buffer.from(entry.link, 'base64')),
    mode: entry.mode,
    uid: entry.uid,
    gid: entry.gid,
    size: isFile ? entry.size : 0,
    content: isFile ? entry.content : '',
  };
}
