import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InventoryPackage, Relationship } from '../core/inventory.ts';
import { withoutOwnedBinaries } from './owned-binaries.ts';

function pkg(key: string, more: Partial<InventoryPackage> = {}): InventoryPackage {
  return {
    key,
    name: key,
    version: '1',
    type: 'any',
    language: '',
    purl: '',
    foundBy: 'any',
    rule: '',
    confidence: 1,
    locations: [],
    licenses: [],
    cpes: [],
    upstreams: [],
    ownedFiles: [],
    ...more,
  };
}

function owns(from: string, to: string): Relationship {
  return { kind: 'owns-package', from, to, paths: ['/bin/tool'] };
}

const TOOL = pkg('tool', { yieldsToOwner: true });
const IN_SYSTEM = pkg('system');
const IN_LANGUAGE = pkg('language', { language: 'javascript' });

test('a program of a package of the operating system is left out with its edges', () => {
  const seen: Relationship = { kind: 'evident-by', from: 'tool', location: LOCATION };
  const other: Relationship = { kind: 'evident-by', from: 'system', location: LOCATION };
  const packages = [TOOL, IN_SYSTEM];
  const relationships = [owns('system', 'tool'), seen, other];
  const kept = withoutOwnedBinaries({ packages, relationships }, []);
  assert.deepEqual(kept, { packages: [IN_SYSTEM], relationships: [other] });
  const alone = withoutOwnedBinaries({ packages: [TOOL], relationships }, [IN_SYSTEM]);
  assert.deepEqual(alone.packages, []);
});

test('a program that a package of a language carries along stays, and so does any other package', () => {
  const packages = [TOOL, IN_LANGUAGE, pkg('module')];
  const relationships = [owns('language', 'tool'), owns('system', 'module')];
  const kept = withoutOwnedBinaries({ packages, relationships }, [IN_SYSTEM]);
  assert.deepEqual(kept, { packages, relationships });
});

const LOCATION = { path: '/bin/tool', accessPath: '/bin/tool' };

test('a recognized program gives way to the note in its file if both say the same', () => {
  const locations = [{ ...LOCATION, evidence: 'primary' as const }];
  const noted = (name: string, version: string) =>
    pkg('named', { name, version, yieldsToOwner: true, namesItsFile: true, locations });
  const redis = pkg('guessed', {
    name: 'redis',
    version: '7.0.15',
    yieldsToOwner: true,
    locations,
  });
  const elsewhere = pkg('elsewhere', {
    name: 'redis',
    version: '7.0.15',
    yieldsToOwner: true,
    locations: [{ ...LOCATION, path: '/bin/other', evidence: 'primary' }],
  });
  const module = pkg('module', { locations });
  for (const [name, version, isKept] of [
    ['redis', '7.0.15', false],
    ['Redis', '7.0.15-1.fc40', false],
    ['redis', '7.0.159', true],
    ['redis', '9.9', true],
    ['safe-tool', '9.9', true],
  ] as const) {
    const packages = [noted(name, version), redis, elsewhere, module];
    const kept = withoutOwnedBinaries({ packages, relationships: [] }, []);
    assert.equal(kept.packages.includes(redis), isKept, `${name} ${version}`);
    assert.equal(kept.packages.length, isKept ? 4 : 3);
  }
});
