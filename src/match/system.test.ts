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
