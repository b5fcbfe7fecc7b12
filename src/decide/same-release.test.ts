import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { isSameRelease } from './same-release.ts';

const JAMMY = { id: 'ubuntu', idLike: [], versionId: '22.04', versionCodename: 'Jammy' };

suite('releases of distributions in package URLs', () => {
  test('treat point releases as one release', () => {
    const same: readonly (readonly [string, string])[] = [
      ['debian-12', 'debian-12.5'],
      ['debian-12.13', 'debian-12'],
      ['debian-12.12', 'Debian-12.13'],
      ['alpine-3.20', 'alpine-3.20.3'],
      ['rhel-9.2', 'rhel-9.4'],
      ['ubuntu-22.04', 'ubuntu-22.04'],
      ['wolfi-20230201', 'wolfi-20240101'],
      ['freebsd', 'freebsd'],
    ];
    assert.ok(same.every(([stated, own]) => isSameRelease(stated, own, undefined)));
  });

  test('distinguish releases, systems and unlisted names', () => {
    const other: readonly (readonly [string, string])[] = [
      ['debian-11', 'debian-12.5'],
      ['alpine-3.19', 'alpine-3.20.3'],
      ['ubuntu-22.10', 'ubuntu-22.04'],
      ['debian-12', 'raspbian-12'],
      ['sles-15.4', 'sles-15.5'],
      ['debian', 'debian-12'],
    ];
    assert.ok(other.every(([stated, own]) => !isSameRelease(stated, own, undefined)));
  });

  test('compare a code name with that of the target', () => {
    for (const stated of ['jammy', 'ubuntu-jammy', 'esm-infra/jammy']) {
      assert.ok(isSameRelease(stated, 'ubuntu-22.04', JAMMY));
    }
    assert.ok(!isSameRelease('noble', 'ubuntu-22.04', JAMMY));
    assert.ok(!isSameRelease('', 'ubuntu-22.04', undefined));
  });
});
