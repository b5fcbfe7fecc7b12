import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Budget } from '../../../foundation/core/budget.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { listLockEdges, parsePackageLock } from './package-lock.ts';

function parseValue(value: unknown, limits = DEFAULT_LIMITS) {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return parsePackageLock(Buffer.from(text), new Budget(limits));
}

function listIdentities(value: unknown): string[] {
  return parseValue(value).entries.map(({ path, name, version }) => `${path} ${name}@${version}`);
}

function listEdgeTexts(value: unknown): string[] {
  return listLockEdges(parseValue(value))
    .map(({ from, to }) => `${from.name}@${from.version} > ${to.name}@${to.version}`)
    .sort();
}

const V3 = {
  name: 'app',
  lockfileVersion: 3,
  packages: {
    '': { name: 'app', version: '1.0.0', license: 'ISC', dependencies: { a: '1', c: '1' } },
    'node_modules/a': { version: '1.0.0', resolved: 'r', integrity: 'i', dependencies: { c: '2' } },
    'node_modules/a/node_modules/c': { version: '2.0.0' },
    'node_modules/b': { version: '1.0.0', optionalDependencies: { c: '1' } },
    'node_modules/c': { version: '1.0.0', peerDependencies: { a: '1', absent: '1' } },
    'node_modules/d': { version: '1.0.0', dev: true },
    'node_modules/real': { name: '@s/other', version: '3.0.0' },
    'node_modules/@w/one': { resolved: 'packages/one', link: true },
    'packages/one': { version: '0.1.0', dependencies: { b: '1', '@w/two': '1' } },
    'node_modules/@w/two': { resolved: 'packages/two', link: true },
    'packages/two': { name: '@w/two', version: '0.2.0' },
  },
};

describe('a lock file of version 2 or 3', () => {
  it('has the project, its packages and its workspaces, but no development packages', () => {
    assert.deepEqual(listIdentities(V3), [
      ' app@1.0.0',
      'node_modules/a a@1.0.0',
      'node_modules/a/node_modules/c c@2.0.0',
      'node_modules/b b@1.0.0',
      'node_modules/c c@1.0.0',
      'node_modules/real @s/other@3.0.0',
      'packages/one @w/one@0.1.0',
      'packages/two @w/two@0.2.0',
    ]);
    const [app, a] = parseValue(V3).entries;
    assert.deepEqual(app?.licenses, ['ISC']);
    assert.deepEqual([a?.resolved, a?.integrity, a?.dependencies], ['r', 'i', { c: '2' }]);
  });

  it('connects packages by their directories', () => {
    assert.deepEqual(listEdgeTexts(V3), [
      '@w/two@0.2.0 > @w/one@0.1.0',
      'a@1.0.0 > app@1.0.0',
      'a@1.0.0 > c@1.0.0',
      'b@1.0.0 > @w/one@0.1.0',
      'c@1.0.0 > app@1.0.0',
      'c@1.0.0 > b@1.0.0',
      'c@2.0.0 > a@1.0.0',
    ]);
  });
});

describe('a lock file of version 1', () => {
  const v1 = {
    name: 'app',
    lockfileVersion: 1,
    dependencies: {
      a: {
        version: '1.0.0',
        requires: { c: '2', b: '1' },
        dependencies: { c: { version: '2.0.0', requires: { b: '1' } } },
      },
      b: { version: 'npm:@s/koa@2.0.0' },
      c: { version: '1.0.0' },
      d: { version: '1.0.0', dev: true, dependencies: { e: { version: '1' } } },
    },
  };

  it('has nested packages and real names of aliases', () => {
    assert.deepEqual(listIdentities(v1).sort(), [
      'node_modules/a a@1.0.0',
      'node_modules/a/node_modules/c c@2.0.0',
      'node_modules/b @s/koa@2.0.0',
      'node_modules/c c@1.0.0',
    ]);
    assert.deepEqual(listEdgeTexts(v1), [
      '@s/koa@2.0.0 > a@1.0.0',
      '@s/koa@2.0.0 > c@2.0.0',
      'c@2.0.0 > a@1.0.0',
    ]);
  });

  it('is also read from a lock file of version 2 without packages', () => {
    assert.deepEqual(
      listIdentities({ lockfileVersion: 2, dependencies: { a: { version: '1.0.0' } } }),
      ['node_modules/a a@1.0.0'],
    );
    assert.deepEqual(
      listIdentities({ lockfileVersion: 3, dependencies: { a: { version: '1' } } }),
      [],
    );
  });

  it('distinguishes `npm:` without a name and a version from an alias', () => {
    const odd = { lockfileVersion: 1, dependencies: { a: { version: 'npm:' } } };
    assert.deepEqual(listIdentities(odd), ['node_modules/a a@npm:']);
  });
});

describe('a hostile lock file', () => {
  const listProblems = (value: unknown, limits = DEFAULT_LIMITS): string[] =>
    parseValue(value, limits).problems.map(({ code }) => code);

  it('is a problem if it is not a lock file', () => {
    for (const text of ['', '[]', '{', '['.repeat(500_000)]) {
      assert.deepEqual(listProblems(text), ['P_MALFORMED']);
    }
    assert.deepEqual(listProblems({ lockfileVersion: 9 }), ['P_MALFORMED']);
    assert.deepEqual(listProblems({ lockfileVersion: 1, dependencies: 'x' }), []);
  });

  it('is read without invalid records', () => {
    const packages = { 'node_modules/a': 7, 'node_modules/': { version: '1' }, '': {} };
    assert.deepEqual(listProblems({ lockfileVersion: 3, packages }), ['P_RECORD', 'P_RECORD']);
    const own = parseValue(
      '{"lockfileVersion":3,"packages":{"node_modules/__proto__":{"version":"1"}}}',
    );
    assert.equal(own.entries[0]?.name, '__proto__');
  });

  it('is read to a limited depth', () => {
    const depth = 2_000;
    const text = `{"lockfileVersion":1${',"dependencies":{"a":{"version":"1"'.repeat(depth)}${'}'.repeat(2 * depth + 1)}`;
    const lock = parseValue(text);
    assert.deepEqual(
      lock.problems.map(({ code }) => code),
      ['P_LIMIT'],
    );
    assert.ok(lock.entries.length > 100 && lock.entries.length < 400);
  });

  it('is limited in packages, paths and dependencies', () => {
    const packages = {
      'node_modules/a': { dependencies: { b: '1', c: '1' } },
      'node_modules/b': {},
    };
    const lock = { lockfileVersion: 3, packages };
    assert.deepEqual(listProblems(lock, { ...DEFAULT_LIMITS, recordsMax: 1 }), [
      'P_LIMIT',
      'P_LIMIT',
    ]);
    assert.deepEqual(listProblems(lock, { ...DEFAULT_LIMITS, lockFileBytesMax: 20 }), ['P_LIMIT']);
  });

  it('may have circular and broken links', () => {
    const packages = {
      'node_modules/a': { link: true, resolved: 'node_modules/a' },
      'node_modules/b': { link: true },
      'node_modules/c': { version: '1', dependencies: { a: '1', b: '1', c: '1' } },
    };
    assert.deepEqual(listEdgeTexts({ lockfileVersion: 3, packages }), []);
  });
});
