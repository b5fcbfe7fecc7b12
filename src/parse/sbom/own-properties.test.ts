import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { OwnProperties } from './own-properties.ts';
import { propertiesOf } from './property.ts';

type Pair = readonly [string, string];

function packageOf(pairs: readonly Pair[], limits = DEFAULT_LIMITS) {
  return new OwnProperties(limits).packageOf(propertiesOf([['plimsoll:key', 'k'], ...pairs]));
}

const json = (name: string, value: unknown): Pair => [`plimsoll:${name}`, JSON.stringify(value)];

suite('our own properties of a package', () => {
  test('tell what no field of the format holds', () => {
    const location = { path: '/a', accessPath: '/a', evidence: 'primary' };
    const license = { value: 'MIT', expression: 'MIT', kind: 'declared', urls: [] };
    const told = packageOf([
      ['plimsoll:type', 'deb'],
      ['plimsoll:rule', 'a stanza'],
      ['plimsoll:confidence', '0.5'],
      ['plimsoll:modularity', ''],
      json('cpe', { cpe: 'cpe:2.3:a:a:b:1:*:*:*:*:*:*:*', source: 'generated' }),
      json('upstream', { name: 'source', version: '1' }),
      json('license', license),
      json('location', location),
      json('symbols', { path: 'a', symbols: ['F'] }),
      json('symbols', { path: 'a', symbols: ['G'] }),
      json('ownsPackage', { key: 'other', paths: ['/a'] }),
      ['plimsoll:metadataKind', 'dpkg-db-entry'],
      json('metadata:source', 'source'),
      json('metadata:notification-url', { a: 1 }),
    ]);
    assert.deepEqual(told, {
      key: 'k',
      members: {
        type: 'deb',
        rule: 'a stanza',
        modularity: '',
        language: '',
        confidence: 0.5,
        cpes: [{ cpe: 'cpe:2.3:a:a:b:1:*:*:*:*:*:*:*', source: 'generated' }],
        upstreams: [{ name: 'source', version: '1' }],
        locations: [location],
        licenses: [{ ...license, locations: [] }],
        symbols: [{ path: 'a', symbols: ['F', 'G'] }],
        metadata: {
          kind: 'dpkg-db-entry',
          value: { source: 'source', 'notification-url': { a: 1 } },
        },
      },
      ownedPackages: [{ key: 'other', paths: ['/a'] }],
    });
  });

  test('are none without the key that only we write', () => {
    const properties = propertiesOf([['plimsoll:type', 'deb']]);
    assert.equal(new OwnProperties(DEFAULT_LIMITS).packageOf(properties), undefined);
  });

  test('tell nothing where a value has another shape or is too deep', () => {
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    const members = packageOf([
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

  test('of one document hold no more values than the limit', () => {
    const pairs = [1, 2, 3].map((number) => json('upstream', { name: `n${number}` }));
    const limits = { ...DEFAULT_LIMITS, documentValuesMax: 5 };
    assert.deepEqual(packageOf(pairs, limits)?.members.upstreams, [{ name: 'n1' }, { name: 'n2' }]);
  });
});
