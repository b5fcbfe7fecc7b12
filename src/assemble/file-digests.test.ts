import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseDigestAlgorithms, selectOtherDigests } from './file-digests.ts';

it('understands names of digests in lists and in any case, each once', () => {
  assert.deepEqual(parseDigestAlgorithms(['sha256,MD5', 'sha256']), ['sha256', 'md5']);
});

it('refuses a digest that is not known, naming the nearest', () => {
  assert.throws(() => parseDigestAlgorithms(['sha265']), {
    code: 'E_USAGE',
    hint: 'did you mean "sha256"?',
  });
});

it('tells apart what is not taken of every file in any case', () => {
  assert.deepEqual(selectOtherDigests(['sha1', 'md5', 'sha512']), ['md5', 'sha512']);
});
