import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogFiles, type Files } from '../../../../test/support/flat-view.ts';
import { dpkgDb } from './dpkg-db.ts';

const INFO = '/var/lib/dpkg/info';
const PROGRAM = '/usr/bin/openssl';
const SUM = 'd41d8cd98f00b204e9800998ecf8427e  usr/bin/openssl\n';

function createStanza(name: string, state: string): string {
  return `Package: ${name}\nStatus: ${state}\nArchitecture: amd64\nVersion: 1\n\n`;
}

const BASE = createStanza('base-files', 'install ok installed');

function findProblems(files: Files, status = BASE): readonly string[] {
  return catalogFiles(dpkgDb, { '/var/lib/dpkg/status': status, ...files }).problems;
}

test('files in the list of a package without an installed record are a problem', () => {
  const md5sums = { [`${INFO}/openssl.md5sums`]: SUM, [PROGRAM]: '' };
  const expected = [`P_RECORD ${INFO}/openssl.md5sums:`];
  assert.deepEqual(findProblems(md5sums), expected);
  for (const state of ['install ok not-installed', 'deinstall ok config-files']) {
    assert.deepEqual(findProblems(md5sums, BASE + createStanza('openssl', state)), expected, state);
  }
  const list = { [`${INFO}/openssl:amd64.list`]: `/.\n/usr\n${PROGRAM}\n`, [PROGRAM]: '' };
  assert.deepEqual(findProblems(list), [`P_RECORD ${INFO}/openssl:amd64.list:`]);
  const single = {
    '/var/lib/dpkg/status.d/base': BASE,
    '/var/lib/dpkg/status.d/openssl.md5sums': SUM,
    [PROGRAM]: '',
  };
  assert.deepEqual(catalogFiles(dpkgDb, single).problems, [
    'P_RECORD /var/lib/dpkg/status.d/openssl.md5sums:',
  ]);
});

test('a list in status.d belongs to the record beside it', () => {
  const files = {
    '/var/lib/dpkg/status.d/base': BASE,
    '/var/lib/dpkg/status.d/base.md5sums': SUM,
    [PROGRAM]: '',
  };
  assert.deepEqual(catalogFiles(dpkgDb, files).problems, []);
});

test('lists that dpkg leaves behind are not a problem', () => {
  const installed = BASE + createStanza('openssl', 'install ok installed');
  const md5sums = { [`${INFO}/openssl:amd64.md5sums`]: SUM, [PROGRAM]: '' };
  assert.deepEqual(findProblems(md5sums, installed), []);
  assert.deepEqual(findProblems({ [`${INFO}/openssl.md5sums`]: SUM }), [], 'removed files');
  const settings = {
    [`${INFO}/openssl.list`]: '/.\n/etc\n/etc/ssl/openssl.cnf\n',
    '/etc/ssl/openssl.cnf': '',
  };
  assert.deepEqual(findProblems(settings), [], 'configuration files');
  const replaced = { ...md5sums, [`${INFO}/other.list`]: `${PROGRAM}\n` };
  assert.deepEqual(findProblems(replaced, installed), [], 'files of another package');
});
