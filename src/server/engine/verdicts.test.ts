import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { RATED, ServerWorld } from '../../../test/support/server-world.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';
import { readInventory } from '../../assess/read-inventory.ts';
import type { InventoryFile } from '../../foundation/core/inventory.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { SILENT } from '../../foundation/core/progress.ts';
import { buildDatabase } from '../../vulnerability/advisory/build-database.ts';
import type { DecisionRequest } from './decisions.ts';
import { Engine } from './engine.ts';
import { writeInventoryDocument } from './inventory-document.ts';

const NOW = '2026-01-04T00:00:00Z';
const EXPIRY = '2026-01-05T00:00:00Z';
const AFTER_EXPIRY = '2026-01-05T00:00:01Z';
/** Five days after the advisories of NVD were captured. */
const OUTDATED = '2026-01-06T00:00:00.001Z';
const LATER = '2026-01-07T00:00:00Z';

const DECISION: DecisionRequest = {
  author: 'ada@example.org',
  vulnerability: 'CVE-2020-0001',
  package: 'pkg:apk/alpine/musl',
  status: 'not_affected',
  justification: 'vulnerable_code_not_in_execute_path',
  statement: 'the function is never called',
};

async function openWorld(t: TestContext, storeEngine: TestEngine, sql = '') {
  const resources = new AsyncDisposableStack();
  t.after(async () => await resources.disposeAsync());
  const world = resources.use(new ServerWorld());
  await world.importDatabase(sql);
  world.writeTarget();
  const { folder, database } = world;
  const setting = { folder, database, ...(await storeEngine.create(resources)) };
  const engine = resources.use(await Engine.open(setting, NOW));
  let time = Date.parse(NOW);
  const problems: unknown[] = [];
  const runner = engine.createRunner({
    signal: new AbortController().signal,
    pauseMs: 1,
    onProblem: (error) => problems.push(error),
    getTime: () => time,
  });
  return {
    world,
    engine,
    async push(name: string, files: readonly InventoryFile[] = []) {
      const options = { temporaryFolder: world.root, name };
      const read = await readInventory(`dir:${world.target}`, options);
      const inventory = { ...read, files: [...read.files, ...files] };
      const document = writeInventoryDocument({ inventory, configuration: {} });
      const gates = {};
      return await engine.push({ document, gates, now: new Date(time).toISOString() });
    },
    /** Moves the clock, and runs all jobs. */
    async runUntil(now: string) {
      time = Date.parse(now);
      const next = await engine.queueDueVerdicts(now);
      let ran = 0;
      while (await runner.runNext()) {
        ran += 1;
      }
      assert.deepEqual(problems, []);
      return { next, ran };
    },
  };
}

function createFile(sha256: string): InventoryFile {
  const owner = { uid: 0, gid: 0, mode: 0o755 };
  return { path: '/lib/musl.so', type: 'regular', sizeBytes: 1, mimeType: '', sha256, ...owner };
}

