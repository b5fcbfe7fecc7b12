import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Package } from '../core/package.ts';
import { guessCpes } from './cpe-candidates.ts';
import { findDictionaryCpes } from './cpe-dictionary.ts';

function packageOf(
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
  test('names packages of ecosystems in place of guesses, with their version', () => {
    assert.deepEqual(guessCpes(packageOf('npm', 'lodash')), [
      { cpe: 'cpe:2.3:a:lodash:lodash:1.2.3:*:*:*:*:node.js:*:*', source: 'dictionary' },
    ]);
    assert.deepEqual(guessCpes(packageOf('npm', '@perfood/couch-auth')), [
      { cpe: 'cpe:2.3:a:perfood:couchauth:1.2.3:*:*:*:*:node.js:*:*', source: 'dictionary' },
    ]);
  });

  test('files plug-ins of WordPress under their folders', () => {
    const plugin = packageOf('wordpress-plugin', 'Akismet Anti-spam: Spam Protection', {
      pluginInstallDirectory: 'akismet',
    });
    assert.deepEqual(guessCpes(plugin), [
      { cpe: 'cpe:2.3:a:automattic:akismet:1.2.3:*:*:*:*:wordpress:*:*', source: 'dictionary' },
    ]);
  });

  test('leaves what it does not know, or does not have a list for, to guesses', () => {
    for (const [type, name] of [
      ['npm', 'no-such-package-here'],
      ['npm', 'toString'],
      ['deb', 'lodash'],
    ] as const) {
      const cpes = guessCpes(packageOf(type, name));
      assert.ok(cpes.length > 0 && cpes.every(({ source }) => source === 'generated'), name);
    }
  });

  test('gives nothing where the version cannot be part of a CPE', () => {
    assert.deepEqual(findDictionaryCpes('npm', 'lodash', ''), [
      { cpe: 'cpe:2.3:a:lodash:lodash:*:*:*:*:*:node.js:*:*', source: 'dictionary' },
    ]);
    assert.deepEqual(findDictionaryCpes('npm', 'lodash', '1\u0000'), []);
  });
});

test('plug-ins of WordPress that the dictionary does not know are guessed by author and domain', () => {
  const plugin = packageOf('wordpress-plugin', 'My Own Plugin', {
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
