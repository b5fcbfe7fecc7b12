import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { openAlertWorld } from './alert-world.ts';
import { STORE_ENGINES } from './store-engines.ts';

/**
 * One advisory affects every image: each subscription gets one message, and each number in it
 * equals the rows behind its link.
 */
export function testFlood({
  images,
  projects,
}: {
  readonly images: number;
  readonly projects: number;
}): void {
  for (const engine of STORE_ENGINES) {
    suite(`a flood on ${engine.name}`, { skip: engine.skip }, () => {
      test(`one advisory about ${images} images is one message each`, async (t) => {
        const world = await openAlertWorld(t, engine, { images, projects });
        await world.subscribe('all');
        await world.subscribe('team', { filter: { owner: 'team-1' } });
        for (let project = 0; project < projects; project += 1) {
          await world.subscribe(`p${project}`, { filter: { project: `p${project}` } });
        }
        const started = performance.now();
        await world.update([{ id: 'CVE-2026-1001', severity: 'critical' }]);
        const updated = performance.now();
        await world.deliverer.deliverDue();
        const delivered = performance.now();
        const sums = { images: 0, counts: 0 };
        const paths = new Set<string>();
        for (const { path, event } of world.received) {
          assert.ok(!paths.has(path), `${path} got two messages`);
          paths.add(path);
          const [effect, ...others] = event.data.effects;
          assert.ok(effect);
          assert.deepEqual(others, []);
          assert.ok(JSON.stringify(event).length < 1_000, 'a message is small');
          const { images: stated, count } = effect;
          assert.deepEqual(await world.countRows(effect), { images: stated, count }, path);
          if (path.startsWith('/p')) {
            sums.images += stated;
            sums.counts += count;
          }
        }
        assert.equal(paths.size, projects + 2);
        assert.deepEqual(sums, { images, counts: images }, 'projects have all images together');
        t.diagnostic(
          `${paths.size} messages; update ${Math.round(updated - started)} ms, messages ${Math.round(delivered - updated)} ms`,
        );
      });
    });
  }
}
