import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { findServer } from '../src/server/http/server-address.ts';
import { Store, type StoreSetting } from '../src/server/store/store.ts';
import { readNextOutput, startProgram } from '../test/support/run-program.ts';

const HOUR_MS = 3_600_000;
const SAMPLE_MS = 50;
const SETTLE_MS = 25;

/** As in the examples of units: the threads share one heap of the C library. */
const ENVIRONMENT = { MALLOC_ARENA_MAX: '1' };

/** A server in a process of its own, as users run it. */
export interface TrafficServer {
  readonly url: string;
  readonly pid: number;
  /** Sends a request with the token of the local user. */
  send(method: string, path: string, body?: unknown, headers?: object): Promise<Response>;
}

export async function startTrafficServer(
  resources: AsyncDisposableStack,
  setting: StoreSetting,
  options: readonly string[],
): Promise<TrafficServer> {
  const { folder, databaseUrl } = setting;
  const engine = databaseUrl === undefined ? [] : ['--database', databaseUrl];
  const fixed = ['--listen', '127.0.0.1:0', '--rate-limit', '100000000'];
  const args = ['serve', '--server-dir', folder, ...engine, ...fixed, ...options];
  const { child, ended } = startProgram(args, ENVIRONMENT, [], HOUR_MS);
  resources.defer(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  child.stderr?.on('data', (text: string) => process.stderr.write(text));
  await readNextOutput({ child, ended });
  const { url, token } = findServer(folder);
  return {
    url,
    pid: child.pid ?? 0,
    send: async (method, path, body, headers = {}) =>
      await fetch(new URL(path, url), {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
}

/** Returns the memory of a process in megabytes: now, and at most; Linux only. */
export function readMemory(pid: number): { readonly now: number; readonly most: number } {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string): number =>
    Math.round((Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * 1_024) / 1e6);
  return { now: read('VmRSS'), most: read('VmHWM') };
}

/** Returns the highest memory of a process while work runs, in megabytes. */
export async function sampleMemory(pid: number, work: () => Promise<void>): Promise<number> {
  let most = readMemory(pid).now;
  const timer = setInterval(() => {
    most = Math.max(most, readMemory(pid).now);
  }, SAMPLE_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return most;
}

/** A message about advisories, or about the verdicts that they changed. */
interface Arrival {
  readonly at: number;
  readonly isAboutVerdicts: boolean;
}

export interface Receiver {
  readonly url: string;
  /** Returns the messages since the last call. */
  take(): readonly Arrival[];
}

/** Receives webhooks on loopback. */
export async function startReceiver(resources: AsyncDisposableStack): Promise<Receiver> {
  let arrivals: Arrival[] = [];
  const server = http.createServer((request, response) => {
    const at = Date.now();
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { subject } = JSON.parse(Buffer.concat(pieces).toString()) as { subject?: string };
      arrivals.push({ at, isAboutVerdicts: subject === undefined });
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  resources.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    take: () => {
      const taken = arrivals;
      arrivals = [];
      return taken;
    },
  };
}

/** Returns the last revision about advisories. */
export async function readDataRevision({ db }: Store): Promise<number> {
  const row = await db
    .selectFrom('revision')
    .select(({ fn }) => fn.max('id').as('id'))
    .where('kind', '=', 'data')
    .executeTakeFirst();
  return row?.id ?? 0;
}

/** Waits until an update after a revision was applied, judged and reported. */
export async function waitUntilSettled(store: Store, revision: number): Promise<void> {
  while ((await readDataRevision(store)) <= revision || (await countWaiting(store)) > 0) {
    await pause(SETTLE_MS);
  }
}

async function countWaiting({ db }: Store): Promise<number> {
  const counts = await Promise.all([
    db
      .selectFrom('outbox')
      .select(({ fn }) => fn.countAll().as('count'))
      .executeTakeFirst(),
    db
      .selectFrom('delivery')
      .select(({ fn }) => fn.countAll().as('count'))
      .where('state', '=', 'queued')
      .executeTakeFirst(),
    db
      .selectFrom('job')
      .select(({ fn }) => fn.countAll().as('count'))
      .where('state', 'in', ['queued', 'running'])
      .executeTakeFirst(),
  ]);
  return counts.reduce((sum, row) => sum + Number(row?.count ?? 0), 0);
}
