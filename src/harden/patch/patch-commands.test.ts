import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPackageIndex, readPackageIndex } from './package-index.ts';
import { writePatchCommands } from './patch-commands.ts';
import type { PatchGroup } from './patch-plan.ts';

function createGroup(type: string, names: readonly string[], version: string): PatchGroup {
  const [first = '', ...others] = names;
  const toPackage = (name: string) => ({
    keys: [name],
    name,
    installed: '1.0',
    isVersionKnown: true,
  });
  return {
    name: first,
    type,
    packages: [toPackage(first), ...others.map(toPackage)],
    version,
    fixes: ['CVE-2026-1'],
    severity: 'high',
    risk: 50,
  };
}

test('each package manager gets its own command', () => {
  for (const [type, family, command] of [
    ['deb', 'debian', /^apt-get update && apt-get install --yes --only-upgrade .* a=2:1 b=2:1$/],
    ['apk', 'alpine', /^apk add --no-cache --upgrade 'a>=2:1' 'b>=2:1'$/],
    ['rpm', 'rocky', /^dnf upgrade --assumeyes a-2:1 b-2:1$/],
    ['rpm', 'sles', /^zypper --non-interactive install 'a>=2:1' 'b>=2:1'$/],
    ['alpm', 'arch', /^pacman .* a b$/],
  ] as const) {
    const [line = ''] = writePatchCommands([createGroup(type, ['a', 'b'], '2:1')], family).image;
    assert.match(line, command);
  }
});

test('each language gets a line for its project', () => {
  for (const [type, line] of [
    ['npm', "npm pkg set 'overrides[a@1.0]=1.2'"],
    ['python', 'a>=1.2'],
    ['go-module', 'go get a@v1.2'],
    ['java-archive', 'a:1.2'],
    ['gem', "gem a, '>= 1.2'"],
    ['rust-crate', 'cargo update -p a --precise 1.2'],
    ['php-composer', "composer require 'a:^1.2'"],
    ['dotnet', 'dotnet add package a --version 1.2'],
  ] as const) {
    const [project] = writePatchCommands([createGroup(type, ['a'], '1.2')], '').project;
    assert.deepEqual(project?.lines, [line], type);
  }
  const go = writePatchCommands([createGroup('go-module', ['stdlib'], '1.22.1')], '').project;
  assert.deepEqual(go[0]?.lines, ['build with Go 1.22.1 or later']);
  assert.equal(writePatchCommands([createGroup('cran', ['a'], '1')], '').unknown.length, 1);
});

test('a package that has another version than its source gets none', () => {
  const group = createGroup('deb', ['bash'], '5.2-3');
  const [first] = group.packages;
  const unknown = { ...group, packages: [{ ...first, isVersionKnown: false }] as const };
  assert.match(writePatchCommands([unknown], 'debian').image[0] ?? '', / bash$/);
});

const PACKAGES = `Package: bash
Source: bash (5.2-3)
Version: 5.2-3+b1

Package: libssl3
Version: 3.0.16
Source: openssl
`;

test('an index states the version of each package, or that it is too old', () => {
  const index = readPackageIndex(PACKAGES);
  const bash = checkPackageIndex(createGroup('deb', ['bash'], '5.2-3'), index);
  assert.deepEqual(bash.index, {
    kind: 'available',
    versions: [{ name: 'bash', version: '5.2-3+b1' }],
  });
  assert.match(writePatchCommands([bash], 'debian').image[0] ?? '', /bash=5\.2-3\+b1$/);
  const openssl = checkPackageIndex(createGroup('deb', ['libssl3'], '3.0.17'), index);
  assert.equal(openssl.index?.kind, 'too-old');
  const missing = checkPackageIndex(createGroup('deb', ['curl'], '8'), index);
  assert.equal(missing.index?.kind, 'missing');
  const apk = readPackageIndex('C:Q1\nP:musl\nV:1.2.5-r1\n\nP:musl\nV:1.2.5-r3\n');
  assert.equal(
    checkPackageIndex(createGroup('apk', ['musl'], '1.2.5-r2'), apk).index?.kind,
    'available',
  );
});
