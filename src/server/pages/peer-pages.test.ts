import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createImageTarget } from '../../../test/support/image-target.ts';
import { NOW, openPageWorld } from '../../../test/support/page-world.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { SOURCE_LABEL } from '../../foundation/core/source-label.ts';

interface ImageShape {
  readonly name: string;
  /** The last digit of its digest. */
  readonly number: number;
  readonly labels?: Record<string, string>;
  readonly start?: string;
  readonly packages?: number;
}

function toDigest(number: number): string {
  return `sha256:${String(number).padStart(64, '0')}`;
}

/** Makes an image of an inventory. */
function createImage({ name, number, labels = {}, start = 'shop', packages }: ImageShape) {
  return (inventory: Inventory): Inventory => ({
    ...inventory,
    packages: inventory.packages.slice(0, packages),
    target: createImageTarget(name, {
      manifestDigest: toDigest(number),
      imageId: toDigest(number + 100),
      labels,
      config: new Uint8Array(Buffer.from(JSON.stringify({ config: { Entrypoint: [start] } }))),
    }),
  });
}

for (const storeEngine of STORE_ENGINES) {
  suite(`hardened variants on ${storeEngine.name}`, { skip: storeEngine.skip }, () => {
    testPeerPages(storeEngine);
  });
}

function testPeerPages(storeEngine: TestEngine): void {
  async function openWorld(t: Parameters<typeof openPageWorld>[0]) {
    const { push, readPage, engine } = await openPageWorld(t, storeEngine);
    return {
      engine,
      push: async (shape: ImageShape) => await push(shape.name, createImage(shape), NOW),
      async readPeer(address: string): Promise<string> {
        const { body } = await readPage(address);
        const [, section = ''] =
          /<section id="peer">([^]*?)<section id="packages">/.exec(body) ?? [];
        return section;
      },
    };
  }

  test('a variant is found by the label that names its original, in both directions', async (t) => {
    const { push, readPeer } = await openWorld(t);
    const original = await push({ name: 'shop:1.4', number: 1 });
    assert.match(
      await readPeer(`/images/${original}`),
      /No smaller variant of this image is known/,
    );
    const labels = { [SOURCE_LABEL]: toDigest(1) };
    const slim = await push({
      name: 'small/shop-slim',
      number: 2,
      labels,
      start: 'x',
      packages: 0,
    });
    const section = await readPeer(`/images/${original}`);
    assert.match(section, /<h2>Attack surface compared with small\/shop-slim<\/h2>/);
    assert.match(section, /small\/shop-slim<\/a> names this image as its original in a label\./);
    assert.match(section, new RegExp(`href="/compare\\?a=${original}&amp;b=${slim}"`));
    assert.match(section.replaceAll(/<[^>]*>/g, ' '), /packages {2}1 [^]* packages {2}0 /);
    assert.match(section, new RegExp(`<option value="${slim}" selected>`));
    assert.match(
      await readPeer(`/images/${slim}`),
      /shop:1\.4<\/a> is the original, as a label of this image states\./,
    );
  });

  test('a malformed label is ignored', async (t) => {
    const { push, readPeer } = await openWorld(t);
    const values: readonly unknown[] = [{}, [], 7, null, 'sha256:\0'];
    for (const [number, value] of values.entries()) {
      const labels = { [SOURCE_LABEL]: value as string };
      const id = await push({ name: `odd-${number}`, number, labels });
      assert.match(await readPeer(`/images/${id}`), /No smaller variant of this image is known/);
    }
  });

  test('a variant is found by its name if it is smaller and starts the same program', async (t) => {
    const { push, readPeer } = await openWorld(t);
    const original = await push({ name: 'registry.example/shop:1.4', number: 1 });
    await push({ name: 'hardened/other:1.4', number: 2, packages: 0 });
    await push({ name: 'hardened/shop:1.4', number: 3, packages: 0, start: 'another' });
    await push({ name: 'shop:1.5', number: 4, packages: 0 });
    assert.match(await readPeer(`/images/${original}`), /No smaller variant/);
    await push({ name: 'cgr.example/chainguard/shop:latest', number: 5, packages: 0 });
    assert.match(
      await readPeer(`/images/${original}`),
      /chainguard\/shop:latest<\/a> has a similar name and fewer packages, and starts the same/,
    );
  });

  test('another image can be chosen in the address', async (t) => {
    const { push, readPeer } = await openWorld(t);
    const one = await push({ name: 'one', number: 1 });
    const two = await push({ name: 'two', number: 2 });
    assert.match(await readPeer(`/images/${one}?peer=${two}`), /two<\/a> was chosen\./);
    assert.match(await readPeer(`/images/${one}?peer=99`), /The store has no image 99/);
    assert.match(await readPeer(`/images/${one}?peer=${one}`), /Choose another image/);
  });
}
