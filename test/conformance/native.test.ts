import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAnswers } from './native/answer.ts';
import { type NativeDifference, readDifferences, scoreNative } from './native/score-native.ts';

test('packages and edges of locks equal those of the native tools', async () => {
  const listed = readDifferences();
  const used = new Set<NativeDifference>();
  const unlisted: string[] = [];
  const perFormat = new Map<string, number>();
  for (const answer of readAnswers()) {
    const score = await scoreNative(answer, listed);
    assert.ok(score.packages > 0, `${answer.name} has packages`);
    unlisted.push(...score.unlisted.map((line) => `${answer.name}: ${line}`));
    for (const entry of score.used) {
      used.add(entry);
    }
    const [format = ''] = answer.name.split('/');
    perFormat.set(format, (perFormat.get(format) ?? 0) + 1);
  }
  assert.deepEqual(unlisted, []);
  assert.deepEqual(
    listed.filter((entry) => !used.has(entry)),
    [],
    'every listed difference is one',
  );
  for (const [format, projects] of perFormat) {
    assert.ok(projects >= 3, `${format} has three projects`);
  }
});
