import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTar } from '../foundation/bytes/tar/tar.fixture.ts';
import { Budget } from '../foundation/core/budget.ts';
import { DEFAULT_LIMITS } from '../foundation/core/limits.ts';
import { binaryClassifier } from '../inventory/catalog/binary-classifier/binary-classifier.ts';
import { dpkgDb } from '../inventory/catalog/dpkg-db/dpkg-db.ts';
import { npmInstalled } from '../inventory/catalog/npm-installed/npm-installed.ts';
import { readImage } from './read-target.fixture.ts';
import { findSystemFiles } from './system-files.ts';

const STATUS = 'Package: tools\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n';
const SUMS = ['usr/bin/node20', 'bin/merged']
  .map((path) => `d41d8cd98f00b204e9800998ecf8427e  ${path}\n`)
  .join('');
const MANIFEST = JSON.stringify({ name: 'app', version: '1.0.0' });

const LAYER = createTar([
  { name: 'bin', typeFlag: '2', linkName: 'usr/bin' },
  { name: 'var/lib/dpkg/status', content: STATUS },
  { name: 'var/lib/dpkg/info/tools.md5sums', content: SUMS },
  { name: 'usr/bin/merged', content: 'a' },
  { name: 'usr/bin/node20', content: 'b' },
  { name: 'usr/bin/node', typeFlag: '2', linkName: 'node20' },
  { name: 'opt/node20', content: 'c' },
  { name: 'srv/node_modules/app/package.json', content: MANIFEST },
]);

test('finds files of operating system packages by their real paths', async () => {
  const catalogers = [dpkgDb, npmInstalled, binaryClassifier];
  const pass = await readImage(LAYER, { extractors: catalogers });
  const asked = new Set([
    '/usr/bin/node20',
    '/usr/bin/merged',
    '/opt/node20',
    '/srv/node_modules/app/package.json',
  ]);
  assert.deepEqual(
    [...findSystemFiles(asked, pass, catalogers, new Budget(DEFAULT_LIMITS))].sort(),
    ['/usr/bin/merged', '/usr/bin/node20'],
    'neither unowned files nor those of a language package',
  );
  const others = [npmInstalled, binaryClassifier];
  assert.equal(findSystemFiles(asked, pass, others, new Budget(DEFAULT_LIMITS)).size, 0);
});
