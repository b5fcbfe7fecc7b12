import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { describe, it } from 'node:test';
import { releaseWhole } from '../../foundation/core/bytes.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { createSpill } from '../read/spill.ts';
import { takeInput } from './standard-input.ts';

async function* readPieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    yield Buffer.from(text);
  }
}

describe('the standard input', () => {
  for (const memoryFileBytesMax of [100, 4]) {
    it(`can be read at any offset with ${memoryFileBytesMax} bytes of memory`, async () => {
      const limits = { ...DEFAULT_LIMITS, memoryFileBytesMax };
      using spill = createSpill({ folder: tmpdir(), limits });
      using input = await takeInput(readPieces('hel', 'lo ', 'world'), { limits, spill });
      assert.equal(input.sizeBytes, 11);
      assert.equal(Buffer.from(input.read(4, 4)).toString(), 'o wo');
      const streamed: Uint8Array[] = [];
      for await (const piece of input.stream(6, 100)) {
        streamed.push(piece);
      }
      assert.equal(Buffer.concat(streamed).toString(), 'world');
      for await (const piece of input.stream(0, 11)) {
        releaseWhole(piece);
      }
      assert.equal(Buffer.from(input.read(0, 11)).toString(), 'hello world', 'still there');
    });
  }

  it('has a size limit', async () => {
    const limits = { ...DEFAULT_LIMITS, standardInputBytesMax: 5 };
    using spill = createSpill({ folder: tmpdir(), limits });
    await assert.rejects(takeInput(readPieces('abc', 'def'), { limits, spill }), {
      code: 'E_LIMIT',
    });
  });

  it('is an error if it is empty', async () => {
    const limits = DEFAULT_LIMITS;
    using spill = createSpill({ folder: tmpdir(), limits });
    await assert.rejects(takeInput(readPieces(), { limits, spill }), {
      code: 'E_TARGET_UNREADABLE',
    });
  });
});
