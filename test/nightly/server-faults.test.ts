import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { zstdCompressSync } from 'node:zlib';
import { sql } from 'kysely';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { defined } from '../../src/foundation/core/defined.ts';
import { UserError } from '../../src/foundation/core/error.ts';
import { writeInventoryDocument } from '../../src/server/engine/inventory-document.ts';
import { callServer } from '../../src/server/http/call-server.ts';
import { pushDocument } from '../../src/server/http/push-document.ts';
import type { ServerAddress } from '../../src/server/http/server-address.ts';
import { readLastId } from '../../src/server/store/last-id.ts';
import { Store } from '../../src/server/store/store.ts';
import type { Tables } from '../../src/server/store/tables.ts';
import { type MessageReceiver, startMessageReceiver } from '../support/message-receiver.ts';
import { createTestDatabase, POSTGRESQL_SKIP, startCluster } from '../support/postgresql.ts';
import { createRandom, drawNumber } from '../support/random-version.ts';
import { runProgram, startProgram } from '../support/run-program.ts';
import { ServerWorld } from '../support/server-world.ts';

/*
 * Faults of machines: processes killed at random, a database that is restarted, and a full disk.
 * Nothing that was acknowledged may be lost, nothing may happen twice, and the ledger of revisions,
 * causes and jobs must add up.
 */

const KILLS = Number(process.env['PLIMSOLL_KILLS'] ?? 50);
const RESTARTS = 5;
const SEED = Number(process.env['PLIMSOLL_SEED'] ?? 20_261_129);
const PUSH_MS = 250;
const REPEATED = 5;
const DECISION_EACH = 10;
/** A program that hangs ends, but not one on a busy machine. */
const RUN_MS_MAX = 3_600_000;
const ACKNOWLEDGE_MS_MAX = 120_000;

type Program = ReturnType<typeof startProgram>;

class Fleet implements AsyncDisposable {
  readonly world = new ServerWorld();
  readonly acknowledged = new Set<string>();
  /** Some documents, which arrive once more at the end. */
  readonly #repeated: Uint8Array[] = [];
  readonly environment: Readonly<Record<string, string>>;
  readonly #programs = new Map<string, Program>();
  /** Authors of decisions that the server acknowledged. */
  readonly #decided = new Set<string>();
  #receiver: MessageReceiver | undefined;
  readonly #ending = new AbortController();
  #pushed = 0;
  #inventory: Awaited<ReturnType<typeof readInventory>> | undefined;

  constructor(databaseUrl?: string) {
    this.environment = databaseUrl === undefined ? {} : { PLIMSOLL_DATABASE: databaseUrl };
  }

  async prepare(): Promise<void> {
    await this.world.importDatabase();
    this.world.writeTarget();
    const options = { temporaryFolder: this.world.root };
    this.#inventory = await readInventory(`dir:${this.world.target}`, options);
    this.#receiver = await startMessageReceiver();
  }

