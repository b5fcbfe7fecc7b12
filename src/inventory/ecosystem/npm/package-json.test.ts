import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toBytes } from '../../../foundation/core/bytes.ts';
import { toNpmPurl } from './npm-purl.ts';
import { parsePackageJson, readPackageJson } from './package-json.ts';

function parseValue(value: unknown) {
  return parsePackageJson(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
}

describe('package.json', () => {
  it('is read once for all requests of the same file, even if it is invalid', () => {
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
      assert.equal(readPackageJson(content), readPackageJson(content));
      assert.deepEqual(readPackageJson(content), parseValue(text));
      assert.equal(reads, 1);
    }
  });

  it('has the used fields', () => {
    assert.deepEqual(
      parseValue({
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

  it('reads licenses in all current and former forms', () => {
    const readLicenses = (members: object): unknown => parseValue(members)?.licenses;
    assert.deepEqual(readLicenses({ license: { type: 'ISC', url: 'x' } }), ['ISC']);
    assert.deepEqual(readLicenses({ licenses: [{ type: 'MIT' }, 'Apache-2.0'] }), [
      'MIT',
      'Apache-2.0',
    ]);
    assert.deepEqual(readLicenses({ license: 'MIT', licenses: [{ type: 'GPL' }] }), ['MIT']);
    assert.deepEqual(readLicenses({ license: 7, licenses: 8 }), []);
  });

  it('treats members of a wrong type as absent', () => {
    const odd = parseValue({ name: 'a', version: 1, homepage: [], repository: [{}], author: [] });
    assert.deepEqual([odd?.version, odd?.homepage, odd?.url, odd?.author], ['', '', '', '']);
  });

  it('accepts a byte order mark, and rejects other values than objects', () => {
    assert.equal(parseValue('\ufeff{"name":"a"}')?.name, 'a');
    for (const text of ['', '[]', '{', 'null', '"a"', '['.repeat(500_000)]) {
      assert.equal(parseValue(text), undefined);
    }
    assert.equal(
      parseValue(`{"name":"a","x":${'['.repeat(2_000)}${']'.repeat(2_000)}}`)?.name,
      'a',
    );
  });
});

it('uses the scope as the namespace of the package URL', () => {
  assert.equal(toNpmPurl('@babel/core', '7.0.0'), 'pkg:npm/%40babel/core@7.0.0');
  assert.equal(toNpmPurl('koa', ''), 'pkg:npm/koa');
});
