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

test('what was guessed of a file gives way to the package that the file names itself', () => {
  const locations = [{ ...LOCATION, evidence: 'primary' as const }];
  const named = pkg('named', { yieldsToOwner: true, namesItsFile: true, locations });
  const guessed = pkg('guessed', { yieldsToOwner: true, locations });
  const elsewhere = pkg('elsewhere', {
    yieldsToOwner: true,
    locations: [{ ...LOCATION, path: '/bin/other', evidence: 'primary' }],
  });
  const module = pkg('module', { locations });
  const packages = [named, guessed, elsewhere, module];
  const kept = withoutOwnedBinaries({ packages, relationships: [] }, []);
  assert.deepEqual(kept.packages, [named, elsewhere, module]);
});
