import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { DEFAULT_LIMITS } from '../foundation/core/limits.ts';
import { SILENT } from '../foundation/core/progress.ts';
import { buildDatabase } from '../vulnerability/advisory/build-database.ts';
import { useDatabase } from './assess.ts';
import type { Ports } from './ports.ts';

const root = mkdtempSync(join(tmpdir(), 'plimsoll-assess-'));
after(() => rmSync(root, { recursive: true }));

const FEED = join(import.meta.dirname, '../../examples/advisories/alpine-secdb-3.10.json');

function createPorts(machineTime: string, resources: DisposableStack): Ports {
  return {
    now: '2020-01-01T00:00:00Z',
    machineTime,
    progress: SILENT,
    resources,
    network: { isOffline: true },
    environment: {},
    temporaryFolder: root,
    notify: () => undefined,
  };
}

suite('the advisory database of a run', () => {
  test('is rejected if it is more than a day ahead of the machine clock', async () => {
    const folder = join(root, 'db');
    const now = '2026-11-20T00:00:00Z';
    const file = join(root, 'secdb.json');
    copyFileSync(FEED, file);
    utimesSync(file, new Date(now), new Date(now));
    await buildDatabase([{ provider: 'alpine-secdb', file }], folder, {
      limits: DEFAULT_LIMITS,
      progress: SILENT,
      now,
    });
    using resources = new DisposableStack();
    const request = { folder, isRequired: true };
    assert.throws(() => useDatabase(request, createPorts('2026-11-18T23:00:00Z', resources)), {
      code: 'E_DB_INVALID',
      message: /in the future/,
    });
    const database = useDatabase(request, createPorts('2026-11-19T12:00:00Z', resources));
    assert.equal(database?.description.builtAt, new Date(now).toISOString());
  });

  test('may be missing unless it is required', () => {
    using resources = new DisposableStack();
    const ports = createPorts('2026-11-19T12:00:00Z', resources);
    const folder = join(root, 'none');
    assert.equal(useDatabase({ folder }, ports), undefined);
    assert.throws(() => useDatabase({ folder, isRequired: true }, ports), { code: 'E_DB_MISSING' });
  });
});
