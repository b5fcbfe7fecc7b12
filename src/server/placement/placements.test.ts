import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { NOW, openPageWorld } from '../../../test/support/page-world.ts';
import { createPlacement, setDigest } from '../../../test/support/placed-image.ts';
import { STORE_ENGINES } from '../../../test/support/store-engines.ts';
import { DAY_MS } from '../../foundation/core/duration.ts';
import type { Placement } from './placement.ts';

const A = `sha256:${'a'.repeat(64)}`;
const B = `sha256:${'b'.repeat(64)}`;

function addDays(days: number): string {
  return new Date(Date.parse(NOW) + days * DAY_MS).toISOString();
}

for (const storeEngine of STORE_ENGINES) {
  suite(`placements on ${storeEngine.name}`, { skip: storeEngine.skip }, () => {
    test('a report replaces the one of the same source, and no other', async (t) => {
      const { engine, push } = await openPageWorld(t, storeEngine);
      const image = await push('web', setDigest(A));
      const { views } = engine;
      const { placements } = engine.watched;
      const report = async (source: string, list: readonly Placement[], day: number) =>
        await placements.report({ source, sender: 'local', placements: list }, addDays(day));
      const first = await report(
        'eu',
        [createPlacement('web:1', A), createPlacement('db', B), createPlacement('db', B)],
        1,
      );
      assert.deepEqual(
        [first.placements, first.started, first.stopped, first.images],
        [2, 2, 0, { known: 1, unknown: 1, unresolved: 0 }],
      );
      assert.deepEqual(first.unknown, [
        { reference: 'db', digest: B, environments: ['prod'], placements: 1 },
      ]);
      await report(
        'us',
        [createPlacement('cache:7', ''), createPlacement('web:1', A, { environment: 'test' })],
        1,
      );
      const listAll = async (at?: number) => {
        const question = at === undefined ? { limit: 10 } : { limit: 10, at };
        const { items } = await placements.listPlacements(question);
        return items.map((one) => `${one.source} ${one.environment} ${one.reference}`);
      };
      assert.deepEqual(await listAll(), [
        'eu prod web:1',
        'eu prod db',
        'us prod cache:7',
        'us test web:1',
      ]);
      // The same report again is not a change; a scaled workload is none, either.
      const revision = await views.readLastRevision();
      const same = await report(
        'eu',
        [createPlacement('web:1', A, { instances: 5 }), createPlacement('db', B)],
        2,
      );
      assert.deepEqual([same.started, same.stopped, same.revision], [0, 0, undefined]);
      assert.equal(await views.readLastRevision(), revision);
      const [web] = (await placements.listPlacements({ source: 'eu', limit: 1 })).items;
      assert.deepEqual([web?.instances, web?.since, web?.images], [5, addDays(1), [image]]);
      // The database has stopped, also in the list of the image that was unknown.
      const last = await report('eu', [createPlacement('web:1', A)], 3);
      assert.deepEqual([last.started, last.stopped, last.unknown], [0, 1, []]);
      assert.deepEqual(await listAll(), ['eu prod web:1', 'us prod cache:7', 'us test web:1']);
      assert.equal((await listAll(revision)).length, 4);
      assert.deepEqual(await listAll(1), []);
      await placements.removeSource('us', addDays(4));
      assert.deepEqual(await listAll(), ['eu prod web:1']);
      await assert.rejects(placements.removeSource('us', addDays(4)), { code: 'E_USAGE' });
      assert.deepEqual(
        (await placements.listSources()).map(({ source, at }) => [source, at]),
        [['eu', addDays(3)]],
      );
      assert.deepEqual(await engine.audit(), []);
    });

    test('filters images and exposure by environment, and finds images pushed later', async (t) => {
      const { engine, push } = await openPageWorld(t, storeEngine);
      const { views } = engine;
      const { placements } = engine.watched;
      const list = [
        createPlacement('web:1', A),
        createPlacement('web:2', B, { environment: 'test' }),
        createPlacement('x:1', ''),
      ];
      await placements.report({ source: 'eu', sender: 'local', placements: list }, NOW);
      const web = await push('web', setDigest(A));
      const other = await push('other', setDigest(B));
      const listUsed = async (environment: string, at?: number) => {
        const filter = { after: 0, limit: 10, environment };
        const { items } = await views.listImages(at === undefined ? filter : { ...filter, at });
        return items.map(({ id }) => id);
      };
      assert.deepEqual([await listUsed('prod'), await listUsed('test')], [[web], [other]]);
      assert.deepEqual(await listUsed("pr'od"), []);
      const exposure = await views.findExposure({ name: 'musl', environment: 'prod' });
      assert.deepEqual(exposure.components[0]?.images, [web]);
      assert.equal(exposure.unresolved, 1);
      const before = await views.readLastRevision();
      await placements.report({ source: 'eu', sender: 'local', placements: [] }, addDays(1));
      assert.deepEqual([await listUsed('prod'), await listUsed('prod', before)], [[], [web]]);
    });

    test('an image in use is never retired', async (t) => {
      const { engine, push } = await openPageWorld(t, storeEngine);
      const web = await push('web', setDigest(A));
      await push('other', setDigest(B));
      const report = { source: 'eu', sender: 'local', placements: [createPlacement('web:1', A)] };
      await engine.watched.placements.report(report, NOW);
      const rule = { before: Date.parse(addDays(9)), keepEach: 0 };
      const { retired, kept } = await engine.planRetirement(rule, addDays(9));
      assert.deepEqual(
        kept.map(({ id, vetoes }) => [id, vetoes[0]?.kind, vetoes[0]?.reason]),
        [[web, 'deployed', 'eu reported on 2026-01-04 that it is in use: prod']],
      );
      assert.equal(retired.length, 1);
    });
  });
}
