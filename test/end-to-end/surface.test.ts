import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { createPaxHeader } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import type { SurfaceDimension } from '../../src/foundation/core/surface.ts';
import { findSharedMaterial, SKIP_REASON } from '../conformance/shared-material.ts';
import { createAlpineLayer, DecidedWorld } from '../support/decided-image.ts';
import { runProgram } from '../support/run-program.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const KEY = privateKey.export({ type: 'pkcs8', format: 'pem' });
const [, SECRET = ''] = KEY.split('\n');
/** As written by `setcap cap_net_raw+ep` and GNU tar. */
const CAPABILITY = { 'SCHILY.xattr.security.capability': `\x01\0\0\x02\0 ${'\0'.repeat(14)}` };

interface Told {
  readonly dimensions: ReadonlyMap<string, SurfaceDimension>;
  readonly stdout: string;
}

async function measureSurface(
  world: DecidedWorld,
  target: string,
  ...more: string[]
): Promise<Told> {
  const options = ['--surface', '--reach', '-o', 'json', '-q', '--offline', ...more];
  const { status, stdout, stderr } = await runProgram(['scan', target, ...options], {
    PLIMSOLL_CACHE_DIR: join(world.folder, 'cache'),
  });
  assert.equal(status, 0, stderr);
  const { inventory } = JSON.parse(stdout) as {
    readonly inventory: { readonly surface: { readonly dimensions: readonly SurfaceDimension[] } };
  };
  const { dimensions } = inventory.surface;
  return { dimensions: new Map(dimensions.map((one) => [one.id, one])), stdout };
}

function listItems({ dimensions }: Told, id: string): readonly string[] {
  return dimensions.get(id)?.items ?? [];
}

suite('the surface of an image, by its bytes', () => {
  test('reports capabilities and secrets, even of a deleted file, but never their values', async () => {
    using world = new DecidedWorld();
    const image = world.writeImage(
      createAlpineLayer(
        ['busybox 1.0-r0'],
        createPaxHeader(CAPABILITY),
        { name: 'usr/bin/ping', content: 'ping', mode: 0o755 },
        { name: 'root/.ssh/id_ed25519', content: KEY },
        { name: 'srv/app.yaml', content: `key: |\n  none\n${KEY}` },
        { name: 'srv/public.pem', content: 'nothing' },
      ),
      [{ name: 'root/.ssh/.wh.id_ed25519' }],
    );
    const page = join(world.folder, 'page.html');
    // The second run reads the cache of the first.
    for (const more of [['-o', `html=${page}`], []]) {
      const found = await measureSurface(world, image, ...more);
      assert.deepEqual(listItems(found, 'capability-files'), ['/usr/bin/ping: cap_net_raw=ep']);
      assert.deepEqual(listItems(found, 'verified-secrets'), [
        'private key: /root/.ssh/id_ed25519',
        'private key: /srv/app.yaml',
      ]);
      assert.deepEqual(listItems(found, 'secrets'), []);
      assert.ok(!found.stdout.includes(SECRET));
    }
    const html = readFileSync(page, 'utf8');
    assert.match(html, /files that contain secrets/);
    assert.match(html, /cap_net_raw=ep/);
    assert.ok(!html.includes(SECRET));
  });

  test('detects whether real programs listen', async (context) => {
    const shared = findSharedMaterial();
    if (shared === undefined) {
      context.skip(SKIP_REASON);
      return;
    }
    using world = new DecidedWorld();
    const getImagePath = (name: string): string => join(shared, 'corpus', 'images', name);
    const go = await measureSurface(world, getImagePath('go-distroless.oci.tar'));
    assert.deepEqual(listItems(go, 'reachable-listeners'), ['/web']);
    assert.match(listItems(go, 'unhardened-share').join('\n'), /missing .*control-flow protection/);
    const alpine = await measureSurface(world, getImagePath('alpine-3.20.oci.tar'));
    assert.deepEqual(listItems(alpine, 'listeners'), [
      '/bin/busybox',
      '/lib/libapk.so.2.14.0',
      '/lib/libcrypto.so.3',
    ]);
  });
});
