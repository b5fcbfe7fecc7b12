import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FleetPages } from '../../../test/support/fleet-pages.ts';
import { STORE_ENGINES } from '../../../test/support/store-engines.ts';

const SHAPE = { images: 210, components: 20, packagesEach: 2, seed: 3 };

suite('the choice of two images', () => {
  for (const engine of STORE_ENGINES) {
    test(`offers the last ones, and keeps an older one, ${engine.name}`, {
      skip: engine.skip,
    }, async () => {
      await using pages = new FleetPages();
      await pages.open(engine, SHAPE);
      const listSelected = async (address: string): Promise<readonly (string | undefined)[]> =>
        [...(await pages.get(address)).body.matchAll(/<option value="(\d+)" selected>/g)].map(
          ([, value]) => value,
        );
      assert.deepEqual(await listSelected('/compare'), ['209', '210']);
      assert.deepEqual(await listSelected('/compare?a=2'), ['2', '210']);
      assert.deepEqual(await listSelected('/compare?b=999'), ['209']);
    });
  }
});
