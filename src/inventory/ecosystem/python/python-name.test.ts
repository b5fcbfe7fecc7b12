import assert from 'node:assert/strict';
import { it } from 'node:test';
import { normalizePythonName, toPypiPurl } from './python-name.ts';

it('normalizes every spelling of a name to the same one', () => {
  assert.equal(normalizePythonName('FrIeNdLy-_-_bArD'), 'friendly-bard');
  assert.equal(normalizePythonName('zope.interface'), 'zope-interface');
  assert.equal(normalizePythonName('six'), 'six');
});

it('adds the repository to the package URL if there is one', () => {
  assert.equal(toPypiPurl({ name: 'six', version: '1.16.0' }), 'pkg:pypi/six@1.16.0');
  assert.equal(
    toPypiPurl({ name: 'a', version: '1', vcsUrl: 'git+https://e.org/a@1f' }),
    'pkg:pypi/a@1?vcs_url=git%2Bhttps%3A%2F%2Fe.org%2Fa%401f',
  );
});