  /** Subscribes the receiver to all changes of images and decisions. */
  async subscribe(): Promise<void> {
    await callServer(this.readAddress(), {
      method: 'POST',
      path: '/api/v1/subscriptions',
      body: { name: 'ops', url: this.#receiver?.url, kinds: ['image', 'decision'] },
      subject: 'the subscription',
      timeoutMs: ACKNOWLEDGE_MS_MAX,
    });
  }

  readAddress(): ServerAddress {
    const path = join(this.world.folder, 'address.json');
    return JSON.parse(readFileSync(path, 'utf8')) as ServerAddress;
  }

  get serverArguments(): readonly string[] {
    const { folder, database } = this.world;
    const gates = ['--fail-on', 'low', '--db-max-age', '0', '--allow-host', '127.0.0.1'];
    return ['serve', '--server-dir', folder, '--db', database, '--listen', '127.0.0.1:0', ...gates];
  }

  async start(name: string): Promise<void> {
    const isServer = name === 'serve';
    const worker = ['serve', 'worker', '--server-dir', this.world.folder, '--db-max-age', '0'];
    const args = isServer ? this.serverArguments : worker;
    const program = startProgram(args, this.environment, [], RUN_MS_MAX);
    this.#programs.set(name, program);
    if (isServer) {
      await Promise.race([
        once(program.child.stdout ?? process.stdin, 'data'),
        program.ended.then(({ stderr }) => assert.fail(stderr)),
      ]);
    }
  }

  async kill(name: string): Promise<void> {
    const program = this.#programs.get(name);
    program?.child.kill('SIGKILL');
    await program?.ended;
  }

  /**
   * Pushes other documents until it is ended; each is repeated until it is acknowledged. Every
   * second one is added by a job, and some decisions make jobs that judge all images again.
   */
  async pushUntil(wanted: AbortSignal): Promise<void> {
    // A failed test does not go on to push.
    const signal = AbortSignal.any([wanted, this.#ending.signal]);
    const inventory = this.#inventory;
    assert.ok(inventory);
    while (!signal.aborted) {
      this.#pushed += 1;
      const name = `app-${this.#pushed}`;
      const target = { ...inventory.target, name };
      const document = writeInventoryDocument({
        inventory: { ...inventory, target },
        configuration: {},
      });
      const isLater = this.#pushed % 2 === 0;
      if (await this.tryRequest(async () => await this.push(document, isLater), signal)) {
        this.acknowledged.add(name);
        if (this.#repeated.length < REPEATED) {
          this.#repeated.push(document);
        }
      }
      if (this.#pushed % DECISION_EACH === 0) {
        const author = `person-${this.#pushed}`;
        if (await this.tryRequest(async () => await this.decide(author), signal)) {
          this.#decided.add(author);
        }
      }
      await pause(PUSH_MS);
    }
  }

  async push(document: Uint8Array, isLater: boolean): Promise<void> {
    const { url, token } = this.readAddress();
    if (!isLater) {
      await pushDocument({ url, token }, document);
      return;
    }
    const digest = createHash('sha256').update(document).digest('hex');
    const { status } = await fetch(`${url}/api/v1/inventories/${digest}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, prefer: 'respond-async' },
      body: new Uint8Array(zstdCompressSync(document)),
      signal: AbortSignal.timeout(ACKNOWLEDGE_MS_MAX),
    });
    assert.equal(status, 202);
  }

  async decide(author: string): Promise<void> {
    await callServer(this.readAddress(), {
      method: 'POST',
      path: '/api/v1/decisions',
      body: {
        author,
        vulnerability: 'CVE-2019-14697',
        package: 'pkg:apk/alpine/other',
        status: 'not_affected',
        justification: 'vulnerable_code_not_present',
      },
      subject: 'the decision',
      timeoutMs: ACKNOWLEDGE_MS_MAX,
    });
  }

  /** Repeats a request until it is acknowledged; returns whether it was. */
  async tryRequest(send: () => Promise<void>, signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      try {
        await send();
        return true;
      } catch (error) {
        assert.ok(error instanceof Error);
        await pause(PUSH_MS);
      }
    }
    return false;
  }

  async request(path: string) {
    const server = this.#programs.get('serve');
    if (server === undefined || server.child.exitCode !== null || server.child.killed) {
      const { status, stderr } = (await server?.ended) ?? { status: 0, stderr: '' };
      assert.fail(`the server ended with ${status}: ${stderr}`);
    }
    const { url, token } = this.readAddress();
    const response = await fetch(`${url}/api/v1/${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return await response.json();
  }

  /** Waits for the jobs, and requires that everything adds up, also after late uploads. */
  async check(t: TestContext): Promise<void> {
    for (const document of this.#repeated) {
      const { signal } = new AbortController();
      assert.ok(await this.tryRequest(async () => await this.push(document, false), signal));
    }
    for (let open = 1; open > 0; ) {
      await pause(500);
      const { openJobs, outbox, queued } = await this.readLedger();
      open = openJobs + outbox + queued;
    }
    const decisions = (await this.request('decisions')) as { author: string }[];
    const authors = new Set(decisions.map(({ author }) => author));
    assert.deepEqual(
      [...this.#decided].filter((one) => !authors.has(one)),
      [],
      'no decision is lost',
    );
    const names = new Set<string>();
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const page = (await this.request(
        `images?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`,
      )) as { items: { name: string; outcome?: string }[]; next?: string };
      page.items.forEach(({ name, outcome }) => {
        assert.ok(!names.has(name), `${name} is there twice`);
        assert.equal(outcome, 'pass', name);
        names.add(name);
      });
      cursor = page.next;
    }
    const lost = [...this.acknowledged].filter((name) => !names.has(name));
    assert.deepEqual(lost, []);
    const args = [
      'serve',
      'admin',
      'verify',
      '--server-dir',
      this.world.folder,
      '--db-max-age',
      '0',
    ];
    const verified = await runProgram(args, this.environment);
    assert.match(verified.stdout, /: 0 differences\n$/, verified.stdout + verified.stderr);
    const ledger = await this.readLedger();
    const received = this.#receiver?.received ?? new Map<string, number>();
    const repeats = [...received.values()].filter((count) => count > 1).length;
    t.diagnostic(
      `${this.acknowledged.size} pushes and ${this.#decided.size} decisions acknowledged, ${this.#repeated.length} pushes repeated, ${received.size} messages received, ${repeats} of them again: ${JSON.stringify(ledger)}`,
    );
    assert.deepEqual(ledger, {
      ...ledger,
      images: names.size,
      imageRevisions: names.size,
      imageCauses: names.size,
      verdicts: names.size,
      effectsWithoutCause: 0,
      openJobs: 0,
      deadJobs: 0,
      revisions: ledger.lastRevision,
      decisionRevisions: decisions.length,
      outbox: 0,
      deliveries: received.size,
      sent: received.size,
    });
  }

  /** Counts what the store recorded: every push, cause and job has effects once. */
  async readLedger() {
    const { folder } = this.world;
    const databaseUrl = this.environment['PLIMSOLL_DATABASE'];
    await using store = await Store.open({ folder, ...defined({ databaseUrl }) });
    const { db } = store;
    const countRows = async (table: keyof Tables, condition = 'true'): Promise<number> => {
      const { rows } = await sql<{
        readonly count: number;
      }>`select count(*) as count from ${sql.table(table)} where ${sql.raw(condition)}`.execute(db);
      return Number(rows[0]?.count);
    };
    const outbox = await countRows('outbox');
    const causes = await countRows('cause');
    return {
      lastRevision: await readLastId(db, 'revision'),
      revisions: await countRows('revision'),
      images: await countRows('image'),
      imageRevisions: await countRows('revision', "kind = 'image'"),
      decisionRevisions: await countRows('revision', "kind = 'decision'"),
      causes,
      imageCauses: await countRows('cause', "kind = 'image' and subject <> ''"),
      effectsWithoutCause: await countRows('effect', 'cause not in (select id from cause)'),
      verdicts: await countRows('verdict', 'current = 1'),
      doneJobs: await countRows('job', "state = 'done'"),
      openJobs: await countRows('job', "state in ('queued', 'running')"),
      deadJobs: await countRows('job', "state = 'dead'"),
      outbox,
      deliveries: await countRows('delivery'),
      queued: await countRows('delivery', "state = 'queued'"),
      sent: await countRows('delivery', "state = 'sent'"),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    for (const name of this.#programs.keys()) {
      await this.kill(name);
    }
    await this.#receiver?.[Symbol.asyncDispose]();
    this.world[Symbol.dispose]();
  }
}

suite('faults of a server', () => {
  test('a server on SQLite that is killed at random loses nothing', async (t) => {
    await using fleet = new Fleet();
    await fleet.prepare();
    await fleet.start('serve');
    await fleet.subscribe();
    await killRandomly(fleet, ['serve']);
    await fleet.check(t);
  });

  test('servers and workers on PostgreSQL that are killed at random lose nothing', {
    skip: POSTGRESQL_SKIP,
  }, async (t) => {
    using cluster = startCluster({ isDurable: true });
    await using database = await createTestDatabase(cluster.folder);
    await using fleet = new Fleet(database.url);
    await fleet.prepare();
    for (const name of ['serve', 'worker-1', 'worker-2']) {
      await fleet.start(name);
    }
    await fleet.subscribe();
    await killRandomly(fleet, ['serve', 'worker-1', 'worker-2'], () => cluster.restart());
    await fleet.check(t);
  });

  test('a full disk loses nothing, and the next push works again', async (t) => {
    await using fleet = new Fleet();
    await fleet.prepare();
    const { folder } = fleet.world;
    mkdirSync(folder);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder], { stdio: 'ignore' });
    } catch {
      t.skip('a small file system cannot be mounted');
      return;
    }
    try {
      await fleet.start('serve');
      await fleet.subscribe();
      const ending = new AbortController();
      const pushing = fleet.pushUntil(ending.signal);
      await pause(2_000);
      const filler = join(folder, 'filler');
      fillDisk(filler);
      await pause(2_000);
      const before = fleet.acknowledged.size;
      const large = Buffer.from(`x${'y'.repeat(100)}`);
      await assert.rejects(pushDocument(fleet.readAddress(), large, undefined), UserError);
      rmSync(filler);
      for (let waited = 0; fleet.acknowledged.size <= before; waited += PUSH_MS) {
        assert.ok(waited < ACKNOWLEDGE_MS_MAX, 'pushes are acknowledged again');
        await pause(PUSH_MS);
      }
      ending.abort();
      await pushing;
      await fleet.check(t);
      await fleet.kill('serve');
    } finally {
      execFileSync('umount', ['-l', folder]);
    }
  });
});

/** Writes a file until the disk is full; pushes fill it at the same time. */
function fillDisk(file: string): void {
  const { bavail, bsize } = statfsSync(dirname(file));
  try {
    writeFileSync(file, Buffer.alloc(bavail * bsize, 1));
  } catch (error) {
    assert.ok(error instanceof Error && 'code' in error && error.code === 'ENOSPC', String(error));
  }
}

async function killRandomly(
  fleet: Fleet,
  names: readonly string[],
  restart?: () => void,
): Promise<void> {
  const random = createRandom(SEED);
  const ending = new AbortController();
  const pushing = Promise.all([fleet.pushUntil(ending.signal), fleet.pushUntil(ending.signal)]);
  for (let kill = 0; kill < KILLS; kill += 1) {
    await pause(200 + drawNumber(random, 1_500));
    const name = names[drawNumber(random, names.length)] ?? 'serve';
    await fleet.kill(name);
    await fleet.start(name);
    if (restart !== undefined && kill % Math.ceil(KILLS / RESTARTS) === 0) {
      restart();
    }
  }
  await pause(2_000);
  ending.abort();
  await pushing;
}
