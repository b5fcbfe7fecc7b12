import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { DEFAULT_LIMITS, type Limits } from '../../foundation/core/limits.ts';
import { DeferredContent } from './deferred-content.ts';
import { createSpill } from './spill.ts';

const MIB = 1024 * 1024;

interface Bench {
  readonly content: DeferredContent;
  /** Bytes in temporary files, which are already unlinked. */
  spilledBytes(): number;
}

function withContent(limits: Partial<Limits>, work: (bench: Bench) => void): void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'deferred-test-'));
  try {
    const all = { ...DEFAULT_LIMITS, ...limits };
    using spill = createSpill({ folder, limits: all });
    let made: { readonly sizeBytes: number } | undefined;
    const create = () => {
      const file = spill.create();
      made = file;
      return file;
    };
    using content = new DeferredContent(all, { create });
    work({ content, spilledBytes: () => made?.sizeBytes ?? 0 });
    assert.ok(made === undefined || fs.readdirSync(folder).length === 1);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Bytes that identify the number and the position. */
function createWindow(number: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (number * 31 + index * 7) & 0xff);
}

test('restores kept content of any size, from memory and from the file', () => {
  withContent({}, ({ content, spilledBytes }) => {
    const sizes = [0, 1, 300_000, MIB - 300_001, 1, MIB, 3 * MIB, 5, 700_000, 700_000, 0];
    const kept = sizes.map((length, number) => {
      const window = createWindow(number, length);
      const windows = content.createFile().keep([window]);
      // The next file that is read reuses the memory.
      window.fill(0);
      return windows;
    });
    assert.ok(spilledBytes() > 5 * MIB);
    for (const [number, length] of sizes.entries()) {
      const [read] = kept[number]?.read() ?? [];
      assert.deepEqual(Buffer.from(read ?? []), Buffer.from(createWindow(number, length)));
    }
  });
});

test('keeps little content in memory only, and once for several requests', () => {
  withContent({ deferredBytesMax: 100 }, ({ content, spilledBytes }) => {
    const file = content.createFile();
    const bytes = createWindow(1, 60);
    const [one, other] = [bytes.subarray(0, 40), bytes.subarray(20)];
    assert.equal(file.keep([one])?.read().length, 1);
    assert.deepEqual(file.keep([one, other])?.read(), [Buffer.from(one), Buffer.from(other)]);
    assert.equal(content.createFile().keep([bytes]), undefined);
    assert.equal(spilledBytes(), 0);
  });
});

test('a full disk preserves earlier content and accepts no more', () => {
  withContent({ spillBytesMax: 2 * MIB }, ({ content }) => {
    const kept = Array.from({ length: 8 }, (_, number) =>
      content.createFile().keep([createWindow(number, 700_000)]),
    );
    const numbers = [...kept.keys()].filter((number) => kept[number] !== undefined);
    assert.deepEqual(numbers, [0, 1, 2]);
    for (const number of numbers) {
      assert.deepEqual(kept[number]?.read(), [Buffer.from(createWindow(number, 700_000))]);
    }
    assert.equal(content.createFile().keep([createWindow(9, 1)]), undefined);
  });
});
