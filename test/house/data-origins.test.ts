import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../tools/source-tree.ts';

const DATA_FILES = globSync('src/**/*.data.ts', { cwd: ROOT })
  .map((path) => path.replaceAll('\\', '/'))
  .toSorted();

/** Returns the comment with the origin of a file, on one line. */
function readOrigin(path: string): string | undefined {
  const source = readFileSync(join(ROOT, path), 'utf8');
  return /Origin: (.*?)\*\//s.exec(source)?.[1]?.replace(/\s+\*?\s*/g, ' ');
}

test('every data file states its origin', () => {
  assert.ok(DATA_FILES.length > 40);
  assert.deepEqual(
    DATA_FILES.filter((path) => readOrigin(path) === undefined),
    [],
  );
});

test('NOTICE lists each data file from another project, and no other', () => {
  const notice = readFileSync(join(ROOT, 'NOTICE'), 'utf8');
  const listed = [...notice.matchAll(/^ {2}(src\/\S+)$/gm)].map(([, path = '']) => path);
  const foreign = DATA_FILES.filter((path) =>
    /see NOTICE|SPDX license list \(CC0|SPDX license list 3/.test(readOrigin(path) ?? ''),
  );
  assert.deepEqual(listed.toSorted(), foreign);
});
