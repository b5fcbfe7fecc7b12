import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toBytes } from '../../core/bytes.ts';
import { npmPurl } from './npm-purl.ts';
import { packageJsonOf, parsePackageJson } from './package-json.ts';

function parsed(value: unknown) {
  return parsePackageJson(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
}

describe('package.json', () => {
  it('is read once for all that want the same file, be it none', () => {
    for (const text of ['{"name":"a"}', 'no JSON']) {
      let reads = 0;
      const file = toBytes(Buffer.from(text));
      const content = {
        ...file,
        read: (offset: number, length: number) => {
          reads++;
          return file.read(offset, length);
        },
      };
      assert.equal(packageJsonOf(content), packageJsonOf(content));
      assert.deepEqual(packageJsonOf(content), parsed(text));
      assert.equal(reads, 1);
    }
  });

  it('gives the fields that are kept', () => {
    assert.deepEqual(
      parsed({
        name: '@s/a',
        version: '1.0.0',
        author: 'Ann',
        contributors: ['Bob <b@c>'],
        maintainers: { name: 'Cy' },
        homepage: 'https://a.org',
        description: 'does',
        repository: { type: 'git', url: 'git://a.org/a' },
        license: 'MIT',
        private: true,
        dependencies: { b: '1' },
      }),
      {
        name: '@s/a',
        version: '1.0.0',
        author: 'Ann, Bob <b@c>, Cy',
        homepage: 'https://a.org',
        description: 'does',
        url: 'git://a.org/a',
        isPrivate: true,
        licenses: ['MIT'],
      },
    );
  });

  it('reads licences in all the forms they have had', () => {
    const licenses = (members: object): unknown => parsed(members)?.licenses;
    assert.deepEqual(licenses({ license: { type: 'ISC', url: 'x' } }), ['ISC']);
    assert.deepEqual(licenses({ licenses: [{ type: 'MIT' }, 'Apache-2.0'] }), [
      'MIT',
      'Apache-2.0',
    ]);
    assert.deepEqual(licenses({ license: 'MIT', licenses: [{ type: 'GPL' }] }), ['MIT']);
    assert.deepEqual(licenses({ license: 7, licenses: 8 }), []);
  });

  it('takes members of a wrong type for absent ones', () => {
    const odd = parsed({ name: 'a', version: 1, homepage: [], repository: [{}], author: [] });
    assert.deepEqual([odd?.version, odd?.homepage, odd?.url, odd?.author], ['', '', '', '']);
  });

  it('knows a byte order mark, and what is no object', () => {
    assert.equal(parsed('\ufeff{"name":"a"}')?.name, 'a');
    for (const text of ['', '[]', '{', 'null', '"a"', '['.repeat(500_000)]) {
      assert.equal(parsed(text), undefined);
    }
    assert.equal(parsed(`{"name":"a","x":${'['.repeat(2_000)}${']'.repeat(2_000)}}`)?.name, 'a');
  });
});

it('makes the scope the namespace of the package URL', () => {
  assert.equal(npmPurl('@babel/core', '7.0.0'), 'pkg:npm/%40babel/core@7.0.0');
  assert.equal(npmPurl('koa', ''), 'pkg:npm/koa');
});
