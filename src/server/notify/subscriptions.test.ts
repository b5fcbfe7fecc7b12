import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  openAlertWorld,
  type ReceivedMessage,
  type TestAdvisory,
} from '../../../test/support/alert-world.ts';
import { STORE_ENGINES } from '../../../test/support/store-engines.ts';
import { DAY_MS } from '../../foundation/core/duration.ts';
import { addEffects } from '../engine/causes.ts';
import { writeVerdicts } from '../engine/verdicts.ts';
import { readLastId } from '../store/last-id.ts';
import { replaySince, rotateSecret } from './subscriptions.ts';
import type { EventEffect } from './write-event.ts';

const FLEET = { images: 24, projects: 4 };
const LOW: TestAdvisory = { id: 'CVE-2026-1001', severity: 'low' };
const OTHER: TestAdvisory = { id: 'CVE-2026-1002', severity: 'low', package: 'package-1' };

const EMPTY_PROOF = {
  gates: [],
  completeness: { isComplete: true, reasons: [] },
  reviews: [],
  decided: [],
  open: 0,
  dates: {},
} as const;

function dropRows({ rows: _, ...effect }: EventEffect) {
  return effect;
}

for (const engine of STORE_ENGINES) {
  suite(`subscriptions on ${engine.name}`, { skip: engine.skip }, () => {
    test('count the images of their project or owner, which are the rows behind the number', async (t) => {
      const world = await openAlertWorld(t, engine, FLEET);
      await world.subscribe('all');
      await world.subscribe('p1', { filter: { project: 'p1' } });
      await world.subscribe('team', { filter: { owner: 'team-2' } });
      await world.subscribe('none', { filter: { project: 'unknown' } });
      await world.update([LOW]);
      await world.deliverer.deliverDue();
      const effects = new Map(
        world.received.map(({ path, event }) => [path, event.data.effects] as const),
      );
      assert.deepEqual([...effects.keys()].sort(), ['/all', '/p1', '/team']);
      assert.deepEqual(
        [...effects].map(([path, [effect]]) => [path, effect?.images, effect?.count]).sort(),
        [
          ['/all', 24, 24],
          ['/p1', 6, 6],
          ['/team', 8, 8],
        ],
      );
      for (const [effect] of effects.values()) {
        assert.ok(effect);
        const { images, count } = effect;
        assert.deepEqual(await world.countRows(effect), { images, count });
      }
    });

    test('known exploitation and a higher severity pass every filter, once', async (t) => {
      const world = await openAlertWorld(t, engine, FLEET);
      await world.update([LOW, OTHER]);
      await world.deliverer.deliverDue();
      await world.subscribe('severe', { filter: { severity: 'critical' } });
      await world.subscribe('verdicts', { filter: { verdicts: ['warn'] } });
      await world.subscribe('kev', { filter: { exploited: true } });
      await world.subscribe('digest', { options: { digest: true } });
      await world.update([LOW, OTHER, { id: 'CVE-2026-1003', severity: 'low' }]);
      await world.deliverer.deliverDue();
      assert.equal(world.received.length, 0, 'new findings of low severity are not urgent');
      await world.update(
        [{ ...LOW, severity: 'critical' }, OTHER, { id: 'CVE-2026-1003', severity: 'low' }],
        ['CVE-2026-1002'],
      );
      await world.deliverer.deliverDue();
      const paths = ['/digest', '/kev', '/severe', '/verdicts'];
      for (const [id, expected] of [
        ['CVE-2026-1001', { severity: 'critical', roseFrom: 'low' }],
        ['CVE-2026-1002', { severity: 'low', exploited: true }],
      ] as const) {
        const messages: readonly ReceivedMessage[] = world.received.filter(
          ({ event }) => event.subject === id,
        );
        assert.deepEqual(messages.map(({ path }) => path).sort(), paths);
        const event = messages[0]?.event;
        assert.partialDeepStrictEqual(event?.data, expected);
        const [effect] = event?.data.effects ?? [];
        assert.ok(effect);
        const { images, count } = effect;
        assert.deepEqual(await world.countRows(effect), { images, count });
      }
      assert.equal(world.received.length, 2 * paths.length);
    });

    test('a withdrawn advisory is good news', async (t) => {
      const world = await openAlertWorld(t, engine, FLEET);
      await world.update([LOW]);
      await world.deliverer.deliverDue();
      await world.subscribe('all');
      await world.update([]);
      await world.deliverer.deliverDue();
      const [message, ...others] = world.received;
      assert.deepEqual(others, []);
      assert.equal(message?.event.data.goodNews, true);
      assert.equal(
        message.event.data.summary,
        'advisories about CVE-2026-1001 were withdrawn or corrected',
      );
      assert.deepEqual(message.event.data.effects.map(dropRows), [
        { kind: 'closed', count: 24, images: 24 },
      ]);
    });

    test('a digest is one message a day by owner, and failing verdicts do not wait', async (t) => {
      const world = await openAlertWorld(t, engine, FLEET);
      await world.subscribe('digest', { options: { digest: true } });
      await world.subscribe('team', { filter: { owner: 'team-1' }, options: { digest: true } });
      await world.update([LOW]);
      await world.update([LOW, OTHER]);
      await world.store.runTransaction(async (change) => {
        const revision = await readLastId(change.db, 'revision');
        const effects = [{ kind: 'pass-fail', count: 2, images: 2, ids: [1, 2] }];
        const cause = { revision, kind: 'data', subject: '', summary: 'verdicts changed' } as const;
        await addEffects(change, { ...cause, effects }, world.world.now);
      });
      await world.deliverer.deliverDue();
      assert.deepEqual(
        world.received.map(({ path, event }) => [path, event.data.effects.map(dropRows)]).sort(),
        [
          ['/digest', [{ kind: 'pass-fail', count: 2, images: 2 }]],
          ['/team', [{ kind: 'pass-fail', count: 1, images: 1 }]],
        ],
      );
      world.received.length = 0;
      world.world.now += DAY_MS;
      await world.deliverer.deliverDue();
      await world.deliverer.deliverDue();
      const byPath = new Map(world.received.map(({ path, event }) => [path, event]));
      assert.deepEqual([...byPath.keys()].sort(), ['/digest', '/team']);
      assert.equal(world.received.length, 2);
      const { owners = [], summary } = byPath.get('/digest')?.data ?? {};
      assert.equal(summary, '2 changes since the last digest');
      assert.deepEqual(
        owners.map(({ owner, causes }) => [owner, causes.map(({ subject }) => subject)]),
        ['team-1', 'team-2', ''].map((owner) => [owner, [LOW.id, OTHER.id]]),
      );
      for (const { causes } of owners) {
        for (const effect of causes.flatMap(({ effects }) => effects)) {
          const { images, count } = effect;
          assert.deepEqual(await world.countRows(effect), { images, count });
        }
      }
      assert.deepEqual(
        byPath.get('/team')?.data.owners?.map(({ owner }) => owner),
        ['team-1'],
      );
      await replaySince(world.store, { name: 'digest', from: 0, to: world.world.now }, 0);
      world.received.length = 0;
      await world.deliverer.deliverDue();
      assert.deepEqual(
        world.received.map(({ event }) => event.subject),
        [undefined, 'digest'],
        'all messages of a time are sent again, in order',
      );
    });

    test('findings that become overdue are reported once, also if a verdict stays', async (t) => {
      const { world, ...rest } = await openAlertWorld(t, engine, FLEET);
      await rest.subscribe('late', { filter: { overdue: true, project: 'p1' } });
      await rest.subscribe('digest', { options: { digest: true } });
      const at = world.now + DAY_MS;
      const due = [{ at, title: 'fix within a day', vulnerability: LOW.id }];
      const judge = async () =>
        await rest.store.runTransaction(async (change) => {
          const verdicts = [1, 2].map((image) => ({
            image,
            outcome: 'fail' as const,
            inputs: 'same',
            validUntil: undefined,
            proof: { ...EMPTY_PROOF, due },
            failing: null,
          }));
          const revision = await readLastId(change.db, 'revision');
          await writeVerdicts(change, verdicts, { revision, kind: 'time', now: world.now });
        });
      await judge();
      world.now += DAY_MS / 2;
      await judge();
      await rest.deliverer.deliverDue();
      assert.equal(rest.received.length, 0);
      world.now += DAY_MS;
      await judge();
      await judge();
      await rest.deliverer.deliverDue();
      assert.deepEqual(
        rest.received.map(({ path, event }) => [path, event.data.effects.map(dropRows)]).sort(),
        [
          ['/digest', [{ kind: 'overdue', count: 2, images: 2 }]],
          ['/late', [{ kind: 'overdue', count: 1, images: 1 }]],
        ],
      );
    });

    test('a secret is replaced while the one before still signs', async (t) => {
      const world = await openAlertWorld(t, engine, FLEET);
      const { secret: first } = await world.subscribe('all');
      const { secret: second } = await rotateSecret(world.store, { name: 'all' });
      const { secrets } = await world.store.db
        .selectFrom('subscription')
        .select('secrets')
        .executeTakeFirstOrThrow();
      assert.deepEqual(JSON.parse(secrets), [second, first]);
      await world.deliverer.test('all');
      const [message] = world.received;
      assert.match(String(message?.headers['webhook-signature']), /^v1,\S+ v1,\S+$/);
    });
  });
}
