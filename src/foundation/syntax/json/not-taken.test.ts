import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NotTakenCount } from './not-taken.ts';

test('counts ignored members by entries of the document and by records', () => {
  const count = new NotTakenCount();
  count.count({ taken: 1, services: [1, 2, 3], signature: {}, empty: [] }, new Set(['taken']));
  for (const copyright of ['Ada', 'NOASSERTION', '', 'Eve']) {
    count.count({ copyright }, new Set(), 'components');
  }
  assert.deepEqual(Object.fromEntries(count.counts), {
    services: 3,
    signature: 1,
    'copyright of components': 2,
  });
});

test('does not report an invalid name', () => {
  const count = new NotTakenCount();
  count.count({ ['evil\u001b[31m']: 1, ['a'.repeat(65)]: 1 }, new Set());
  assert.equal(count.counts.size, 0);
});