for (const storeEngine of STORE_ENGINES) {
  suite(`verdicts on ${storeEngine.name}`, { skip: storeEngine.skip }, () => {
    test('a policy, a decision and its expiry change the verdict, once each', async (t) => {
      const { engine, push, runUntil } = await openWorld(t, storeEngine, RATED);
      const { image, verdict } = await push('app');
      assert.equal(verdict, undefined);
      await assert.rejects(engine.views.readVerdict(image.id), { code: 'E_IMAGE_UNKNOWN' });
      const policy = { severity: 'high', policies: [] } as const;
      assert.equal(await engine.setPolicy(policy, NOW), true);
      assert.equal(await engine.setPolicy(policy, NOW), false);
      const { ran } = await runUntil(NOW);
      assert.equal(ran, 1, JSON.stringify(await engine.views.listJobs(0)));
      const first = await engine.views.readVerdict(image.id);
      assert.deepEqual([first.outcome, first.open, first.revision], ['fail', 1, 2]);
      const pushed = await push('other');
      assert.equal(pushed.verdict?.outcome, 'fail');

      await engine.addDecision({ ...DECISION, images: 'app*', expires: EXPIRY }, NOW);
      assert.equal((await runUntil(NOW)).ran, 1);
      const decided = await engine.views.readVerdict(image.id);
      assert.deepEqual([decided.outcome, decided.open], ['pass', 0], JSON.stringify(decided));
      assert.equal(decided.validUntil, '2026-01-05T00:00:00.000Z');
      assert.equal(decided.decided[0]?.author, DECISION.author);
      const other = await engine.views.readVerdict(pushed.image.id);
      assert.equal(other.outcome, 'fail');

      assert.equal((await runUntil(EXPIRY)).ran, 1);
      assert.deepEqual([(await runUntil(AFTER_EXPIRY)).ran], [0]);
      assert.equal((await engine.views.readVerdict(image.id)).outcome, 'fail');
      const changes = await engine.views.listChanges(0);
      assert.deepEqual(
        changes.map(({ kind, causes }) => [kind, causes.flatMap(({ effects }) => effects)]),
        [
          ['image', [{ kind: 'verdict-none', count: 1, images: 1 }]],
          ['policy', []],
          ['image', [{ kind: 'verdict-fail', count: 1, images: 1 }]],
          ['decision', [{ kind: 'fail-pass', count: 1, images: 1 }]],
          ['time', [{ kind: 'pass-fail', count: 1, images: 1 }]],
        ],
      );
    });

    test('a decision carries over to images with the same evidence only', async (t) => {
      const { engine, push, runUntil } = await openWorld(t, storeEngine, RATED);
      await engine.setPolicy({ severity: 'high', policies: [] }, NOW);
      const [same, other] = ['a'.repeat(64), 'b'.repeat(64)];
      const evidence = [{ path: '/lib/musl.so', sha256: same }];
      await engine.addDecision({ ...DECISION, evidence }, NOW);
      await runUntil(NOW);
      const first = await push('app', [createFile(same)]);
      const second = await push('app', [createFile(other)]);
      assert.equal(first.verdict?.outcome, 'pass');
      assert.equal(second.verdict?.outcome, 'fail');
      const { reviews } = await engine.views.readVerdict(second.image.id);
      assert.deepEqual(reviews, [
        {
          decision: 1,
          vulnerability: 'CVE-2020-0001',
          differences: [`/lib/musl.so has the digest ${other}, not ${same}`],
        },
      ]);
      await engine.revokeDecision({ id: 1, author: 'grace' }, NOW);
      await runUntil(NOW);
      assert.equal((await engine.views.readVerdict(first.image.id)).outcome, 'fail');
      const decisions = await engine.views.listDecisions();
      assert.equal(decisions[0]?.withdrawn, 5);
    });

    test('an update and old advisories change the verdict', async (t) => {
      const { world, engine, push, runUntil } = await openWorld(t, storeEngine, RATED);
      await engine.setPolicy({ severity: 'high', policies: [] }, NOW);
      const { image } = await push('app');
      await world.importDatabase(
        `${RATED} UPDATE blobs SET value = replace(value, '< 1.1.24-r3', '< 1.1.0-r0') WHERE id = 5`,
      );
      await engine.refresh(NOW);
      const { next } = await runUntil(NOW);
      const fixed = await engine.views.readVerdict(image.id);
      assert.deepEqual([fixed.outcome, fixed.revision], ['pass', 3], JSON.stringify(fixed));
      assert.equal(next, Date.parse(OUTDATED));
      await runUntil(OUTDATED);
      const outdated = await engine.views.readVerdict(image.id);
      assert.deepEqual([outdated.outcome, outdated.revision], ['unknown', 4]);
      assert.equal((await runUntil(LATER)).ran, 1);
      assert.equal((await engine.views.readVerdict(image.id)).outcome, 'unknown');
      const changes = await engine.views.listChanges(0);
      const effects = changes.map(({ causes }) => causes.flatMap((one) => one.effects));
      assert.deepEqual(effects.slice(2), [
        [
          { kind: 'closed', count: 1, images: 1 },
          { kind: 'fail-pass', count: 1, images: 1 },
        ],
        [{ kind: 'pass-unknown', count: 1, images: 1 }],
        [],
      ]);
    });

    test('another end of life of a product changes the verdict', async (t) => {
      const { world, engine, push, runUntil } = await openWorld(t, storeEngine);
      const build = async (eol: boolean): Promise<void> => {
        const file = join(world.root, 'products.json');
        const identifiers = [{ type: 'purl', id: 'pkg:apk/alpine/musl' }];
        const releases = [{ name: '1.1', isEol: eol, eolFrom: null }];
        writeFileSync(file, JSON.stringify({ result: [{ name: 'musl', identifiers, releases }] }));
        const inputs = [{ provider: 'endoflife-date', file }];
        const options = { progress: SILENT, limits: DEFAULT_LIMITS, now: NOW };
        await buildDatabase(inputs, world.database, options);
        await engine.refresh(NOW);
      };
      await build(false);
      const rules = 'rules: [{ id: old, for: product, when: { end-of-life: true }, then: fail }]';
      const policies = [{ name: 'p.yaml', text: `policy: p\n${rules}` }];
      await engine.setPolicy({ policies }, NOW);
      const { image } = await push('app');
      await runUntil(NOW);
      assert.equal((await engine.views.readVerdict(image.id)).outcome, 'pass');
      await build(true);
      await runUntil(NOW);
      assert.equal((await engine.views.readVerdict(image.id)).outcome, 'fail');
    });

    test('malformed decisions are rejected with every reason', async (t) => {
      const { engine } = await openWorld(t, storeEngine);
      const { justification: _, statement: __, ...bare } = DECISION;
      const request = { ...bare, author: ' ', package: 'musl', expires: '2020-01-01' };
      await assert.rejects(engine.addDecision(request, NOW), {
        code: 'E_DECISION',
        message:
          'invalid decision: author: a person or tool is required; package: a package URL is required; ' +
          'not_affected needs a justification or a statement; expires: a time in the future is required',
      });
      await assert.rejects(engine.revokeDecision({ id: 7, author: 'ada' }, NOW), {
        code: 'E_DECISION_UNKNOWN',
      });
    });
  });
}
