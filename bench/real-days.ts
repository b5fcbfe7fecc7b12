import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DEFAULT_LIMITS } from '../src/foundation/core/limits.ts';
import {
  parsePublishedIndex,
  readIndexContent,
} from '../src/vulnerability/advisory/delivery/database-index.ts';
import { listLayers } from '../src/vulnerability/advisory/layer.ts';
import { readDatabaseManifest, toShardPath } from '../src/vulnerability/advisory/manifest.ts';

/**
 * Measures how a real day reaches a client: builds a feed as it was seven days ago, one day ago and
 * today, publishes each state to a server on the loopback, updates a client by deltas, and compares
 * its shards with those of the build. Exits with status 1 if a limit is exceeded.
 *
 * Usage: npm run bench -- days [SOURCE…]
 */
interface Feed {
  /** Directory of the earlier days in `days.tar.zst`. */
  readonly days: string;
  readonly archive: string;
  /** Directory in the archive. */
  readonly folder: string;
  readonly provider: string;
}

const FEEDS: Readonly<Record<string, Feed>> = {
  'alpine-secdb': {
    days: 'alpine-secdb',
    archive: 'alpine-secdb.tar.zst',
    folder: 'alpine-secdb',
    provider: 'alpine-secdb',
  },
  'debian-osv': {
    days: 'debian-osv',
    archive: 'debian-osv.tar.zst',
    folder: 'debian-osv',
    provider: 'osv',
  },
  'redhat-osv': {
    days: 'redhat-osv',
    archive: 'redhat-osv.tar.zst',
    folder: 'redhat-osv',
    provider: 'osv',
  },
  'suse-osv': {
    days: 'suse-osv',
    archive: 'suse-osv.tar.zst',
    folder: 'suse-osv',
    provider: 'osv',
  },
  'ghsa-npm': { days: 'ghsa-npm', archive: 'ghsa.tar.zst', folder: 'ghsa/npm', provider: 'osv' },
  'ghsa-maven': {
    days: 'ghsa-maven',
    archive: 'ghsa.tar.zst',
    folder: 'ghsa/maven',
    provider: 'osv',
  },
  'ghsa-pip': { days: 'ghsa-pip', archive: 'ghsa.tar.zst', folder: 'ghsa/pip', provider: 'osv' },
};
const DAYS = [7, 1, 0];
/** Limits of an update by deltas, compared with all shards and with a build. */
const SIZE_SHARE_MAX = 0.05;
const CPU_SHARE_MAX = 0.1;
const PROGRAM = path.join(import.meta.dirname, '..', 'dist', 'cli.js');
const BULK = path.join(
  process.env['PLIMSOLL_CONFORMANCE_DIR'] ?? path.join(import.meta.dirname, '..', '..', 'shared'),
  'advisories',
  'bulk',
);

function unpack(archive: string, folder: string): void {
  fs.mkdirSync(folder, { recursive: true });
  const command = 'zstd -dc --long=27 "$1" | tar -x -C "$2"';
  const { status, stderr } = spawnSync('sh', ['-c', command, 'sh', archive, folder], {
    encoding: 'utf8',
  });
  if (status !== 0) {
    throw new Error(`could not unpack ${archive}: ${stderr}`);
  }
}

/** Copies today's tree and gives it the state of an earlier day. */
function restoreDay(today: string, earlier: string, target: string): void {
  fs.cpSync(today, target, { recursive: true });
  const added = fs.readFileSync(path.join(earlier, 'added.txt'), 'utf8').split('\n');
  for (const name of added.filter((line) => line !== '')) {
    fs.rmSync(path.join(target, name));
  }
  const old = path.join(earlier, 'old');
  if (fs.existsSync(old)) {
    fs.cpSync(old, target, { recursive: true, force: true });
  }
}

/** Runs the program and returns its processor time in seconds. */
async function run(words: readonly string[], more: readonly string[]): Promise<number> {
  const args = [...words, ...more];
  const script = `
    process.on('exit', () => {
      const { user, system } = process.cpuUsage();
      require('node:fs').writeSync(3, String((user + system) / 1e6));
    });`;
  const hook = `data:text/javascript,${encodeURIComponent(
    `import { createRequire } from 'node:module'; const require = createRequire('/');${script}`,
  )}`;
  const child = spawn(process.execPath, ['--import', hook, PROGRAM, ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', HOME: '/dev/null', NO_COLOR: '1' },
  });
  let [errors, seconds] = ['', ''];
  child.stderr?.setEncoding('utf8').on('data', (piece: string) => (errors += piece));
  const report = child.stdio[3];
  report?.on('data', (piece: Buffer) => (seconds += piece.toString()));
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.on('close', resolve);
  const status = await promise;
  if (status !== 0) {
    throw new Error(`plimsoll ${args.join(' ')} ended with ${status}: ${errors}`);
  }
  return Number(seconds);
}

