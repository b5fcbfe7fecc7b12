import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseExclusions } from './exclusion.ts';

it('matches the paths that match any of the patterns', () => {
  const isExcluded = parseExclusions(['./a', '**/*.log'], 'directory');
  assert.deepEqual(['/a', '/b', '/x/y.log', '/a/b'].filter(isExcluded), ['/a', '/x/y.log']);
  assert.equal(parseExclusions([], 'directory')('/a'), false);
});

it('requires the start of a pattern, as in Syft', () => {
  for (const pattern of ['node_modules', '/srv', '../a', '.a', '']) {
    assert.throws(() => parseExclusions([pattern], 'directory'), { code: 'E_USAGE' }, pattern);
  }
  assert.equal(parseExclusions(['/srv'], 'image')('/srv'), true);
});
