import assert from 'node:assert/strict';
import { it } from 'node:test';
import { pypiPurl, pythonName } from './python-name.ts';

it('gives every spelling of a name the same one', () => {
  assert.equal(pythonName('FrIeNdLy-_-_bArD'), 'friendly-bard');
  assert.equal(pythonName('zope.interface'), 'zope-interface');
  assert.equal(pythonName('six'), 'six');
});

it('puts the repository into the package URL only where there is one', () => {
  assert.equal(pypiPurl({ name: 'six', version: '1.16.0' }), 'pkg:pypi/six@1.16.0');
  assert.equal(
    pypiPurl({ name: 'a', version: '1', vcsUrl: 'git+https://e.org/a@1f' }),
    'pkg:pypi/a@1?vcs_url=git%2Bhttps%3A%2F%2Fe.org%2Fa%401f',
  );
});
