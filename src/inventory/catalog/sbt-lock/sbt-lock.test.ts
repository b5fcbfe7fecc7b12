import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { sbtLock } from './sbt-lock.ts';

const read = (text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(sbtLock, { '/app/build.sbt.lock': text });

test('a lock file of sbt lists modules without those for tests alone', () => {
  const lock = {
    lockVersion: 1,
    configurations: ['compile', 'runtime', 'test'],
    dependencies: [
      {
        org: 'org.apache.commons',
        name: 'commons-lang3',
        version: '3.9',
        configurations: ['test', 'compile', 'runtime'],
      },
      { org: 'org.scalatest', name: 'scalatest_2.13', version: '3', configurations: ['test'] },
      { org: 'org.example', name: 'unversioned', configurations: ['compile'] },
    ],
  };
  const { packages, problems } = read(JSON.stringify(lock));
  assert.deepEqual(
    packages.map(({ purl }) => purl),
    ['pkg:maven/org.apache.commons/commons-lang3@3.9'],
  );
  assert.deepEqual(problems, ['P_RECORD /app/build.sbt.lock:']);
});

test('a lock file of sbt without a list is malformed', () => {
  for (const text of ['', '[]', '{"dependencies":{}}', '['.repeat(99_999)]) {
    assert.deepEqual(read(text).problems, ['P_MALFORMED /app/build.sbt.lock:']);
  }
});
