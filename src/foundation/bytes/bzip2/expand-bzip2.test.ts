import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { expandBzip2 } from './expand-bzip2.ts';

// Written by bzip2 1.0.8 from the texts below.
const TEXT = 'plimsoll draws the line\n'.repeat(3);
const OF_TEXT = decode(
  'QlpoOTFBWSZTWffNm4cAABxRgAAQQAAmZ9yAIAAxTAATQr/VUGnqaZpqdocJSuyw2ha21202YZSpSFPxdyRThQkPfNm4cA==',
);
const OF_NOTHING = decode('QlpoORdyRThQkAAAAAA=');
/** A run that is longer than one count. */
const OF_RUN = decode('QlpoMTFBWSZTWXn2sSkAAkwBgKAABAAACCAAMMwFKaYURsRRHi7kinChIPPtYlI=');
const RUN = 'a'.repeat(300_000);

function decode(text: string): Buffer {
  return Buffer.from(text, 'base64');
}

async function expand(content: Uint8Array, pieceBytes = content.length): Promise<string> {
  async function* stream(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < content.length; at += pieceBytes) {
      yield content.subarray(at, at + pieceBytes);
    }
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of expandBzip2(stream())) {
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('latin1');
}

test('expands text, nothing, runs and several streams', async () => {
  for (const pieceBytes of [1, 7, 1_000]) {
    assert.equal(await expand(OF_TEXT, pieceBytes), TEXT);
    assert.equal(await expand(OF_NOTHING, pieceBytes), '');
    assert.equal(await expand(OF_RUN, pieceBytes), RUN);
    const streams = Buffer.concat([OF_TEXT, OF_NOTHING, OF_RUN, OF_TEXT]);
    const expanded = await expand(streams, pieceBytes);
    assert.equal(createHash('sha256').update(expanded).digest('hex'), hash(TEXT + RUN + TEXT));
  }
});

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

test('rejects every truncation', async () => {
  for (let length = 0; length < OF_TEXT.length; length++) {
    await assert.rejects(expand(OF_TEXT.subarray(0, length)), { name: 'Bzip2Error' });
  }
});

test('rejects every changed byte, or returns the same text', async () => {
  for (let at = 0; at < OF_TEXT.length; at++) {
    const changed = Buffer.from(OF_TEXT);
    changed[at] = (changed[at] ?? 0) ^ 0x10;
    const expanded = await expand(changed).catch((error: unknown) => error);
    if (typeof expanded === 'string') {
      assert.equal(expanded, TEXT, `byte ${at}`);
    } else {
      assert.equal(expanded instanceof Error && expanded.name, 'Bzip2Error', `byte ${at}`);
    }
  }
});

test('rejects other content after a stream', async () => {
  await assert.rejects(expand(Buffer.concat([OF_TEXT, Buffer.from('other')])), {
    message: 'not a bzip2 stream',
  });
});
