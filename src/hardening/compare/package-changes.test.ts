import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  createFile,
  createTarget,
  type TargetSeed,
} from '../../../test/support/comparable-target.ts';
import type { PackageSeed } from '../../../test/support/inventory.ts';
import { compareResults } from './compare-results.ts';

const STATUS = '/var/lib/dpkg/status';

function createDeb(version: string, more: Partial<PackageSeed> = {}): PackageSeed {
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

function listKinds(before: TargetSeed, after: TargetSeed): string[] {
  return compareResults(createTarget(before), createTarget(after)).packages.map(({ kind }) => kind);
}

function compareVersions(before: PackageSeed, after: PackageSeed): string[] {
  return listKinds({ packages: [before] }, { packages: [after] });
}

function withContent(digit: string): TargetSeed {
  return {
    packages: [createDeb('1.0')],
    files: [createFile({ path: '/usr/bin/curl', sha256: digit.repeat(64) })],
  };
}

suite('package changes', () => {
  test('versions are compared in the order of the ecosystem', () => {
    assert.deepEqual(compareVersions(createDeb('1.9'), createDeb('1.10')), ['upgraded']);
    assert.deepEqual(compareVersions(createDeb('1.0'), createDeb('1.0~rc1')), ['downgraded']);
    assert.deepEqual(compareVersions(createDeb('9.0'), createDeb('1:1.0')), ['upgraded']);
  });

  test('an invalid version of the ecosystem is only reported as changed', () => {
    const createNpm = (version: string): PackageSeed => createDeb(version, { type: 'npm' });
    assert.deepEqual(compareVersions(createNpm('1.0.0'), createNpm('workspace:*')), ['changed']);
  });

  test('the same version with other files is rebuilt, with the same files unchanged', () => {
    assert.deepEqual(listKinds(withContent('a'), withContent('b')), ['rebuilt']);
    assert.deepEqual(listKinds(withContent('a'), withContent('a')), []);
  });

  test('changed settings and a record of many packages are not content of a package', () => {
    const with_ = (digit: string): TargetSeed => ({
      packages: [
        createDeb('1.0', { ownedFiles: [{ path: '/etc/curlrc' }] }),
        { ...createDeb('1.0'), name: 'other', key: 'other', ownedFiles: [] },
      ],
      files: [STATUS, '/etc/curlrc'].map((path) => createFile({ path, sha256: digit.repeat(64) })),
    });
    assert.deepEqual(listKinds(with_('a'), with_('b')), []);
  });

  test('a file that only one of the two has is not a rebuild', () => {
    const file = createFile({ path: '/usr/bin/curl', sha256: 'a'.repeat(64) });
    assert.deepEqual(
      listKinds(
        { packages: [createDeb('1.0')], files: [file] },
        { packages: [createDeb('1.0')], files: [] },
      ),
      [],
    );
  });

  test('an archive that alone identifies a package is its content', () => {
    const createJar = (digit: string): TargetSeed => ({
      packages: [
        {
          name: 'app',
          type: 'java-archive',
          key: 'app',
          locations: [{ path: '/app.jar', accessPath: '/app.jar', evidence: 'primary' }],
        },
      ],
      files: [createFile({ path: '/app.jar', sha256: digit.repeat(64) })],
    });
    assert.deepEqual(listKinds(createJar('a'), createJar('b')), ['rebuilt']);
  });

  test('another architecture is a rebuild, another place a relocation', () => {
    assert.deepEqual(
      compareVersions(
        createDeb('1.0', { architecture: 'amd64' }),
        createDeb('1.0', { architecture: 'arm64' }),
      ),
      ['rebuilt'],
    );
    const moved = '/srv/status';
    assert.deepEqual(
      compareVersions(
        createDeb('1.0'),
        createDeb('1.0', {
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
    assert.deepEqual(compareVersions(createDeb('1.0'), createDeb('1.0', { locations: more })), []);
  });

  test('another package URL alone is a relabelling', () => {
    assert.deepEqual(
      compareVersions(
        createDeb('1.0', { purl: 'pkg:deb/a' }),
        createDeb('1.0', { purl: 'pkg:deb/b' }),
      ),
      ['relabelled'],
    );
  });

  test('added and removed packages are sorted by name, and the ID of each change is stable', () => {
    const before = createTarget({ packages: [createDeb('1.0')] });
    const after = createTarget({
      packages: [{ ...createDeb('1.0'), name: 'wget', key: 'wget', ownedFiles: [] }],
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
