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

const PRIMARY = `<?xml version="1.0"?>
<metadata xmlns="http://linux.duke.edu/metadata/common" packages="2">
<package type="rpm"><name>openssl-libs</name><arch>x86_64</arch>
<version epoch="1" ver="3.0.7" rel="24.el9"/>
<format><rpm:sourcerpm>openssl-3.0.7-24.el9.src.rpm</rpm:sourcerpm></format></package>
<package type="rpm"><name>bash</name><version rel="9.el9" ver="5.1.8" epoch="0"/>
<format><rpm:sourcerpm>bash-5.1.8-9.el9.src.rpm</rpm:sourcerpm></format></package>
</metadata>`;

test('the metadata of an rpm repository is an index, with epochs', () => {
  const index = readPackageIndex(PRIMARY);
  assert.deepEqual(index.get('bash'), [{ version: '5.1.8-9.el9', sourceVersion: '5.1.8-9.el9' }]);
  const found = checkPackageIndex(createGroup('rpm', ['openssl-libs'], '1:3.0.7-20.el9'), index);
  assert.deepEqual(found.index, {
    kind: 'available',
    versions: [{ name: 'openssl-libs', version: '1:3.0.7-24.el9' }],
  });
  const older = checkPackageIndex(createGroup('rpm', ['openssl-libs'], '1:3.0.7-27.el9'), index);
  assert.equal(older.index?.kind, 'too-old');
  assert.equal(checkPackageIndex(createGroup('rpm', ['zlib'], '1'), index).index?.kind, 'missing');
});
