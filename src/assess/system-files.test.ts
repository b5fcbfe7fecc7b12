import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTar } from '../bytes/tar/tar.fixture.ts';
import { binaryClassifier } from '../catalog/binary-classifier/binary-classifier.ts';
import { dpkgDb } from '../catalog/dpkg-db/dpkg-db.ts';
import { npmInstalled } from '../catalog/npm-installed/npm-installed.ts';
import { Budget } from '../core/budget.ts';
import { DEFAULT_LIMITS } from '../core/limits.ts';
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
    'neither what nobody owns nor what a package of a language does',
  );
  const others = [npmInstalled, binaryClassifier];
  assert.equal(findSystemFiles(asked, pass, others, new Budget(DEFAULT_LIMITS)).size, 0);
});
