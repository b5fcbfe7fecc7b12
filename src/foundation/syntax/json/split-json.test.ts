import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitJson } from './split-json.ts';

/** Splits a text that arrives in pieces of a few bytes. */
async function listParts(
  text: string,
  { partBytes = 1, partBytesMax = 1_000, pieceBytes = 3 } = {},
): Promise<readonly unknown[]> {
  async function* streamText(): AsyncGenerator<Uint8Array> {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      yield bytes.subarray(at, at + pieceBytes);
    }
  }
  const parts: unknown[] = [];
  for await (const part of splitJson(streamText(), { partBytes, partBytesMax })) {
    parts.push(JSON.parse(Buffer.from(part).toString('utf8')));
  }
  return parts;
}

test('splits an array or an object between its elements', async () => {
  const list = [{ a: '],"[{' }, ['\\"', { b: [1] }], 'ü, "x\\', 7, null];
  for (const pieceBytes of [1, 2, 7, 1_000]) {
    const parts = await listParts(` ${JSON.stringify(list, undefined, 1)}\n`, { pieceBytes });
    assert.deepEqual(
      parts,
      list.map((element) => [element]),
    );
  }
  assert.deepEqual(await listParts('{"a,{": {"b": 1}, "c": [2, 3]}'), [
    { 'a,{': { b: 1 } },
    { c: [2, 3] },
  ]);
});

test('combines elements up to the size of a part', async () => {
  assert.deepEqual(await listParts('[1,2,3,4,5,6]', { partBytes: 4 }), [
    [1, 2, 3],
    [4, 5, 6],
  ]);
  assert.deepEqual(await listParts('[]'), [[]]);
});

test('rejects other documents, early ends, and content after the end', async () => {
  for (const text of ['', ' ', '7', '"a"', '[1', '{"a":"', '[1}', '[1] 2', '\u0000[]']) {
    await assert.rejects(listParts(text), SyntaxError, text);
  }
});

test('rejects an element that is too large, also if it never ends', async () => {
  const options = { partBytesMax: 20 };
  await assert.rejects(listParts(`["${'a'.repeat(50)}"]`, options), RangeError);
  await assert.rejects(listParts(`[${'['.repeat(100_000)}`, options), RangeError);
});
