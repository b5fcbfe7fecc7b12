import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Package } from '../core/package.ts';
import { findCorrection } from './corrections.ts';
import { guessCpes } from './cpe-candidates.ts';
import { PROVEN_CORRECTIONS, UNPROVEN_CORRECTIONS } from './cpe-corrections.data.ts';

const TABLES = [PROVEN_CORRECTIONS, UNPROVEN_CORRECTIONS];
const LISTS = ['addProducts', 'addVendors', 'dropProducts', 'dropVendors'] as const;

test('merges the rows of both tables, and returns an empty correction for other names', () => {
  assert.deepEqual(findCorrection('binary', 'node'), {
    addProducts: ['node.js', 'nodejs'],
    addVendors: [],
    dropProducts: [],
    dropVendors: [],
  });
  assert.deepEqual(findCorrection('apk', 'curl'), { addVendors: ['haxx'] });
  assert.deepEqual(findCorrection('apk', 'constructor'), {});
  assert.deepEqual(findCorrection('constructor', 'curl'), {});
});

test('a row with an asterisk matches all names with its beginning', () => {
  assert.deepEqual(findCorrection('java-archive', 'maven-resolver-impl'), {
    dropProducts: ['maven'],
  });
  assert.deepEqual(findCorrection('java-archive', 'maven-core'), {});
  assert.deepEqual(findCorrection('npm', 'maven-resolver-impl'), {});
});

test('SWI-Prolog is not Erlang, and Consul has the spelling of its project', () => {
  assert.deepEqual(findCorrection('binary', 'swipl'), {});
  assert.deepEqual(findCorrection('binary', 'consul'), { addVendors: ['hashicorp'] });
});

test('every value changes the CPEs of its package: the rules alone do not yield it', () => {
  for (const table of TABLES) {
    for (const [type, byName] of Object.entries(table)) {
      for (const [name, row] of Object.entries(byName)) {
        for (const list of LISTS) {
          for (const value of row[list] ?? []) {
            const before = listCandidates(type, name);
            const others = row[list]?.filter((each) => each !== value);
            const after = withList(row, list, others, () => listCandidates(type, name));
            assert.notDeepEqual(after, before, `${type} ${name}: ${list} ${value}`);
          }
        }
      }
    }
  }
});

/** Runs an action while a list of the row is replaced. */
function withList<T>(row: object, list: string, values: unknown, action: () => T): T {
  const kept: unknown = Reflect.get(row, list);
  Reflect.set(row, list, values);
  try {
    return action();
  } finally {
    Reflect.set(row, list, kept);
  }
}

/**
 * Returns the CPEs of a package, also by the name that distributions give it, with different
 * metadata.
 */
function listCandidates(type: string, pattern: string): readonly string[] {
  const name = pattern.replace(/\*$/, 'impl');
  const aliases = { gem: 'ruby-', python: 'py3-' };
  const prefix = Object.entries(aliases).find(([each]) => each === type)?.[1];
  const names: readonly (readonly [type: string, name: string])[] = [
    [type, name],
    ...(prefix === undefined ? [] : [['apk', `${prefix}${name}`] as const]),
  ];
  const groups = [
    'org.example.tool',
    'org.apache.maven.resolver',
    'org.apache.maven',
    `com.${name}`,
  ];
  return names.flatMap(([each, called]) =>
    [{}, ...groups.map((groupId) => ({ pomProperties: { groupId, artifactId: name } }))].flatMap(
      (value) => guessCpes(createExample(each, called, value)).map(({ cpe }) => cpe),
    ),
  );
}

function createExample(
  type: string,
  name: string,
  value: Readonly<Record<string, unknown>>,
): Package {
  return {
    name,
    version: '1.2.3',
    type,
    language: '',
    purl: '',
    foundBy: 'example',
    rule: 'an example',
    confidence: 1,
    locations: [],
    licenses: [],
    cpes: [],
    upstreams: [],
    ownedFiles: [],
    metadata: { kind: 'example', value },
  };
}
