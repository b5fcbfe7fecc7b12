import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findPinnedVersion, parsePythonRequirement } from './requirement.ts';

const PLAIN = { name: 'a', extras: [], constraint: '', url: '', markers: '' };

describe('a requirement', () => {
  it('is split into its parts', () => {
    assert.deepEqual(parsePythonRequirement(' a '), PLAIN);
    assert.deepEqual(
      parsePythonRequirement('requests[security, socks] >= 2.8.1, == 2.8.* ; python_version < "3"'),
      {
        name: 'requests',
        extras: ['security', 'socks'],
        constraint: '>= 2.8.1, == 2.8.*',
        url: '',
        markers: 'python_version < "3"',
      },
    );
    assert.equal(parsePythonRequirement('six (>=1.9.0)')?.constraint, '>=1.9.0');
    assert.equal(parsePythonRequirement('zope.interface~=5')?.name, 'zope.interface');
  });

  it('may have a URL, which may contain semicolons', () => {
    assert.deepEqual(parsePythonRequirement('a @ git+https://e.org/a;b@v1 ; os_name == "nt"'), {
      ...PLAIN,
      url: 'git+https://e.org/a;b@v1',
      markers: 'os_name == "nt"',
    });
    const both = parsePythonRequirement('a == 3.7 @ git+https://e.org/a@v3.7');
    assert.equal(both?.constraint, '== 3.7');
    assert.equal(both?.url, 'git+https://e.org/a@v3.7');
  });

  it('is undefined if the string has another form', () => {
    for (const text of ['', '==2.3.4', './local', 'two words', 'a[b', '[a]', '\u00e4==1']) {
      assert.equal(parsePythonRequirement(text), undefined, text);
    }
    assert.equal(parsePythonRequirement('a.'.repeat(500_000))?.name.length, 1_000_000);
    assert.equal(parsePythonRequirement(`a${'['.repeat(1_000_000)}`), undefined);
  });
});

describe('a pinned version', () => {
  it('is the one that an equality permits', () => {
    assert.equal(findPinnedVersion('==1.0'), '1.0');
    assert.equal(findPinnedVersion('=== 1!2.0+local.1'), '1!2.0+local.1');
    assert.equal(findPinnedVersion('>0.9, == 1.0'), '1.0');
  });

  it('is undefined if several versions are permitted', () => {
    for (const constraint of ['', '>=1.0', '== 2.8.*', '!=1.0', '~=1.0', '<1', '====1', '==1 2']) {
      assert.equal(findPinnedVersion(constraint), undefined, constraint);
    }
  });
});
