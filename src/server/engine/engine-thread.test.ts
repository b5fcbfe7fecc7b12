import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { ServerWorld } from '../../../test/support/server-world.ts';
import { startEngineThread } from './engine-thread.ts';

const NOW = '2026-01-04T00:00:00Z';

test('answers while a change of the store waits', async () => {
  using world = new ServerWorld();
  await world.importDatabase();
  const { folder, database } = world;
  const problems: unknown[] = [];
  await using thread = await startEngineThread(
    { folder, database, maxAgeDays: 0 },
    { now: NOW, onProblem: (problem) => problems.push(problem) },
  );
  using other = new DatabaseSync(join(folder, 'store.db'), { timeout: 60_000 });
  other.exec('begin immediate');
  const policy = { severity: 'low', policies: [] } as const;
  let isSet = false;
  const setting = thread.call('setPolicy', { policy, now: NOW }).then((isOther) => {
    isSet = isOther;
  });
  const { revision, generation } = await thread.call('readStatus', undefined);
  assert.deepEqual([revision, generation, isSet], [0, null, false]);
  await assert.rejects(thread.call('writeResult', { id: 1, now: NOW }), {
    code: 'E_IMAGE_UNKNOWN',
  });
  const sbom = { bomFormat: 'CycloneDX', specVersion: '1.6', components: [] };
  const document = Buffer.from(JSON.stringify(sbom));
  const answer = await thread.call('askGate', { document, gates: { severity: 'low' }, now: NOW });
  assert.equal(answer.outcome, 'unknown');
  assert.equal(isSet, false);
  other.exec('rollback');
  await setting;
  assert.equal((await thread.call('readStatus', undefined)).revision, 1);
  assert.deepEqual(problems, []);
});
