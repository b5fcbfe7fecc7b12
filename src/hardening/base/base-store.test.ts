import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { createInventory } from '../../../test/support/inventory.ts';
import type { InventoryFile } from '../../foundation/core/inventory.ts';
import { BASE_BYTES_MAX, formatBase } from './base-file.ts';
import type { BaseImage } from './base-image.ts';
import { BaseStore } from './base-store.ts';
import { describeBase } from './describe-base.ts';

const folder = mkdtempSync(join(tmpdir(), 'base-store-'));

after(() => rmSync(folder, { recursive: true }));

/** The first 36 bits of a digest and of a build ID, in base64url. */
const KEYS = 'ERERERq83vEq';

/** A base image with a hundred packages and one program. */
function createImage(name: string): BaseImage {
  const packages = Array.from({ length: 100 }, (_, index) => ({
    name: `library-${index}`,
    type: 'deb',
  }));
  const abi = { files: new Map(), users: ['root:0'], groups: [] };
  const program: InventoryFile = {
    path: '/usr/bin/tool',
    type: 'regular',
    mode: 0o755,
    uid: 0,
    gid: 0,
    sizeBytes: 1,
    mimeType: '',
    sha256: '11'.repeat(32),
    executable: {
      format: 'elf',
      hasExports: false,
      hasEntrypoint: true,
      importedLibraries: [],
      buildId: 'abcdef12'.repeat(5),
    },
  };
  const inventory = { ...createInventory({ packages }), files: [program] };
  return describeBase({ inventory, abi }, { names: [name] });
}

function createStore(name: string): { readonly store: BaseStore; readonly place: string } {
  const place = join(folder, name);
  return { store: new BaseStore(place), place };
}

suite('the store of base images', () => {
  const image = createImage('debian:12');
  const { id } = image.head;

  test('compresses the facts, and reads back the same ones', () => {
    const { store, place } = createStore('own');
    assert.deepEqual(store.addImage(image), image.head);
    assert.deepEqual(readdirSync(place), [`${id}.base`]);
    assert.deepEqual(store.readImage(id), image);
    const text = formatBase(image);
    assert.equal(formatBase(store.readImage(id)), text);
    assert.ok(statSync(join(place, `${id}.base`)).size < text.length / 4);
    assert.equal(store.readSearchKeys(id), KEYS);
    assert.equal(store.readSearchKeys('00'.repeat(32)), '');
  });

  test('rejects a damaged, altered or endless body, and another schema', () => {
    const { store, place } = createStore('hostile');
    store.addImage(image);
    const path = join(place, `${id}.base`);
    const content = readFileSync(path);
    const [head = '', body = ''] = formatBase(image).split('\n');
    const pack = (text: string | Buffer): Buffer =>
      Buffer.concat([Buffer.from(`${head}\n${KEYS}\n`), zstdCompressSync(text)]);
    const altered = body.replace('"library-7"', '"library-8"');
    assert.notEqual(altered, body);
    for (const [name, file, message] of [
      ['cut', content.subarray(0, -9), /malformed/],
      ['another byte', content.with(content.length - 20, 0), /malformed|does not match its ID/],
      ['altered', pack(altered), /does not match its ID/],
      ['altered text', Buffer.from(`${head}\n${altered}\n`), /does not match its ID/],
      ['another form', pack(body.replace('{', '{ ')), /does not match its ID/],
      ['endless', pack(Buffer.alloc(BASE_BYTES_MAX + 1)), /malformed/],
      ['only a head', Buffer.from(head), /malformed/],
      ['no body', pack('').subarray(0, head.length + KEYS.length + 2), /malformed/],
      ['no line', Buffer.from('x'), /malformed/],
    ] as const) {
      writeFileSync(path, file);
      assert.throws(() => store.readImage(id), { code: 'E_BASE_INVALID', message }, name);
    }
    writeFileSync(path, head.replace(/plimsoll-base\/\d+/, 'plimsoll-base/0'));
    assert.match(store.list().errors.join(), /has the schema "plimsoll-base\/0"/);
  });
});
