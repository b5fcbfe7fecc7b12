/**
 * Runs the unit tests of directories that require full branch coverage, and fails if a branch is
 * not tested, or if a comment excludes lines from the count.
 *
 * node tools/coverage.ts [FOLDER…]
 */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { ROOT } from './source-tree.ts';

/** Directories that decide which findings are reported; their tests are beside them. */
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
    `--import=${createLoader(sources)}`,
    ...folders.map((folder) => `--test-coverage-include=${folder}/**/*.ts`),
    '--test-reporter=spec',
    ...folders.map((folder) => `${folder}/**/*.test.ts`),
  ],
  { cwd: ROOT, stdio: 'inherit' },
);
process.exitCode = run.status ?? 1;

/**
 * Returns a module that imports every source, because a source that no test imports would not be
 * counted at all.
 */
function createLoader(paths: readonly string[]): string {
  const urls = paths.map(
    (path) => `import ${JSON.stringify(pathToFileURL(join(ROOT, path)).href)};`,
  );
  return `data:text/javascript,${encodeURIComponent(urls.join('\n'))}`;
}

/** Comments that exclude lines from the count hide untested lines. */
function failWhereIgnored(paths: readonly string[]): void {
  const ignoring = paths.filter((path) =>
    /node:coverage|(?:c8|v8|istanbul) ignore/.test(readFileSync(join(ROOT, path), 'utf8')),
  );
  if (ignoring.length > 0) {
    process.stderr.write(`lines are left out of the count in ${ignoring.join(', ')}\n`);
    process.exit(1);
  }
}
