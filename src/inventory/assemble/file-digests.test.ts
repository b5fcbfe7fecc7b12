import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseDigestAlgorithms, selectOtherDigests } from './file-digests.ts';

it('parses digest names in lists and in any case, without duplicates', () => {
  assert.deepEqual(parseDigestAlgorithms(['sha256,MD5', 'sha256']), ['sha256', 'md5']);
});

it('rejects an unknown digest and suggests the nearest one', () => {
  assert.throws(() => parseDigestAlgorithms(['sha265']), {
    code: 'E_USAGE',
    hint: 'did you mean "sha256"?',
  });
});

it('selects the digests that are not computed for every file anyway', () => {
  assert.deepEqual(selectOtherDigests(['sha1', 'md5', 'sha512']), ['md5', 'sha512']);
});
