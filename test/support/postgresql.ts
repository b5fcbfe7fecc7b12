import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

/*
 * A PostgreSQL server of Debian in a temporary directory, on a Unix socket. The runner of all tests
 * starts one for the whole run, and names its directory in the environment.
 */

export const CLUSTER_VARIABLE = 'TEST_POSTGRESQL';

const ROOT = '/usr/lib/postgresql';
const USER = 'plimsoll';
/** As Debian numbers it in every release. */
const NOBODY = { user: 65_534, group: 65_534 };
const SECONDS_MAX = 60;

export interface Cluster extends Disposable {
  /** Directory of its socket, which is its host name too. */
  readonly folder: string;
  /** Ends it without a checkpoint, and starts it again. */
  restart(): void;
}

/** Absent without an installation of Debian's packages. */
function findPrograms(): string | undefined {
  const versions = existsSync(ROOT) ? readdirSync(ROOT).sort() : [];
  const programs = versions.map((version) => join(ROOT, version, 'bin'));
  return programs.filter((folder) => existsSync(join(folder, 'initdb'))).at(-1);
}

/** The reason to skip a test; `false` if PostgreSQL is installed, and in CI, which must have it. */
export const POSTGRESQL_SKIP: string | false =
  findPrograms() === undefined && process.env['CI'] !== 'true' && 'PostgreSQL is not installed';

/** Starts a cluster, which does not run as root. */
export function startCluster({ isDurable = false } = {}): Cluster {
  const programs = findPrograms();
  if (programs === undefined) {
    throw new Error(`PostgreSQL is not installed below ${ROOT}: apt-get install postgresql`);
  }
  using resources = new DisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-pg-'));
  resources.defer(() => rmSync(folder, { recursive: true, force: true }));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    chownSync(folder, NOBODY.user, NOBODY.group);
  }
  const runProgram = (name: string, args: readonly string[]): void => {
    const { status, stderr, stdout } = spawnSync(join(programs, name), args, {
      ...(isRoot ? { uid: NOBODY.user, gid: NOBODY.group } : {}),
      cwd: folder,
      env: { HOME: folder, LC_ALL: 'C', PATH: process.env['PATH'] ?? '' },
      encoding: 'utf8',
      // The server keeps descriptors open, so its output must not be a pipe.
      stdio: name === 'pg_ctl' ? 'ignore' : 'pipe',
      timeout: SECONDS_MAX * 1_000,
    });
    if (status !== 0) {
      throw new Error(`${name} ended with ${status}: ${stdout ?? ''}${stderr ?? ''}`);
    }
  };
  const data = join(folder, 'data');
  const options = ['--auth=trust', '--encoding=UTF8', '--no-locale', '--no-sync'];
  runProgram('initdb', ['-D', data, '-U', USER, ...options]);
  const setting = `-k ${folder} -c listen_addresses='' -c fsync=${isDurable ? 'on' : 'off'}`;
  const log = join(folder, 'log');
  const start = (): void =>
    runProgram('pg_ctl', ['-D', data, '-w', '-l', log, '-o', setting, 'start']);
  const stop = (): void => runProgram('pg_ctl', ['-D', data, '-w', '-m', 'immediate', 'stop']);
  start();
  resources.defer(stop);
  const owned = resources.move();
  return {
    folder,
    restart() {
      stop();
      start();
    },
    [Symbol.dispose]: () => owned.dispose(),
  };
}

let own: Cluster | undefined;

/** Returns the directory of the cluster of this run; a single file starts one of its own. */
function findCluster(): string {
  const shared = process.env[CLUSTER_VARIABLE];
  if (shared !== undefined) {
    return shared;
  }
  if (own === undefined) {
    own = startCluster();
    process.once('exit', () => own?.[Symbol.dispose]());
  }
  return own.folder;
}

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
}

let created = 0;

/**
 * Creates an empty schema, which is as good as a database of its own and ten times as fast, in a
 * cluster of its own if one is given.
 */
export async function createTestDatabase(folder = findCluster()): Promise<TestDatabase> {
  created += 1;
  const name = `test_${process.pid}_${created}`;
  await runStatement(folder, `create schema ${name}`);
  const host = encodeURIComponent(folder);
  const options = encodeURIComponent(`-c search_path=${name}`);
  return {
    url: `postgres://${USER}@/postgres?host=${host}&options=${options}`,
    [Symbol.asyncDispose]: async () => {
      await runStatement(folder, `drop schema if exists ${name} cascade`);
    },
  };
}

async function runStatement(host: string, statement: string): Promise<void> {
  const client = new Client({ host, user: USER, database: 'postgres' });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
