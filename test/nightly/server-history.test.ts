import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { DAY_MS } from '../../src/foundation/core/duration.ts';
import { restoreStore } from '../../src/server/admin/backup.ts';
import type { DecisionRequest } from '../../src/server/engine/decisions.ts';
import { Engine } from '../../src/server/engine/engine.ts';
import { writeInventoryDocument } from '../../src/server/engine/inventory-document.ts';
import { Store } from '../../src/server/store/store.ts';
import { createRandom, drawNumber, pick } from '../support/random-version.ts';
import { ServerWorld } from '../support/server-world.ts';
import { STORE_ENGINES, type TestEngine } from '../support/store-engines.ts';

/*
 * The past and the future of a store. Past revisions stay as they were published, also after a
 * backup and its restoration in the other engine. A clock that moves over due dates, expiries and
 * ages of advisories changes exactly the verdicts that judging everything anew changes, each once.
 */

const SEED = Number(process.env['PLIMSOLL_SEED'] ?? 20_261_129);
const REVISIONS = 24;
const CLOCK_STEPS = 20;
const IMAGES = 12;
const START = Date.parse('2026-01-04T00:00:00Z');
const VERSIONS = ['1.1.20-r0', '1.1.22-r0', '1.1.24-r3'];
const SEVERITIES = ['low', 'medium', 'high', 'critical'];
const FIXES = ['< 1.1.24-r3', '< 1.1.21-r0', '< 1.1.23-r0'];

const DATES = {
  name: 'dates.yaml',
  text: `policy: dates
version: "1"
rules:
  - id: fix-overdue
    for: finding
    when: { overdue-fedramp-rev5: over 0 days }
    then: fail
`,
};

function formatDay(day: number): string {
  return new Date(START + day * DAY_MS).toISOString();
}

/** SQL for a state of the advisories: another severity and another fix. */
function describeAdvisories(severity: string, fix: string): string {
  return `UPDATE blobs SET value = replace(value, '{"id":"CVE-2020-0001"',
    '{"id":"CVE-2020-0001","severities":[{"scheme":"CHML","value":"${severity}","rank":1}]') WHERE id = 1;
    UPDATE blobs SET value = replace(value, '< 1.1.24-r3', '${fix}') WHERE id = 5;`;
}

async function openWorld(t: TestContext, storeEngine: TestEngine, maxAgeDays = 0) {
  const resources = new AsyncDisposableStack();
  t.after(async () => await resources.disposeAsync());
  const world = resources.use(new ServerWorld());
  await world.importDatabase(describeAdvisories('high', FIXES[0] ?? ''));
  const { folder, database } = world;
  const setting = { folder, database, maxAgeDays, ...(await storeEngine.create(resources)) };
  const engine = resources.use(await Engine.open(setting, formatDay(0)));
  let time = START;
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
    setting,
    async push(name: string, version: string, now: string) {
      world.writeTarget(version);
      const options = { temporaryFolder: world.root, name };
      const inventory = await readInventory(`dir:${world.target}`, options);
      const document = writeInventoryDocument({ inventory, configuration: { name, version, now } });
      return (await engine.push({ document, gates: {}, now })).image.id;
    },
    async runJobs(now: string) {
      time = Date.parse(now);
      await engine.queueDueVerdicts(now);
      while (await runner.runNext()) {
        // The next one.
      }
      assert.deepEqual(problems, []);
    },
  };
}

/** Everything that a store shows at a revision. */
async function readState({ views }: Engine, at?: number) {
  const option = at === undefined ? {} : { at };
  const { items } = await views.listImages({ after: 0, limit: 200, ...option });
  const ids = items.map(({ id }) => id);
  const findings = [];
  for (const id of ids) {
    findings.push([id, await views.listImageFindings(id, at)]);
  }
  const totals = await views.readPastFindings(at ?? (await views.readLastRevision()));
  const fleet = await views.listFleetFindings({ limit: 200, ...option });
  const exposure = await views.findExposure({ name: 'musl', ...(at === undefined ? {} : { at }) });
  const { searched: _, ...exposed } = exposure;
  return { ids, findings, totals, fleet: fleet.items, exposed };
}

