import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { openAlertWorld, type TestAdvisory } from '../../../test/support/alert-world.ts';
import { STORE_ENGINES } from '../../../test/support/store-engines.ts';
import { DAY_MS } from '../../foundation/core/duration.ts';
import { countOpenImages } from './open-counts.ts';

const FLEET = { images: 24, projects: 4 };
const SHARED: TestAdvisory = { id: 'CVE-2026-1001', severity: 'low' };
const REST: TestAdvisory = { id: 'CVE-2026-1002', severity: 'low', package: 'package-1' };
const REACHABLE = { filter: { reachable: true } };

type World = Awaited<ReturnType<typeof openAlertWorld>>;

/** No image can load `package-1`; of three images, one cannot load the shared package. */
const listUnreachable = (image: number): readonly string[] =>
  image % 3 === 0 ? ['package-0', 'package-1'] : ['package-1'];

async function readMessages({ deliverer, received, countRows }: World) {
  await deliverer.deliverDue();
  const found: [string, string, number][] = [];
  for (const { path, event } of received.splice(0)) {
    const { effects } = event.data;
    for (const effect of effects) {
      const { images, count } = effect;
      assert.deepEqual(await countRows(effect), { images, count });
    }
    found.push([path, event.subject ?? '', effects.reduce((sum, { images }) => sum + images, 0)]);
  }
  return found.sort();
}

for (const engine of STORE_ENGINES) {
  suite(`subscriptions by reachability on ${engine.name}`, { skip: engine.skip }, () => {
    test('findings that cannot be reached do not count, and unknown ones do', async (t) => {
      const world = await openAlertWorld(t, engine, FLEET);
      await world.writeReach((id) => (id === 1 || id === 4 ? undefined : listUnreachable(id)));
      await world.subscribe('all');
      await world.subscribe('reach', REACHABLE);
      await world.subscribe('team', { filter: { reachable: true, project: 'p1' } });
      await world.update([SHARED]);
      // Of project p1, the images 9 and 21 are multiples of three.
      assert.deepEqual(await readMessages(world), [
        ['/all', SHARED.id, 24],
        ['/reach', SHARED.id, 16],
        ['/team', SHARED.id, 4],
      ]);
      assert.deepEqual(await readMessages(world), []);
      assert.equal(await countOpenImages(world.store, SHARED.id, { reachable: true }), 16);
      assert.equal(await countOpenImages(world.store, SHARED.id, {}), 24);
      await world.update([]);
      assert.deepEqual(
        (await readMessages(world)).map(([path, , images]) => [path, images]),
        [
          ['/all', 24],
          ['/reach', 16],
          ['/team', 4],
        ],
      );
    });

    test('a vulnerability that nothing can reach is not reported until it is exploited', async (t) => {
      const world = await openAlertWorld(t, engine, FLEET);
      await world.writeReach(listUnreachable);
      await world.subscribe('all');
      await world.subscribe('reach', REACHABLE);
      await world.update([REST]);
      const [first, ...others] = await readMessages(world);
      assert.deepEqual(others, []);
      assert.equal(first?.[0], '/all');
      const images = first?.[2] ?? 0;
      assert.ok(images > 0);
      assert.equal(await countOpenImages(world.store, REST.id, { reachable: true }), 0);
      await world.update([REST], [REST.id]);
      assert.deepEqual(await readMessages(world), [
        ['/all', REST.id, images],
        ['/reach', REST.id, images],
      ]);
      assert.equal(await countOpenImages(world.store, REST.id, { reachable: true }), images);
    });

    test('a severity that rises is reported everywhere', async (t) => {
      const world = await openAlertWorld(t, engine, FLEET);
      await world.writeReach(listUnreachable);
      await world.update([REST]);
      await readMessages(world);
      await world.subscribe('reach', REACHABLE);
      await world.update([{ ...REST, severity: 'critical' }]);
      const [message, ...others] = await readMessages(world);
      assert.deepEqual(others, []);
      assert.equal(message?.[0], '/reach');
      assert.ok((message?.[2] ?? 0) > 0);
    });

    test('a digest leaves them out, too', async (t) => {
      const world = await openAlertWorld(t, engine, FLEET);
      await world.writeReach(listUnreachable);
      await world.subscribe('digest', { ...REACHABLE, options: { digest: true } });
      await world.update([SHARED, REST]);
      await world.deliverer.deliverDue();
      world.world.now += DAY_MS;
      await world.deliverer.deliverDue();
      const [message, ...others] = world.received;
      assert.deepEqual(others, []);
      const causes = message?.event.data.owners?.flatMap((one) => one.causes) ?? [];
      assert.deepEqual([...new Set(causes.map(({ subject }) => subject))], [SHARED.id]);
      const effects = causes.flatMap((one) => one.effects);
      assert.equal(
        effects.reduce((sum, { images }) => sum + images, 0),
        16,
      );
      for (const effect of effects) {
        const { images, count } = effect;
        assert.deepEqual(await world.countRows(effect), { images, count });
      }
    });
  });
}
