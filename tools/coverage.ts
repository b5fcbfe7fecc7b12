/**
 * Runs the unit tests of folders whose every branch is meant to be tested, and fails where one is
 * not, or where a comment takes lines out of the count.
 *
 *     node tools/coverage.ts [FOLDER…]
 */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { ROOT } from './source-tree.ts';

/** Folders that decide what is reported; their tests stand beside them. */
const FOLDERS = ['src/version', 'src/match', 'src/decide'];
const BRANCHES_MIN = 100;

const chosen = process.argv.slice(2);
const folders = chosen.length > 0 ? chosen : FOLDERS;
const sources = folders.flatMap((folder) =>
  globSync(`${folder}/**/*.ts`, { cwd: ROOT }).filter((path) => !path.endsWith('.test.ts')),
);
failWhereIgnored(sources);
const run = spawnSync(
  process.execPath,
  [
    '--test',
    '--test-isolation=none',
    '--experimental-test-coverage',
    `--test-coverage-branches=${BRANCHES_MIN}`,
    '--test-coverage-exclude=**/*.test.ts',
    `--import=${loaderOf(sources)}`,
    ...folders.map((folder) => `--test-coverage-include=${folder}/**/*.ts`),
    '--test-reporter=spec',
    ...folders.map((folder) => `${folder}/**/*.test.ts`),
  ],
  { cwd: ROOT, stdio: 'inherit' },
);
process.exitCode = run.status ?? 1;

/** A module that loads every source: one that no test loads would not be counted at all. */
function loaderOf(paths: readonly string[]): string {
  const urls = paths.map(
    (path) => `import ${JSON.stringify(pathToFileURL(join(ROOT, path)).href)};`,
  );
  return `data:text/javascript,${encodeURIComponent(urls.join('\n'))}`;
}

/** Comments that take lines out of the count are lines without a test. */
function failWhereIgnored(paths: readonly string[]): void {
  const ignoring = paths.filter((path) =>
    /node:coverage|(?:c8|v8|istanbul) ignore/.test(readFileSync(join(ROOT, path), 'utf8')),
  );
  if (ignoring.length > 0) {
    process.stderr.write(`lines are left out of the count in ${ignoring.join(', ')}\n`);
    process.exit(1);
  }
}
