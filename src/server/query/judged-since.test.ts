import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { createDraw } from '../../../test/support/random-draw.ts';
import { writeRandomFleet } from '../../../test/support/random-fleet.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { SeverityWord } from '../../foundation/core/finding.ts';
import { POLICY_OUTCOMES } from '../../foundation/core/policy-verdict.ts';
import { setFleetPolicy } from '../engine/change-fleet.ts';
import type { VerdictProof } from '../engine/judge-image.ts';
import {
  JUDGED_EACH,
  sendVerdictJobs,
  type VerdictJob,
  writeVerdicts,
} from '../engine/verdicts.ts';
import { JobQueue } from '../jobs/job-queue.ts';
import { readLastId } from '../store/last-id.ts';
import { decodeNumbers } from '../store/number-list.ts';
import { Store } from '../store/store.ts';
import { Fleet } from './fleet.ts';
import { readJobState } from './jobs.ts';

const IMAGES = 70;
const ROUNDS = 60;
const NOW = Date.parse('2026-01-06T00:00:00Z');
const PROOF: VerdictProof = {
  gates: [],
  completeness: { isComplete: true, reasons: [] },
  reviews: [],
  decided: [],
  open: 0,
  dates: {},
};

for (const engine of STORE_ENGINES) {
  suite(`verdicts in memory on ${engine.name}`, { skip: engine.skip }, () => testVerdicts(engine));
}

function testVerdicts(engine: TestEngine): void {
  const resources = new AsyncDisposableStack();
  const draw = createDraw(29);
  let store: Store;
  let queue: JobQueue;

  before(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-judged-'));
    resources.defer(() => rmSync(folder, { recursive: true, force: true }));
    store = resources.use(await Store.open({ folder, ...(await engine.create(resources)) }));
    queue = new JobQueue(store);
    const shape = { images: IMAGES, components: 40, packagesEach: 5, seed: 29, isSealed: true };
    await writeRandomFleet(store, shape);
    await setPolicy('high');
  });
  after(async () => await resources.disposeAsync());

  async function setPolicy(severity?: SeverityWord): Promise<void> {
    const policy = { ...defined({ severity }), policies: [] };
    await setFleetPolicy({ store, queue, generation: 'none', now: NOW }, policy);
  }

  /** Runs the next job as the server does, with random verdicts. */
  async function runJob(): Promise<void> {
    const job = await queue.takeNext(['verdicts']);
    if (job === undefined) {
      return;
    }
    const { images, revision, kind } = job.data as unknown as VerdictJob;
    const all = decodeNumbers(Buffer.from(images, 'base64'));
    const verdicts = all.slice(0, JUDGED_EACH).map((image) => {
      // The inputs decide about the verdict.
      const inputs = draw(12);
      const due = [{ vulnerability: 'CVE-2026-1', title: 'one', at: NOW + inputs }];
      return {
        image,
        outcome: POLICY_OUTCOMES[inputs % POLICY_OUTCOMES.length] ?? 'unknown',
        inputs: `${inputs}`,
        validUntil: undefined,
        proof: { ...PROOF, due },
        failing: null,
      };
    });
    await store.runTransaction(async (transaction) => {
      await writeVerdicts(transaction, verdicts, { revision, kind, now: NOW });
      await sendVerdictJobs(transaction, queue, { revision, kind }, all.slice(JUDGED_EACH));
      await queue.complete(transaction, job, {});
    });
  }

  async function sendJobs(): Promise<void> {
    const images = Array.from({ length: draw(40) }, () => 1 + draw(IMAGES));
    await store.runTransaction(async (transaction) => {
      const revision = await readLastId(transaction.db, 'revision');
      await sendVerdictJobs(transaction, queue, { revision, kind: 'data' }, images);
    });
  }

  async function removeImage(image: number): Promise<void> {
    await store.runTransaction(async ({ db }) => {
      await db.updateTable('image').set({ retired: 9 }).where('id', '=', image).execute();
      await db.updateTable('verdict').set({ current: 0 }).where('image', '=', image).execute();
    });
  }

  async function update(fleet: Fleet): Promise<void> {
    await store.readState(async (db) => {
      const revision = await readLastId(db, 'revision');
      await fleet.update(db, { revision, ...(await readJobState(db)) });
    });
  }

  test('they are the stored ones after any jobs, policies and retired images', async () => {
    const kept = new Fleet();
    let judged = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      for (let step = draw(5); step >= 0; step -= 1) {
        await (draw(3) === 0 ? sendJobs() : runJob());
      }
      if (round % 17 === 9) {
        await setPolicy();
      }
      if (round % 17 === 9 || round % 17 === 13) {
        await setPolicy(draw(2) === 0 ? 'high' : 'low');
      }
      if (round % 10 === 5) {
        await removeImage(1 + draw(IMAGES));
      }
      const fresh = new Fleet();
      await update(fresh);
      await update(kept);
      assert.deepEqual(kept.listVerdicts(), fresh.listVerdicts(), `round ${round}`);
      judged += fresh.listVerdicts().length;
    }
    assert.ok(judged > IMAGES * 10, `${judged}`);
  });
}
