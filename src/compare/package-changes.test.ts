import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fileOf, type TargetSeed, targetOf } from '../../test/support/comparable-target.ts';
import type { PackageSeed } from '../../test/support/inventory.ts';
import { compareResults } from './compare-results.ts';

const STATUS = '/var/lib/dpkg/status';

function deb(version: string, more: Partial<PackageSeed> = {}): PackageSeed {
  return {
    name: 'curl',
    type: 'deb',
    version,
    key: `curl ${version} ${more.purl ?? ''}`,
    locations: [{ path: STATUS, accessPath: STATUS, evidence: 'primary' }],
    ownedFiles: [{ path: '/usr/bin/curl' }],
    ...more,
  };
}

function kinds(before: TargetSeed, after: TargetSeed): string[] {
  return compareResults(targetOf(before), targetOf(after)).packages.map(({ kind }) => kind);
}

function change(before: PackageSeed, after: PackageSeed): string[] {
  return kinds({ packages: [before] }, { packages: [after] });
}

function withContent(digit: string): TargetSeed {
  return {
    packages: [deb('1.0')],
    files: [fileOf({ path: '/usr/bin/curl', sha256: digit.repeat(64) })],
  };
}

suite('package changes', () => {
  test('versions are compared in the order of the ecosystem', () => {
    assert.deepEqual(change(deb('1.9'), deb('1.10')), ['upgraded']);
    assert.deepEqual(change(deb('1.0'), deb('1.0~rc1')), ['downgraded']);
    assert.deepEqual(change(deb('9.0'), deb('1:1.0')), ['upgraded']);
  });

  test('an invalid version of the ecosystem is only reported as changed', () => {
    const npm = (version: string): PackageSeed => deb(version, { type: 'npm' });
    assert.deepEqual(change(npm('1.0.0'), npm('workspace:*')), ['changed']);
  });

  test('the same version with other files is rebuilt, with the same files unchanged', () => {
    assert.deepEqual(kinds(withContent('a'), withContent('b')), ['rebuilt']);
    assert.deepEqual(kinds(withContent('a'), withContent('a')), []);
  });

  test('changed settings and a record of many packages are not content of a package', () => {
    const with_ = (digit: string): TargetSeed => ({
      packages: [
        deb('1.0', { ownedFiles: [{ path: '/etc/curlrc' }] }),
        { ...deb('1.0'), name: 'other', key: 'other', ownedFiles: [] },
      ],
      files: [STATUS, '/etc/curlrc'].map((path) => fileOf({ path, sha256: digit.repeat(64) })),
    });
    assert.deepEqual(kinds(with_('a'), with_('b')), []);
  });

  test('a file that only one of the two has is not a rebuild', () => {
    const file = fileOf({ path: '/usr/bin/curl', sha256: 'a'.repeat(64) });
    assert.deepEqual(
      kinds({ packages: [deb('1.0')], files: [file] }, { packages: [deb('1.0')], files: [] }),
      [],
    );
  });

  test('an archive that alone identifies a package is its content', () => {
    const jar = (digit: string): TargetSeed => ({
      packages: [
        {
          name: 'app',
          type: 'java-archive',
          key: 'app',
          locations: [{ path: '/app.jar', accessPath: '/app.jar', evidence: 'primary' }],
        },
      ],
      files: [fileOf({ path: '/app.jar', sha256: digit.repeat(64) })],
    });
    assert.deepEqual(kinds(jar('a'), jar('b')), ['rebuilt']);
  });

  test('another architecture is a rebuild, another place a relocation', () => {
    assert.deepEqual(
      change(deb('1.0', { architecture: 'amd64' }), deb('1.0', { architecture: 'arm64' })),
      ['rebuilt'],
    );
    const moved = '/srv/status';
    assert.deepEqual(
      change(
        deb('1.0'),
        deb('1.0', {
          key: 'moved',
          locations: [{ path: moved, accessPath: moved, evidence: 'primary' }],
        }),
      ),
      ['relocated'],
    );
  });

  test('added evidence next to unchanged evidence is not a move', () => {
    const more = ['/var/lib/dpkg/info/curl.list', STATUS].map(
      (path) => ({ path, accessPath: path, evidence: 'primary' }) as const,
    );
    assert.deepEqual(change(deb('1.0'), deb('1.0', { locations: more })), []);
  });

  test('another package URL alone is a relabelling', () => {
    assert.deepEqual(change(deb('1.0', { purl: 'pkg:deb/a' }), deb('1.0', { purl: 'pkg:deb/b' })), [
      'relabelled',
    ]);
  });

  test('added and removed packages are sorted by name, and the ID of each change is stable', () => {
    const before = targetOf({ packages: [deb('1.0')] });
    const after = targetOf({
      packages: [{ ...deb('1.0'), name: 'wget', key: 'wget', ownedFiles: [] }],
    });
    const there = compareResults(before, after).packages;
    const back = compareResults(after, before).packages;
    assert.deepEqual(
      there.map(({ kind, before: was, after: is }) => [kind, (was ?? is)?.name]),
      [
        ['removed', 'curl'],
        ['added', 'wget'],
      ],
    );
    assert.deepEqual(
      there.map(({ id }) => id),
      back.map(({ id }) => id),
    );
    assert.match(there[0]?.id ?? '', /^[0-9a-f]{16}$/);
  });
});
