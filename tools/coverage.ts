/**
 * Runs the unit tests of directories with a minimum of tested branches, and fails if fewer are
 * tested, or if a comment excludes lines from the count.
 *
 * node tools/coverage.ts [FOLDER…]
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { ROOT } from './source-tree.ts';

interface Gate {
  /** A directory, whose tests are in it, or one of its files. */
  readonly path: string;
  readonly branchesMin: number;
}

/** Code that decides which findings are reported, and which images may ship. */
const GATES: readonly Gate[] = [
  { path: 'src/foundation/version', branchesMin: 100 },
  { path: 'src/vulnerability/match', branchesMin: 100 },
  { path: 'src/vulnerability/decide', branchesMin: 100 },
  { path: 'src/compliance/policy', branchesMin: 95 },
  { path: 'src/compliance/policy/expression/evaluate.ts', branchesMin: 100 },
  { path: 'src/compliance/policy/expression/functions.ts', branchesMin: 100 },
];

const chosen = process.argv.slice(2);
const gates = GATES.filter(
  ({ path }) => chosen.length === 0 || chosen.some((folder) => path.startsWith(folder)),
);
const folders =
  chosen.length > 0 ? chosen : gates.flatMap(({ path }) => (path.endsWith('.ts') ? [] : [path]));
const sources = folders.flatMap((folder) =>
  globSync(`${folder}/**/*.ts`, { cwd: ROOT }).filter((path) => !path.endsWith('.test.ts')),
);
failWhereIgnored(sources);
const temporary = mkdtempSync(join(tmpdir(), 'plimsoll-coverage-'));
const report = join(temporary, 'lcov.info');
const run = spawnSync(
  process.execPath,
  [
    '--test',
    '--test-isolation=none',
    '--experimental-test-coverage',
    '--test-coverage-exclude=**/*.{test,fixture}.ts',
    `--import=${createLoader(sources)}`,
    ...folders.map((folder) => `--test-coverage-include=${folder}/**/*.ts`),
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    '--test-reporter=lcov',
    `--test-reporter-destination=${report}`,
    ...folders.map((folder) => `${folder}/**/*.test.ts`),
  ],
  { cwd: ROOT, stdio: 'inherit' },
);
const counts = readBranches(readFileSync(report, 'utf8'));
rmSync(temporary, { recursive: true });
const isReached = gates.map((gate) => checkGate(gate)).every(Boolean);
process.exitCode = isReached ? (run.status ?? 1) : 1;

/** Prints the share of tested branches, and the lines of the others if too few are tested. */
function checkGate({ path, branchesMin }: Gate): boolean {
  const own = counts.filter(({ file }) => file === path || file.startsWith(`${path}/`));
  const found = own.reduce((sum, one) => sum + one.found, 0);
  const hit = own.reduce((sum, one) => sum + one.hit, 0);
  const percent = found === 0 ? 100 : (100 * hit) / found;
  const isEnough = own.length > 0 && percent >= branchesMin;
  const state = isEnough ? 'ok    ' : 'FAILED';
  process.stdout.write(
    `${state} ${path}: ${percent.toFixed(2)} % of branches (at least ${branchesMin})\n`,
  );
  for (const { file, lines } of isEnough ? [] : own.filter((one) => one.lines.length > 0)) {
    process.stdout.write(`       ${file}: ${lines.join(', ')}\n`);
  }
  return isEnough;
}

interface BranchCount {
  readonly file: string;
  readonly found: number;
  readonly hit: number;
  /** Lines with a branch that no test takes. */
  readonly lines: readonly number[];
}

/** Reads the records of each source: `SF` file, `BRDA` line, block, branch and count. geninfo(1) */
function readBranches(text: string): readonly BranchCount[] {
  return text.split('end_of_record\n').flatMap((record) => {
    const file = /^SF:(.*)$/m.exec(record)?.[1];
    if (file === undefined) {
      return [];
    }
    const branches = [...record.matchAll(/^BRDA:(\d+),\d+,\d+,(\d+|-)$/gm)];
    const missed = branches.filter(([, , count]) => count === '0' || count === '-');
    return {
      file: file.startsWith(ROOT) ? file.slice(ROOT.length).replace(/^\//, '') : file,
      found: branches.length,
      hit: branches.length - missed.length,
      lines: [...new Set(missed.map(([, line]) => Number(line)))],
    };
  });
}

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