/** Serves a directory on the loopback and counts the bytes of each file that is sent. */
async function serve(folder: string, sent: Map<string, number>) {
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '', 'http://a').pathname.slice(1);
    const file = path.join(folder, name);
    if (!fs.existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    const content = fs.readFileSync(file);
    sent.set(name, content.length);
    response.end(content);
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    [Symbol.dispose]: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function readShards(database: string): Map<string, Buffer> {
  return new Map(
    listLayers(database).flatMap(({ id, generation }) =>
      readDatabaseManifest(generation).shards.map(({ name }): [string, Buffer] => [
        `${id}/${name}`,
        fs.readFileSync(toShardPath(generation, name)),
      ]),
    ),
  );
}

function isEqual(left: Map<string, Buffer>, right: Map<string, Buffer>): boolean {
  return (
    left.size === right.size &&
    [...left].every(([name, bytes]) => right.get(name)?.equals(bytes) === true)
  );
}

/** Returns the size of the complete shards of the newest index. */
function sumComplete(folder: string): number {
  const file = path.join(folder, 'index.json');
  const { document } = parsePublishedIndex(fs.readFileSync(file, 'utf8'), file, DEFAULT_LIMITS);
  return readIndexContent(document, file)
    .layers.flatMap(({ shards }) => shards)
    .reduce((sum, { complete }) => sum + complete.sizeBytes, 0);
}

/** Sizes of the sent shards and deltas. */
function sumSent(sent: ReadonlyMap<string, number>): { complete: number; deltas: number } {
  let [complete, deltas] = [0, 0];
  for (const [name, bytes] of sent) {
    complete += name.startsWith('shards/') ? bytes : 0;
    deltas += name.startsWith('deltas/') ? bytes : 0;
  }
  return { complete, deltas };
}

function formatShare(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(2)} %`;
}

async function measureFeed(name: string, work: string): Promise<void> {
  const feed = FEEDS[name];
  if (feed === undefined) {
    throw new Error(`unknown source: "${name}" (known: ${Object.keys(FEEDS).join(', ')})`);
  }
  const at = (part: string): string => path.join(work, name, part);
  unpack(path.join(BULK, feed.archive), at('today'));
  const today = path.join(at('today'), feed.folder);
  await run('db keys create'.split(' '), [at('keys')]);
  const sent = new Map<string, number>();
  fs.mkdirSync(at('public'));
  using server = await serve(at('public'), sent);
  for (const day of DAYS) {
    const tree = day === 0 ? today : at(`day-${day}`);
    if (day !== 0) {
      restoreDay(today, path.join(work, 'days', feed.days, String(day)), tree);
    }
    const built = at(`built-${day}`);
    const buildSeconds = await run('db build --db'.split(' '), [built, `${feed.provider}=${tree}`]);
    const publishSeconds = await run('db publish --db'.split(' '), [
      built,
      at('public'),
      '--key',
      at('keys/private.pem'),
    ]);
    sent.clear();
    const updateSeconds = await run('db update --db'.split(' '), [
      at('client'),
      '--db-url',
      server.url,
      '--db-key',
      at('keys/public.pem'),
    ]);
    const whole = sumComplete(at('public'));
    const { complete, deltas } = sumSent(sent);
    const equality = isEqual(readShards(at('client')), readShards(built)) ? 'equal' : 'DIFFERENT';
    process.stdout.write(
      `${name.padEnd(13)} day ${day}: shards ${whole} B, sent complete ${complete} B, ` +
        `deltas ${deltas} B (${formatShare(complete + deltas, whole)}); ` +
        `CPU build ${buildSeconds.toFixed(2)} s, publish ${publishSeconds.toFixed(2)} s, ` +
        `update ${updateSeconds.toFixed(2)} s (${formatShare(updateSeconds, buildSeconds)}); ` +
        `bytes ${equality}\n`,
    );
    // The limits are those of one day; the step before it is six days long.
    const isCheap =
      day !== 0 ||
      (complete + deltas <= whole * SIZE_SHARE_MAX &&
        updateSeconds <= buildSeconds * CPU_SHARE_MAX);
    if (equality !== 'equal' || !isCheap) {
      process.exitCode = 1;
    }
  }
}

const work = fs.mkdtempSync(path.join(tmpdir(), 'plimsoll-days-'));
try {
  const names = process.argv.slice(2);
  unpack(path.join(BULK, 'days.tar.zst'), work);
  for (const name of names.length === 0 ? Object.keys(FEEDS) : names) {
    await measureFeed(name, work);
    fs.rmSync(path.join(work, name), { recursive: true });
  }
} finally {
  fs.rmSync(work, { recursive: true });
}
