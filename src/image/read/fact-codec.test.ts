import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeferredFact } from '../../foundation/core/deferred-fact.ts';
import { FileTable } from '../../foundation/core/file-table.ts';
import {
  decodeFacts,
  decodeFiles,
  encodeFacts,
  encodeFiles,
  packEntry,
  unpackEntry,
} from './fact-codec.ts';

const ROW = { type: 'regular', mode: 0o4755, uid: 4_294_967_295, gid: 7 } as const;

function createTable(): FileTable {
  const files = new FileTable();
  files.add({ ...ROW, path: '/größe 😀', sizeBytes: 2 ** 40, capabilities: '0100000200' });
  files.add({ ...ROW, path: '/b', type: 'symlink', sizeBytes: 0, linkTarget: '../x' });
  files.setDigests(0, '\xab'.repeat(32), '\xcd'.repeat(20));
  files.setMimeType(0, 'text/plain');
  files.setOtherDigests(0, { md5: 'd41d8cd98f00b204e9800998ecf8427e' });
  return files;
}

test('restores a table with every column', () => {
  const back = decodeFiles(encodeFiles(createTable()) ?? new Uint8Array());
  assert.equal(back.length, 2);
  assert.equal(back.getPath(0), '/größe 😀');
  assert.equal(back.sizeBytes(0), 2 ** 40);
  assert.equal(back.getUid(0), 4_294_967_295);
  assert.equal(back.getSha256(0), 'ab'.repeat(32));
  assert.equal(back.getSha1(0), 'cd'.repeat(20));
  assert.equal(back.getSha1(1), undefined);
  assert.equal(back.getMimeType(0), 'text/plain');
  assert.equal(back.linkTarget(1), '../x');
  assert.equal(back.getCapabilities(0), '0100000200');
  assert.equal(back.getCapabilities(1), undefined);
  assert.deepEqual(back.getOtherDigests(0), { md5: 'd41d8cd98f00b204e9800998ecf8427e' });
});

test('a restored table can grow', () => {
  const back = decodeFiles(encodeFiles(createTable()) ?? new Uint8Array());
  for (let row = 2; row < 200; row++) {
    back.add({ ...ROW, path: `/${row}`, sizeBytes: row });
    back.setDigests(row, String.fromCharCode(row).repeat(32), '\0'.repeat(20));
    back.setMimeType(row, row % 2 === 0 ? 'text/plain' : 'image/png');
  }
  assert.equal(back.getSha256(0), 'ab'.repeat(32));
  assert.equal(back.getSha256(199), 'c7'.repeat(32));
  assert.equal(back.getMimeType(198), back.getMimeType(0));
});

test('restores an empty table', () => {
  assert.equal(decodeFiles(encodeFiles(new FileTable()) ?? new Uint8Array()).length, 0);
});

test('does not encode a path without a UTF-8 form', () => {
  const files = new FileTable();
  files.add({ ...ROW, path: '/\ud800', sizeBytes: 0 });
  assert.equal(encodeFiles(files), undefined);
});

test('rejects inconsistent columns', () => {
  const encoded = encodeFiles(createTable()) ?? new Uint8Array();
  assert.throws(() => decodeFiles(encoded.subarray(0, encoded.length - 1)));
  assert.throws(() => decodeFiles(Buffer.concat([encoded, Buffer.alloc(4)])));
});

test('restores facts and problems', () => {
  const said = {
    diffId: `sha256:${'0'.repeat(64)}`,
    facts: [{ extractor: 'a', role: 'b', row: 1, fact: { list: [1, 'x', null, true] } }],
    problems: [{ code: 'P_RECORD', message: 'odd', line: 3 }],
    problemsNotListed: 4,
    contentBytes: 2 ** 40,
  } as const;
  assert.deepEqual(decodeFacts(encodeFacts(said) ?? new Uint8Array()), said);
});

test('keeps a deferred fact like any other, unless it turns out to be absent', () => {
  const at = { extractor: 'a', role: 'b', row: 1 };
  const said = { diffId: undefined, problems: [], contentBytes: 1 };
  const facts = [
    new DeferredFact(at, { make: () => ({ list: [1] }) }),
    new DeferredFact(at, { make: () => undefined }),
  ];
  assert.deepEqual(decodeFacts(encodeFacts({ ...said, facts }) ?? new Uint8Array()).facts, [
    { ...at, fact: { list: [1] } },
  ]);
});

test('restores a packed entry completely or not at all', async () => {
  const content = Buffer.from('facts '.repeat(100));
  const sealed = Buffer.from(await packEntry(content));
  assert.deepEqual(Buffer.from(unpackEntry(sealed, content.length) ?? []), content);
  assert.equal(unpackEntry(sealed, content.length - 1), undefined);
  for (let at = 0; at < sealed.length; at++) {
    const damaged = Buffer.from(sealed);
    damaged[at] = (damaged[at] ?? 0) ^ 0x10;
    let found: Uint8Array | undefined;
    try {
      found = unpackEntry(damaged, 1_000_000);
    } catch {
      // The length in the header exceeds the content: that is detected, too.
    }
    assert.equal(found === undefined || found.length === content.length, true);
  }
  assert.equal(unpackEntry(sealed.subarray(0, 10), 1_000), undefined);
});
