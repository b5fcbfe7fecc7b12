import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OperatingSystem } from '../core/advisory.ts';
import {
  findEndOfLife,
  formatSystemTitle,
  parseSystemVersion,
  selectOwnReleases,
} from './system.ts';

function release(name: string, majorVersion: string, minorVersion: string): OperatingSystem {
  const texts = { releaseId: name, label: '', codename: '', channel: '' };
  return { id: 1, name, majorVersion, minorVersion, ...texts };
}

const createDistro = (id: string, versionId?: string, more: object = {}) => ({
  id,
  idLike: [],
  ...(versionId === undefined ? {} : { versionId }),
  ...more,
});

test('the first version that begins with a digit counts', () => {
  assert.deepEqual(parseSystemVersion(createDistro('a', '22.04')), {
    text: '22.04',
    major: '22',
    minor: '4',
  });
  assert.deepEqual(parseSystemVersion(createDistro('a', 'v3')), {
    text: 'v3',
    major: '3',
    minor: '',
  });
  assert.equal(
    parseSystemVersion(createDistro('a', 'rolling', { version: '9 (nine)' })).major,
    '9',
  );
  assert.deepEqual(parseSystemVersion(createDistro('a', 'sid')), {
    text: 'sid',
    major: '',
    minor: '',
  });
  assert.deepEqual(parseSystemVersion(createDistro('a')), { text: '', major: '', minor: '' });
});

test('a system title has name and version, or code name', () => {
  assert.equal(formatSystemTitle(createDistro('alpine', '3.20.1')), 'alpine 3.20.1');
  assert.equal(
    formatSystemTitle(createDistro('debian', undefined, { versionCodename: 'sid' })),
    'debian sid',
  );
  assert.equal(formatSystemTitle(createDistro('arch')), 'arch');
  assert.equal(formatSystemTitle(undefined), '');
});

test('other point releases of the same system are left out', () => {
  const eight = release('alpine', '3', '8');
  const nine = release('alpine', '3', '9');
  assert.deepEqual(selectOwnReleases(createDistro('alpine', '3.8.1'), [eight]), [eight]);
  assert.deepEqual(selectOwnReleases(createDistro('alpine', '3.20.1'), [eight]), []);
  assert.deepEqual(selectOwnReleases(createDistro('alpine', '3.9.1'), [eight, nine]), [nine]);
  const major = release('debian', '12', '');
  assert.deepEqual(selectOwnReleases(createDistro('debian', '12.11'), [major]), [major]);
});

test('a distro without a version only matches a branch without versions that it names', () => {
  const createRolling = (name: string, label: string) => ({ ...release(name, '', ''), label });
  const unstable = createRolling('debian', 'unstable');
  const debian = [release('debian', '12', ''), unstable];
  const edge = createRolling('alpine', 'edge');
  const createNamed = (id: string, prettyName: string) =>
    createDistro(id, undefined, { prettyName });
  assert.deepEqual(selectOwnReleases(createDistro('debian'), debian), []);
  assert.deepEqual(selectOwnReleases(createDistro('debian'), [unstable]), []);
  assert.deepEqual(selectOwnReleases(createDistro('debian', '+esm'), debian), []);
  assert.deepEqual(selectOwnReleases(createNamed('debian', 'Debian GNU/Linux 12'), debian), []);
  assert.deepEqual(
    selectOwnReleases(createNamed('debian', 'Debian GNU/Linux stretch/sid'), debian),
    [unstable],
  );
  assert.deepEqual(selectOwnReleases(createDistro('alpine'), [edge]), []);
  assert.deepEqual(selectOwnReleases(createNamed('alpine', 'Alpine Linux edge'), [edge]), [edge]);
  const mixed = [release('sles', '15', ''), createRolling('sles', 'rolling')];
  assert.deepEqual(selectOwnReleases(createDistro('sles'), mixed), []);
  for (const id of ['arch', 'wolfi', 'chainguard', 'gentoo']) {
    assert.deepEqual(selectOwnReleases(createDistro(id), [createRolling(id, 'rolling')]), [
      createRolling(id, 'rolling'),
    ]);
  }
});

test('a release of another system that replaces this one has its own numbers', () => {
  const alpine = release('alpine', '3', '20');
  assert.deepEqual(selectOwnReleases(createDistro('postmarketos', '24.06'), [alpine]), [alpine]);
});

test('a distribution without a version has no end of life', () => {
  const ended = { ...release('ubuntu', '12', '04'), endOfLife: '2017-04-28' };
  const database = { findLifecycle: () => ended, listOwnReleases: () => [ended] };
  assert.equal(findEndOfLife(createDistro('ubuntu'), database, [ended]), undefined);
  assert.equal(
    findEndOfLife(createDistro('ubuntu', '12.04'), database, [ended])?.date,
    '2017-04-28',
  );
});
