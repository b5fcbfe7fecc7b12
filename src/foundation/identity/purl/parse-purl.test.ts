import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parsePurl } from './parse-purl.ts';
import { type Purl, writePurl } from './purl.ts';

/** Returns only the parts that are present. */
function splitGroup(text: string): Partial<Purl> | undefined {
  const purl = parsePurl(text);
  if (purl === undefined) {
    return undefined;
  }
  const { qualifiers = {}, ...parts } = purl;
  return {
    ...Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)),
    ...(Object.keys(qualifiers).length === 0 ? {} : { qualifiers }),
  };
}

suite('parsePurl', () => {
  const read: readonly (readonly [text: string, parts: Partial<Purl>])[] = [
    ['pkg:npm/lodash@4.17.21', { type: 'npm', name: 'lodash', version: '4.17.21' }],
    [
      'pkg:npm/%40angular/core@17.0.0-rc.1',
      { type: 'npm', namespace: '@angular', name: 'core', version: '17.0.0-rc.1' },
    ],
    ['pkg:npm/@angular/core', { type: 'npm', namespace: '@angular', name: 'core' }],
    [
      'pkg:deb/debian/libstdc++6@4:14.2.0-19?arch=amd64&upstream=gcc-14%4014',
      {
        type: 'deb',
        namespace: 'debian',
        name: 'libstdc++6',
        version: '4:14.2.0-19',
        qualifiers: { arch: 'amd64', upstream: 'gcc-14@14' },
      },
    ],
    [
      'pkg:golang/github.com/a/b@v1.2.3#sub/./../path/',
      {
        type: 'golang',
        namespace: 'github.com/a',
        name: 'b',
        version: 'v1.2.3',
        subpath: 'sub/path',
      },
    ],
    // Percent-encoding is the only one: a plus sign is not a blank.
    [
      'pkg:deb/debian/a@1?upstream=libstdc++',
      {
        type: 'deb',
        namespace: 'debian',
        name: 'a',
        version: '1',
        qualifiers: { upstream: 'libstdc++' },
      },
    ],
    [
      'pkg:generic/a?vcs_url=http://x.example/?a=b%25',
      { type: 'generic', name: 'a', qualifiers: { vcs_url: 'http://x.example/?a=b%' } },
    ],
    // A qualifier without a value is dropped, regardless of its key; keys are in lower case.
    ['pkg:gem/a?Platform=java&b=&1', { type: 'gem', name: 'a', qualifiers: { platform: 'java' } }],
    ['  PKG://GEM//a//b/c@%201 ', { type: 'gem', namespace: 'a/b', name: 'c', version: '1' }],
    ['pkg:npm/a%2Fb@1', { type: 'npm', name: 'a/b', version: '1' }],
    ['pkg:npm/a@', { type: 'npm', name: 'a' }],
    ['pkg:gem/a#..', { type: 'gem', name: 'a' }],
  ];
  for (const [text, parts] of read) {
    test(`reads ${text}`, () => assert.deepEqual(splitGroup(text), parts));
  }

  test('treats names of object properties like other keys', () => {
    const { qualifiers = {} } = parsePurl('pkg:gem/a?__proto__=x&constructor=y') ?? {};
    assert.deepEqual(Object.entries(qualifiers), [
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    assert.equal(Object.getPrototypeOf(qualifiers), Object.prototype);
  });

  const refused = [
    '',
    'npm/a@1',
    'pkg:',
    'pkg:npm',
    'pkg:npm/',
    'pkg:npm/a/',
    'pkg:npm/@1.0',
    'pkg:npm/scope/@1.0',
    'pkg:/a',
    'pkg:1x/a',
    'pkg:n_m/a',
    'pkg:n%70m/a',
    'pkg://user:secret@example.com/a',
    'pkg:npm/a%zz',
    'pkg:npm/a@%cd',
    'pkg:npm/a?b=%',
    'pkg:npm/a?=b',
    'pkg:npm/a?1a=b',
    'pkg:npm/a?a b=c',
    'pkg:npm/a#%zz',
    'pkg:npm/a\nb@1',
    'pkg:npm/a\u0000',
  ];
  for (const text of refused) {
    test(`rejects ${JSON.stringify(text)}`, () => assert.equal(parsePurl(text), undefined));
  }

  const ruled: readonly (readonly [text: string, canonical: string | undefined])[] = [
    ['pkg:npm/Lodash@1.A', 'pkg:npm/lodash@1.A'],
    ['pkg:pypi/Typing_Extensions@4', 'pkg:pypi/typing-extensions@4'],
    ['pkg:pub/Some-Name@1', 'pkg:pub/some_name@1'],
    ['pkg:pub/a.b@1', undefined],
    ['pkg:rpm/Fedora/Curl@1', 'pkg:rpm/fedora/Curl@1'],
    ['pkg:huggingface/A/B@AB', 'pkg:huggingface/A/B@ab'],
    ['pkg:golang/A/b@v1.2', undefined],
    ['pkg:golang/A/b@v1.2.3-0.2020+incompatible', 'pkg:golang/A/b@v1.2.3-0.2020%2Bincompatible'],
    ['pkg:golang/A/b@1.2', 'pkg:golang/A/b@1.2'],
    ['pkg:maven/commons@1', undefined],
    ['pkg:maven/g/A@1', 'pkg:maven/g/A@1'],
    ['pkg:cran/A', undefined],
    ['pkg:swift/a@1', undefined],
    ['pkg:swift/x.example/a', undefined],
    ['pkg:oci/library/a@1', undefined],
    ['pkg:conan/user/a@1', undefined],
    ['pkg:conan/a@1?channel=x', undefined],
    ['pkg:conan/user/a@1?channel=x', 'pkg:conan/user/a@1?channel=x'],
    [
      'pkg:mlflow/A@1?repository_url=x.databricks.net',
      'pkg:mlflow/a@1?repository_url=x.databricks.net',
    ],
    ['pkg:mlflow/A@1', 'pkg:mlflow/A@1'],
    ['pkg:constructor/A@1', 'pkg:constructor/A@1'],
  ];
  for (const [text, canonical] of ruled) {
    test(`applies the type rules to ${text}`, () => {
      const purl = parsePurl(text);
      assert.equal(purl && writePurl(purl), canonical);
    });
  }

  test('reads its own output, even for long strings', () => {
    for (const text of [
      'a'.repeat(100_000),
      '@'.repeat(50_000),
      '/a'.repeat(50_000),
      '%40'.repeat(9_999),
    ]) {
      const purl = parsePurl(`pkg:generic/x${text}?a=${'b&'.repeat(50_000)}`);
      assert.deepEqual(purl && parsePurl(writePurl(purl)), purl);
    }
  });
});
