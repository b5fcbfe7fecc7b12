import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { readInventory } from '../../assess/read-inventory.ts';
import { computeDigest, FixtureLayout } from '../../foundation/bytes/oci/image.fixture.ts';
import { createTar } from '../../foundation/bytes/tar/tar.fixture.ts';
import { measureCoverage } from '../../foundation/core/coverage.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-systems-'));
const OPTIONS = { temporaryFolder: tmpdir() };
after(() => rmSync(folder, { recursive: true, force: true }));

/** Writes an image with one package of an application. */
function writeImage(platform: string): string {
  const layout = new FixtureLayout();
  const layer = createTar([
    { name: 'Hives/Software_Base', content: 'regf' },
    {
      name: 'Files/app/node_modules/ws/package.json',
      content: '{ "name": "ws", "version": "8.18.0" }',
    },
  ]);
  const image = layout.addImage({ layers: [layer], platform });
  const path = join(folder, 'image.tar');
  writeFileSync(path, createTar(layout.listEntries([image])));
  return path;
}

const LAYER_TYPES = [
  ['application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', true],
  ['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', true],
  ['application/vnd.oci.image.layer.v1.tar', false],
] as const;

suite('the operating system of an image', () => {
  for (const platform of ['windows/amd64', 'Windows/amd64', 'freebsd/arm64', 'darwin/arm64']) {
    test(`${platform}: packages of applications are listed, and the result is partial`, async () => {
      const inventory = await readInventory(writeImage(platform), OPTIONS);
      assert.deepEqual(
        inventory.packages.map(({ name }) => name),
        ['ws'],
      );
      const name = platform.split('/')[0]?.toLowerCase();
      assert.deepEqual(inventory.problems, [
        {
          code: 'P_UNSUPPORTED',
          message: `packages and updates of the operating system "${name}" are not read: only packages of applications are listed`,
        },
      ]);
      assert.equal(measureCoverage(inventory).verdict, 'partial');
    });
  }

  for (const [mediaType, isForeign] of LAYER_TYPES) {
    test(`a missing ${isForeign ? 'foreign' : 'ordinary'} layer: ${mediaType}`, async () => {
      const layout = new FixtureLayout();
      const base = createTar([{ name: 'Files/License.txt', content: 'Windows' }]);
      const own = createTar([
        { name: 'Files/node_modules/ws/package.json', content: '{"name":"ws","version":"8.5.0"}' },
      ]);
      const layers = [base, own];
      const layerTypes = [mediaType];
      const image = layout.addImage({ layers, layerTypes, platform: 'windows/amd64' });
      const path = join(folder, 'foreign.tar');
      writeFileSync(path, createTar(layout.listEntries([image])));
      const whole = await readInventory(path, OPTIONS);
      assert.equal(whole.problems.length, 1);

      assert.ok(layout.blobs.delete(computeDigest(base)));
      writeFileSync(path, createTar(layout.listEntries([image])));
      if (!isForeign) {
        await assert.rejects(readInventory(path, OPTIONS), { code: 'E_IMAGE_INVALID' });
        return;
      }
      const { packages, problems } = await readInventory(path, OPTIONS);
      assert.deepEqual(
        packages.map(({ name }) => name),
        ['ws'],
      );
      assert.deepEqual(
        problems.map(({ code, layer }) => [code, layer]),
        [
          ['P_MISSING', computeDigest(base)],
          ['P_UNSUPPORTED', undefined],
        ],
      );
    });
  }

  test('Linux is read, also if the configuration does not name it', async () => {
    for (const platform of ['linux/amd64', '/amd64']) {
      const { problems } = await readInventory(writeImage(platform), OPTIONS);
      assert.deepEqual(problems, [], platform);
    }
  });
});
