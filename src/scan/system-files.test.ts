import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { binaryClassifier } from '../catalog/binary-classifier/binary-classifier.ts';
import { dpkgDb } from '../catalog/dpkg-db/dpkg-db.ts';
import { npmInstalled } from '../catalog/npm-installed/npm-installed.ts';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import { FixtureLayout } from '../parse/oci/image.fixture.ts';
import { tarOf } from '../parse/tar/tar.fixture.ts';
import { createSpill } from '../read/spill.ts';
import { openTarget } from '../source/open-target.ts';
import { sources } from '../source/registry.generated.ts';
import { readTarget } from './read-target.ts';
import { systemFiles } from './system-files.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'system-files-test-'));
after(() => rmSync(FOLDER, { recursive: true }));

const STATUS = 'Package: tools\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n';
const SUMS = ['usr/bin/node20', 'bin/merged']
  .map((path) => `d41d8cd98f00b204e9800998ecf8427e  ${path}\n`)
  .join('');
const MANIFEST = JSON.stringify({ name: 'app', version: '1.0.0' });

const LAYER = tarOf([
  { name: 'bin', typeFlag: '2', linkName: 'usr/bin' },
  { name: 'var/lib/dpkg/status', content: STATUS },
  { name: 'var/lib/dpkg/info/tools.md5sums', content: SUMS },
  { name: 'usr/bin/merged', content: 'a' },
  { name: 'usr/bin/node20', content: 'b' },
  { name: 'usr/bin/node', typeFlag: '2', linkName: 'node20' },
  { name: 'opt/node20', content: 'c' },
  { name: 'srv/node_modules/app/package.json', content: MANIFEST },
]);

async function read() {
  const layout = new FixtureLayout();
  const image = layout.addImage({ layers: [LAYER] });
  const file = join(FOLDER, 'image.tar');
  writeFileSync(file, tarOf(layout.entries([image])));
  using spill = createSpill({ folder: FOLDER, limits: DEFAULT_LIMITS });
  const options = { limits: DEFAULT_LIMITS, spill, progress: SILENT };
  const target = await openTarget(`oci-archive:${file}`, sources, {
    ...options,
    isAttachedSbom: false,
  });
  assert.ok(target.document === undefined);
  try {
    const extractors = [dpkgDb, npmInstalled, binaryClassifier];
    return await readTarget(target, { ...options, extractors });
  } finally {
    await target.close();
  }
}

test('files of packages of the operating system are known by their real paths', async () => {
  const pass = await read();
  const asked = new Set([
    '/usr/bin/node20',
    '/usr/bin/merged',
    '/opt/node20',
    '/srv/node_modules/app/package.json',
  ]);
  const catalogers = [dpkgDb, npmInstalled, binaryClassifier];
  assert.deepEqual(
    [...systemFiles(asked, pass, catalogers, DEFAULT_LIMITS)].sort(),
    ['/usr/bin/merged', '/usr/bin/node20'],
    'neither what nobody owns nor what a package of a language does',
  );
  const others = [npmInstalled, binaryClassifier];
  assert.equal(systemFiles(asked, pass, others, DEFAULT_LIMITS).size, 0);
});
