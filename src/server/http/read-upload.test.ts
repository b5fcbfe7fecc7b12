import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readUpload } from './read-upload.ts';

const MEGABYTE = 1024 * 1024;

async function sendForm(vex: readonly Uint8Array[]) {
  const form = new FormData();
  form.append('sbom', new Blob(['{}']), 'sbom.json');
  for (const one of vex) form.append('vex', new Blob([new Uint8Array(one)]), 'vex.json');
  const request = new Request('http://localhost', { method: 'PUT', body: form });
  const type = request.headers.get('content-type') ?? '';
  return await readUpload(new Uint8Array(await request.arrayBuffer()), type);
}

suite('an upload', () => {
  const large = gzipSync(Buffer.alloc(24 * MEGABYTE, ' '));

  test('has the VEX documents decompressed', async () => {
    const { document, vex } = await sendForm([large, large, Buffer.from('[]')]);
    assert.equal(Buffer.from(document).toString(), '{}');
    assert.deepEqual(
      vex.map(({ content }) => content.length),
      [24 * MEGABYTE, 24 * MEGABYTE, 2],
    );
  });

  test('is rejected if all VEX documents together are too large', async () => {
    assert.ok(large.length < MEGABYTE / 10);
    await assert.rejects(sendForm([large, large, large]), {
      code: 'E_DOCUMENT_INVALID',
      hint: /at most 67108864 bytes of VEX in all/,
    });
  });
});
