import assert from 'node:assert/strict';
import { readZipDirectory } from '../../src/foundation/bytes/zip/zip-directory.ts';
import { readZipMember } from '../../src/foundation/bytes/zip/zip-member.ts';
import { Budget } from '../../src/foundation/core/budget.ts';
import { toBytes } from '../../src/foundation/core/bytes.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';

/** Reads all files of an archive; fails if it has problems. */
export function readZipFiles(archive: Uint8Array): ReadonlyMap<string, Buffer> {
  const bytes = toBytes(Buffer.from(archive));
  const directory = readZipDirectory(bytes, new Budget(DEFAULT_LIMITS), () => true);
  assert.ok(directory);
  assert.deepEqual(directory.problems, []);
  return new Map(
    directory.entries.map(({ name }) => {
      const { content, problems: own } = readZipMember(bytes, name, new Budget(DEFAULT_LIMITS));
      assert.deepEqual(own, []);
      return [name, Buffer.from(content ?? [])];
    }),
  );
}
