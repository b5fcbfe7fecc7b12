import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../foundation/core/error.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { createSpill, removeStaleSpill } from './spill.ts';

function withFolder(work: (folder: string) => void): void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'spill-test-'));
  try {
    work(folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const LIMITS = { ...DEFAULT_LIMITS, spillBytesMax: 10 };

test('a spilled file returns the appended bytes at any offset', () => {
  withFolder((folder) => {
    using spill = createSpill({ folder, limits: DEFAULT_LIMITS });
    using file = spill.create();
    file.append(Buffer.from('hello '));
    file.append(Buffer.from('world'));
    assert.equal(file.sizeBytes, 11);
    assert.equal(Buffer.from(file.read(4, 4)).toString(), 'o wo');
    assert.equal(Buffer.from(file.read(9, 100)).toString(), 'ld');
    assert.equal(file.read(50, 10).length, 0);
  });
});

test('creates nothing on disk before it is needed, and leaves nothing', () => {
  withFolder((folder) => {
    const spill = createSpill({ folder, limits: DEFAULT_LIMITS });
    assert.deepEqual(fs.readdirSync(folder), []);
    spill.create().append(Buffer.from('a'));
    const [made = ''] = fs.readdirSync(folder);
    assert.match(made, new RegExp(`^plimsoll-${process.pid}-[0-9a-f]{16}$`));
    assert.equal(fs.statSync(path.join(folder, made)).mode & 0o777, 0o700);
    if (process.platform === 'linux') {
      assert.deepEqual(fs.readdirSync(path.join(folder, made)), []);
    }
    spill[Symbol.dispose]();
    assert.deepEqual(fs.readdirSync(folder), []);
  });
});

test('limits the total size of temporary files, and a deleted one frees space', () => {
  withFolder((folder) => {
    using spill = createSpill({ folder, limits: LIMITS });
    const first = spill.create();
    first.append(Buffer.alloc(6));
    const second = spill.create();
    assert.throws(
      () => second.append(Buffer.alloc(6)),
      (error) => error instanceof UserError && error.code === 'E_LIMIT',
    );
    first[Symbol.dispose]();
    second.append(Buffer.alloc(6));
  });
});

test('reports a directory that cannot be written, with a hint', () => {
  using spill = createSpill({ folder: '/nonexistent/folder', limits: DEFAULT_LIMITS });
  assert.throws(
    () => spill.create(),
    (error) => error instanceof UserError && error.code === 'E_SPILL' && error.hint !== undefined,
  );
});

test('deletes leftovers of dead processes and nothing else', () => {
  withFolder((folder) => {
    // Process IDs end at 4,194,304 on Linux.
    const dead = `plimsoll-9999999-${'a'.repeat(16)}`;
    const alive = `plimsoll-${process.pid}-${'b'.repeat(16)}`;
    const other = 'plimsoll-9999999-notes';
    for (const name of [dead, alive, other]) {
      fs.mkdirSync(path.join(folder, name));
      fs.writeFileSync(path.join(folder, name, '0'), 'left');
    }
    const link = `plimsoll-9999999-${'c'.repeat(16)}`;
    fs.symlinkSync(path.join(folder, other), path.join(folder, link));
    removeStaleSpill(folder);
    assert.deepEqual(fs.readdirSync(folder).sort(), [alive, link, other].sort());
    assert.deepEqual(fs.readdirSync(path.join(folder, other)), ['0']);
    removeStaleSpill('/nonexistent/folder');
  });
});
