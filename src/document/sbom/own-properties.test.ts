import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { OwnProperties } from './own-properties.ts';
import { createProperties } from './property.ts';

type Pair = readonly [string, string];

function readProperties(pairs: readonly Pair[], limits = DEFAULT_LIMITS) {
  return new OwnProperties(limits).readPackage(createProperties([['plimsoll:key', 'k'], ...pairs]));
}

const createPair = (name: string, value: unknown): Pair => [
  `plimsoll:${name}`,
  JSON.stringify(value),
];

const FIX = { id: 'CVE-2024-1', version: '1', path: '/c', line: 2, isRecorded: true };

suite('our own properties of a package', () => {
  test('contain facts without a field in the format', () => {
    const location = { path: '/a', accessPath: '/a', evidence: 'primary' };
    const license = { value: 'MIT', expression: 'MIT', kind: 'declared', urls: [] };
    const told = readProperties([
      ['plimsoll:type', 'deb'],
      ['plimsoll:rule', 'a stanza'],
      ['plimsoll:confidence', '0.5'],
      ['plimsoll:modularity', ''],
      createPair('alternative', { purl: 'pkg:maven/g/b@1', rule: 'a guess' }),
      createPair('cpe', { cpe: 'cpe:2.3:a:a:b:1:*:*:*:*:*:*:*', source: 'generated' }),
      createPair('upstream', { name: 'source', version: '1' }),
      createPair('license', license),
      createPair('location', location),
      createPair('symbols', { path: 'a', symbols: ['F'] }),
      createPair('symbols', { path: 'a', symbols: ['G'] }),
      createPair('changelogFix', FIX),
      ['plimsoll:changelogFix', '{"id":1}'],
      createPair('ownedFiles', ['/root/a']),
      createPair('ownedFiles', ['/root/b']),
      createPair('otherOwnedFiles', ['/c']),
      ['plimsoll:metadataFilesBelow', '/root'],
      createPair('containsFiles', [[0, 2]]),
      createPair('containsFiles', [[4, 4]]),
      createPair('containsFiles', [[3, 2]]),
      createPair('ownsPackage', { key: 'other', paths: ['/a'] }),
      ['plimsoll:metadataKind', 'dpkg-db-entry'],
      createPair('metadata:source', 'source'),
      createPair('metadata:provides', [['a'], 'b']),
      createPair('metadata:provides', ['c']),
      createPair('metadata:notification-url', { a: 1 }),
    ]);
    assert.deepEqual(told, {
      key: 'k',
      members: {
        type: 'deb',
        rule: 'a stanza',
        modularity: '',
        language: '',
        confidence: 0.5,
        alternatives: [{ purl: 'pkg:maven/g/b@1', rule: 'a guess' }],
        cpes: [{ cpe: 'cpe:2.3:a:a:b:1:*:*:*:*:*:*:*', source: 'generated' }],
        upstreams: [{ name: 'source', version: '1' }],
        locations: [location],
        licenses: [{ ...license, locations: [] }],
        ownedFiles: [{ path: '/root/a' }, { path: '/root/b' }],
        otherOwnedFiles: [{ path: '/c' }],
        symbols: [{ path: 'a', symbols: ['F', 'G'] }],
        changelogFixes: [FIX],
        metadata: {
          kind: 'dpkg-db-entry',
          value: {
            source: 'source',
            provides: [['a'], 'b', 'c'],
            'notification-url': { a: 1 },
            files: [{ path: '/a' }, { path: '/b' }],
          },
        },
      },
      ownedPackages: [{ key: 'other', paths: ['/a'] }],
      containedFiles: [
        [0, 2],
        [4, 4],
      ],
    });
  });

  test('are ignored without the key that only we write', () => {
    const properties = createProperties([['plimsoll:type', 'deb']]);
    assert.equal(new OwnProperties(DEFAULT_LIMITS).readPackage(properties), undefined);
  });

  test('are ignored if a value has another shape or is too deep', () => {
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    const members = readProperties([
      ['plimsoll:confidence', '-7'],
      ['plimsoll:location', '{"path":1}'],
      ['plimsoll:cpe', '{'],
      ['plimsoll:license', 'null'],
      ['plimsoll:symbols', '[]'],
      ['plimsoll:metadataKind', 'x'],
      ['plimsoll:metadata:deep', deep],
      ['plimsoll:metadata:__proto__', '{"polluted":true}'],
    ])?.members;
    assert.equal(members?.confidence, 1);
    assert.deepEqual([members?.locations, members?.cpes, members?.licenses], [[], [], []]);
    assert.equal(members?.symbols, undefined);
    assert.deepEqual(Object.keys(members?.metadata?.value ?? {}), ['__proto__']);
    assert.ok(!('polluted' in {}));
  });

  test('describe the scanned image', () => {
    const layer = { diffId: `sha256:${'a'.repeat(64)}`, mediaType: 'layer', blobBytes: 1 };
    const pairs: Pair[] = [
      ['plimsoll:target:kind', 'image'],
      ['plimsoll:target:userInput', 'a:1'],
      ['plimsoll:target:manifestDigest', `sha256:${'1'.repeat(64)}`],
      ['plimsoll:target:imageId', `sha256:${'2'.repeat(64)}`],
      ['plimsoll:target:tag', 'a:1'],
      ['plimsoll:target:config', Buffer.from('{}').toString('base64')],
      createPair('target:layer', { ...layer, contentBytes: 7 }),
      createPair('target:layer', { ...layer, contentBytes: -1 }),
      createPair('target:label', { name: 'x', value: 'y' }),
    ];
    const own = new OwnProperties(DEFAULT_LIMITS);
    const { target, layerBytes } = own.readInventory(createProperties(pairs), 'named');
    assert.ok(target?.kind === 'image');
    assert.equal(target.name, 'named');
    assert.deepEqual([target.tags, target.labels], [['a:1'], { x: 'y' }]);
    assert.deepEqual(target.layers, [layer]);
    assert.deepEqual(layerBytes, [7]);
    assert.equal(Buffer.from(target.config).toString(), '{}');
    const [, ...others] = pairs;
    assert.equal(own.readInventory(createProperties(others), 'named').target, undefined);
    const broken = pairs.filter(([name]) => !name.endsWith('imageId'));
    assert.equal(own.readInventory(createProperties(broken), 'named').target, undefined);
  });

  test('are read from a string of pairs, and ignored in other text', () => {
    const own = new OwnProperties(DEFAULT_LIMITS);
    assert.equal(own.parseProperties('[["a","b"]]').getText('a'), 'b');
    for (const text of ['', '[["a"]]', '[["a",1]]', '{}', '[["a","b","c"]]']) {
      assert.equal(own.parseProperties(text).getText('a'), undefined);
    }
  });

  test('of one document have at most the limit of values', () => {
    const pairs = [1, 2, 3].map((number) => createPair('upstream', { name: `n${number}` }));
    const limits = { ...DEFAULT_LIMITS, documentValuesMax: 5 };
    assert.deepEqual(readProperties(pairs, limits)?.members.upstreams, [
      { name: 'n1' },
      { name: 'n2' },
    ]);
  });
});
