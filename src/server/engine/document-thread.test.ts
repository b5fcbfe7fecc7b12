import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createInventory } from '../../../test/support/inventory.ts';
import { DocumentThread } from './document-thread.ts';
import { readInventoryDocument, writeInventoryDocument } from './inventory-document.ts';

function writeSbom(count: number): Buffer {
  const components = Array.from({ length: count }, (_, index) => {
    const name = `package-${index}`;
    return { type: 'library', name, version: '1.0.0', purl: `pkg:npm/${name}@1.0.0` };
  });
  return Buffer.from(JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', components }));
}

test('documents are read in order, and errors keep their code', async () => {
  await using thread = new DocumentThread();
  const reading = [writeSbom(2), Buffer.from('{"x": 1}'), writeSbom(3)].map(
    async (document) => await thread.convert(document),
  );
  const [first, second, third] = await Promise.allSettled(reading);
  assert.equal(second?.status, 'rejected');
  assert.equal(second.reason.code, 'E_DOCUMENT_UNKNOWN');
  const counts = [first, third].map((one) => {
    assert.equal(one?.status, 'fulfilled');
    return readInventoryDocument(Buffer.from(one.value)).inventory.packages.length;
  });
  assert.deepEqual(counts, [2, 3]);
  const again = await thread.convert((await reading[0]) ?? Buffer.of());
  assert.equal(readInventoryDocument(Buffer.from(again)).inventory.packages.length, 2);
});

test('a document that needs too much memory ends only its thread', async () => {
  await using thread = new DocumentThread({ memoryMbMax: 48, timeMsMax: 120_000 });
  await assert.rejects(thread.convert(writeSbom(60_000)), {
    code: 'E_LIMIT',
    message: 'reading the document needs more than 48 MB of memory',
  });
  const small = await thread.convert(writeSbom(1));
  assert.equal(readInventoryDocument(Buffer.from(small)).inventory.packages.length, 1);
});

test('a large inventory is checked within the usual limits', async () => {
  const files = Array.from({ length: 50_000 }, (_, index) => ({
    path: `/usr/share/directory-${index % 1_000}/file-${index}`,
    type: 'regular' as const,
    mode: 0o644,
    uid: 0,
    gid: 0,
    sizeBytes: index,
    mimeType: 'text/plain',
    sha256: index.toString(16).padStart(64, '0'),
  }));
  const packages = Array.from({ length: 50_000 }, (_, index) => ({
    key: `${index}`,
    name: `package-${index}`,
    version: '1.0.0',
    type: 'npm',
    purl: `pkg:npm/package-${index}@1.0.0`,
  }));
  const inventory = createInventory({ packages });
  const document = writeInventoryDocument({
    inventory: { ...inventory, files },
    configuration: {},
  });
  assert.ok(document.length > 8 * 1024 * 1024, String(document.length));
  await using thread = new DocumentThread();
  await thread.requireReadable(document);
  const damaged = Buffer.concat([document.subarray(0, -20), Buffer.from('x')]);
  await assert.rejects(thread.requireReadable(damaged), { code: 'E_DOCUMENT_INVALID' });
});

test('a document is given up when its thread ends', async () => {
  const thread = new DocumentThread({ memoryMbMax: 512, timeMsMax: 600_000 });
  const reading = assert.rejects(thread.convert(writeSbom(10_000)), /the thread has ended/);
  await setImmediate();
  await thread[Symbol.asyncDispose]();
  await reading;
});

test('a document that takes too long ends only its thread', async () => {
  await using thread = new DocumentThread({ memoryMbMax: 512, timeMsMax: 1 });
  await assert.rejects(thread.convert(writeSbom(10_000)), {
    code: 'E_LIMIT',
    message: 'reading the document takes too long',
  });
});
