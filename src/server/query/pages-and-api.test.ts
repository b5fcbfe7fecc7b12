import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { compareExposure } from '../../../test/support/compare-exposure.ts';
import { openSampleServer } from '../../../test/support/compared-server.ts';
import type { ServerApp } from '../../../test/support/server-app.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';

for (const engine of STORE_ENGINES) {
  suite(`pages and API of the sample on ${engine.name}`, { skip: engine.skip }, () =>
    testSample(engine),
  );
}

function testSample(engine: TestEngine): void {
  const resources = new AsyncDisposableStack();
  let app: ServerApp;

  before(async () => {
    app = await openSampleServer(resources, engine);
  });
  after(async () => await resources.disposeAsync());

  test('a range of versions has the same images, and the same versions outside it', async () => {
    const outside: number[] = [];
    // The second version came with the third image.
    for (const asof of [1, 2, 3]) {
      const past = { package: 'zlib1g', below: '9', asof: String(asof) };
      outside.push((await compareExposure(app, 'package', past)).outside ?? -1);
    }
    assert.deepEqual(outside, [1, 1, 2]);
    assert.equal(
      (await compareExposure(app, 'package', { package: 'zlib1g', below: '9' })).outside,
      2,
    );
    for (const question of [
      { package: 'zlib1g' },
      { package: 'zlib1g', from: '1:1.3' },
      { package: 'openssl' },
      { package: 'lodash', below: '4.17.20' },
      { package: 'nothing', below: '1' },
    ]) {
      await compareExposure(app, 'package', question);
    }
  });
}
