import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { compareExposure } from '../support/compare-exposure.ts';
import { openFleetServer } from '../support/compared-server.ts';
import type { ServerApp } from '../support/server-app.ts';
import { STORE_ENGINES, type TestEngine } from '../support/store-engines.ts';

const IMAGES = 5_000;

for (const engine of STORE_ENGINES) {
  suite(`pages and API of ${IMAGES} images on ${engine.name}`, { skip: engine.skip }, () =>
    testFleet(engine),
  );
}

function testFleet(engine: TestEngine): void {
  const resources = new AsyncDisposableStack();
  let app: ServerApp;

  before(async () => {
    app = await openFleetServer(resources, engine, IMAGES);
  });
  after(async () => await resources.disposeAsync());

  test('exposure of packages and vulnerabilities', async () => {
    for (const question of [
      { package: 'package-7' },
      { package: 'package-7', below: '2.0' },
      { package: 'package-7', from: '2.0', asof: '900' },
      { package: 'package-8', reach: 'unreachable' },
      { package: 'package-8', reach: 'reachable' },
    ]) {
      assert.ok((await compareExposure(app, 'package', question)).images > 0);
    }
    for (const question of [
      { vulnerability: 'CVE-2026-17' },
      { vulnerability: 'CVE-2026-16', reach: 'unreachable' },
      { vulnerability: 'CVE-2026-20', asof: '900' },
    ]) {
      assert.ok(
        (await compareExposure(app, 'vulnerability', question)).images > 0,
        JSON.stringify(question),
      );
    }
  });
}
