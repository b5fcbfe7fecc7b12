import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Package } from '../core/package.ts';
import { guessCpes } from './cpe-candidates.ts';
import { findDictionaryCpes } from './cpe-dictionary.ts';

function createPackage(
  type: string,
  name: string,
  value: Readonly<Record<string, unknown>> = {},
): Package {
  return {
    name,
    version: '1.2.3',
    type,
    language: '',
    purl: '',
    foundBy: 'test',
    rule: 'a test',
    confidence: 1,
    locations: [],
    licenses: [],
    cpes: [],
    upstreams: [],
    ownedFiles: [],
    metadata: { kind: '', value },
  };
}

suite('the CPE dictionary', () => {
  test('replaces guesses for listed packages and adds their version', () => {
    assert.deepEqual(guessCpes(createPackage('npm', 'lodash')), [
      { cpe: 'cpe:2.3:a:lodash:lodash:1.2.3:*:*:*:*:node.js:*:*', source: 'dictionary' },
    ]);
    assert.deepEqual(guessCpes(createPackage('npm', '@perfood/couch-auth')), [
      { cpe: 'cpe:2.3:a:perfood:couchauth:1.2.3:*:*:*:*:node.js:*:*', source: 'dictionary' },
    ]);
  });

  test('lists WordPress plug-ins by their directories', () => {
    const plugin = createPackage('wordpress-plugin', 'Akismet Anti-spam: Spam Protection', {
      pluginInstallDirectory: 'akismet',
    });
    assert.deepEqual(guessCpes(plugin), [
      { cpe: 'cpe:2.3:a:automattic:akismet:1.2.3:*:*:*:*:wordpress:*:*', source: 'dictionary' },
    ]);
  });

  test('leaves unlisted packages and unlisted types to guesses', () => {
    for (const [type, name] of [
      ['npm', 'no-such-package-here'],
      ['npm', 'toString'],
      ['deb', 'lodash'],
    ] as const) {
      const cpes = guessCpes(createPackage(type, name));
      assert.ok(cpes.length > 0 && cpes.every(({ source }) => source === 'generated'), name);
    }
  });

  test('returns nothing if the version cannot be part of a CPE', () => {
    assert.deepEqual(findDictionaryCpes('npm', 'lodash', ''), [
      { cpe: 'cpe:2.3:a:lodash:lodash:*:*:*:*:*:node.js:*:*', source: 'dictionary' },
    ]);
    assert.deepEqual(findDictionaryCpes('npm', 'lodash', '1\u0000'), []);
  });
});

test('guesses unlisted WordPress plug-ins by author and domain', () => {
  const plugin = createPackage('wordpress-plugin', 'My Own Plugin', {
    pluginInstallDirectory: 'my-own',
    author: 'Ann Author',
    authorUri: 'https://www.example.org/ann',
  });
  assert.deepEqual(
    guessCpes(plugin).map(({ cpe }) => cpe),
    [
      'cpe:2.3:a:ann_author:my_own_plugin:1.2.3:*:*:*:*:wordpress:*:*',
      'cpe:2.3:a:example:my_own_plugin:1.2.3:*:*:*:*:wordpress:*:*',
      'cpe:2.3:a:ann_author:my-own:1.2.3:*:*:*:*:wordpress:*:*',
      'cpe:2.3:a:example:my-own:1.2.3:*:*:*:*:wordpress:*:*',
    ],
  );
});
