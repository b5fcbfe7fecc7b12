/**
 * Runs the unit tests of folders whose every branch is meant to be tested, and fails where one is
 * not.
 *
 *     node tools/coverage.ts [FOLDER…]
 */
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { ROOT } from './source-tree.ts';

/** Folders that decide what is reported; their tests stand beside them. */
const FOLDERS = ['src/version', 'src/match'];
const BRANCHES_MIN = 100;

const chosen = process.argv.slice(2);
const folders = chosen.length > 0 ? chosen : FOLDERS;
const run = spawnSync(
  process.execPath,
  [
    '--test',
    '--test-isolation=none',
    '--experimental-test-coverage',
    `--test-coverage-branches=${BRANCHES_MIN}`,
    '--test-coverage-exclude=**/*.test.ts',
    ...folders.map((folder) => `--test-coverage-include=${folder}/**/*.ts`),
    '--test-reporter=./tools/quiet-reporter.ts',
    ...folders.map((folder) => `${folder}/**/*.test.ts`),
  ],
  { cwd: ROOT, stdio: 'inherit' },
);
process.exitCode = run.status ?? 1;