for (const storeEngine of STORE_ENGINES) {
  suite(`the past and the future on ${storeEngine.name}`, { skip: storeEngine.skip }, () => {
    test(`${REVISIONS} past revisions stay as published, also in a restored backup`, async (t) => {
      const random = createRandom(SEED);
      const { engine, world, push } = await openWorld(t, storeEngine);
      const published = new Map<number, Awaited<ReturnType<typeof readState>>>();
      for (let step = 0; published.size < REVISIONS; step += 1) {
        const now = formatDay(step);
        const action = drawNumber(random, 4);
        if (step < 3 || action < 2) {
          await push(`app-${drawNumber(random, 5)}`, pick(random, VERSIONS), now);
        } else if (action === 2) {
          await world.importDatabase(
            describeAdvisories(pick(random, SEVERITIES), pick(random, FIXES)),
          );
          await engine.refresh(now);
        } else {
          await engine.removeImages({ before: Date.parse(now) - 6 * DAY_MS, keepEach: 1 }, now);
        }
        published.set(await engine.views.readLastRevision(), await readState(engine));
      }
      const check = async (other: Engine): Promise<void> => {
        for (const [revision, state] of published) {
          assert.deepEqual(await readState(other, revision), state, `revision ${revision}`);
        }
        assert.deepEqual(await other.audit(START), []);
      };
      await check(engine);
      const backup = join(world.root, 'backup');
      await engine.writeBackup(backup);
      for (const target of STORE_ENGINES.filter(({ skip }) => skip === false)) {
        await using resources = new AsyncDisposableStack();
        const folder = join(world.root, `restored-${target.name}`);
        const setting = { folder, ...(await target.create(resources)) };
        await using store = await Store.open(setting);
        await restoreStore(store, { folder }, backup);
        await using restored = await Engine.open({ ...setting, maxAgeDays: 0 }, formatDay(99));
        await check(restored);
      }
      t.diagnostic(`${published.size} revisions`);
    });

    test('the clock changes exactly the verdicts that judging anew changes, once', async (t) => {
      const random = createRandom(SEED);
      const { engine, push, runJobs } = await openWorld(t, storeEngine, 40);
      await engine.setPolicy({ severity: 'critical', policies: [DATES] }, formatDay(0));
      for (let count = 0; count < IMAGES; count += 1) {
        await push(`app-${count}`, pick(random, VERSIONS), formatDay(0));
        const decision: DecisionRequest = {
          author: 'ada@example.org',
          vulnerability: 'CVE-2020-0001',
          package: 'pkg:apk/alpine/musl',
          status: 'not_affected',
          justification: 'vulnerable_code_not_in_execute_path',
          images: `app-${drawNumber(random, IMAGES)}`,
          expires: formatDay(1 + drawNumber(random, 50)),
        };
        await engine.addDecision(decision, formatDay(0));
      }
      await runJobs(formatDay(0));
      assert.deepEqual(await engine.audit(START), []);
      let flips = 0;
      const readOutcomes = async () => {
        const { items } = await engine.views.listImages({ after: 0, limit: 200 });
        return new Map(items.map(({ id, outcome }) => [id, outcome]));
      };
      let day = 0;
      for (let step = 0; step < CLOCK_STEPS; step += 1) {
        day += 1 + drawNumber(random, 4);
        const before = await readOutcomes();
        const revision = await engine.views.readLastRevision();
        await runJobs(formatDay(day));
        // Judging every image anew at this time agrees.
        assert.deepEqual(await engine.audit(Date.parse(formatDay(day))), [], formatDay(day));
        const after = await readOutcomes();
        const changed = [...after].filter(([id, outcome]) => before.get(id) !== outcome).length;
        const changes = await engine.views.listChanges(revision);
        const counted = changes
          .flatMap(({ causes }) => causes.flatMap(({ effects }) => effects))
          // Newly overdue findings and others are effects of their own.
          .filter(({ kind }) => /^(?:pass|warn|fail|unknown)-/.test(kind))
          .reduce((sum, { count }) => sum + count, 0);
        assert.equal(counted, changed, formatDay(day));
        flips += changed;
        // The same time again changes nothing.
        const last = await engine.views.readLastRevision();
        await runJobs(formatDay(day));
        assert.equal(await engine.views.readLastRevision(), last);
      }
      assert.ok(flips > 0);
      t.diagnostic(`${CLOCK_STEPS} steps over ${day} days: ${flips} verdicts changed, once each`);
    });
  });
}
