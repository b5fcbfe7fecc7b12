import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { UserError } from '../../foundation/core/error.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { readNamedDocument, readNamedFile } from './named-file.ts';

suite('a file that the user names', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'named-file-'));
    writeFileSync(join(folder, 'four'), '1234');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const refusals = {
    createUnreadableError: (cause: unknown) => new UserError('E_CONFIG', 'unreadable', { cause }),
    createTooLongError: () => new UserError('E_CONFIG', 'too long'),
  };

  test('is read up to its limit', () => {
    const path = join(folder, 'four');
    assert.equal(readNamedFile(path, { maxBytes: 4, ...refusals }).toString(), '1234');
    assert.throws(() => readNamedFile(path, { maxBytes: 3, ...refusals }), /too long/);
  });

  test('is rejected with the error of the caller if it does not exist', () => {
    const path = join(folder, 'none');
    assert.throws(() => readNamedFile(path, { maxBytes: 4, ...refusals }), /unreadable/);
  });

  test('has a limit even if its size is not known in advance', () => {
    // Files below /proc have no size until they are read.
    const read = () => readNamedFile('/proc/self/stat', { maxBytes: 4, ...refusals });
    assert.throws(read, process.platform === 'linux' ? /too long/ : /unreadable/);
  });

  test('has the name of the expected document in messages', () => {
    const limits = { ...DEFAULT_LIMITS, documentBytesMax: 3 };
    const wish = { title: 'the baseline', hint: 'write one', limits };
    assert.throws(() => readNamedDocument(join(folder, 'none'), wish), {
      code: 'E_TARGET_UNREADABLE',
      message: `could not read the baseline "${join(folder, 'none')}"`,
      hint: 'write one',
    });
    assert.throws(() => readNamedDocument(join(folder, 'four'), wish), { code: 'E_LIMIT' });
  });
});
