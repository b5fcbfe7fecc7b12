import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CLUSTER_VARIABLE, POSTGRESQL_SKIP, startCluster } from '../test/support/postgresql.ts';
import { listFiles, ROOT } from './source-tree.ts';

/** Many small files. They share processes, because most take longer to load than to run. */
const UNIT = ['src/**/*.test.ts', 'examples/*.test.ts'];
/** The built program on samples, and the checks of the architecture. */
const QUICK = ['test/house/*.test.ts', 'test/end-to-end/{directory,formats,scan}.test.ts'];
const ALL = ['test/*.test.ts', 'test/{conformance,end-to-end,hostile,house}/*.test.ts'];
const NIGHTLY = ['test/nightly/*.test.ts'];

/**
 * A file that is stuck in a loop is killed after so many seconds of CPU time. A test has the same
 * limit in wall-clock time.
 */
const SECONDS_MAX = 300;
/** Tests of hundreds of random inputs take minutes, and longer if the machine is busy. */
const NIGHTLY_SECONDS_MAX = 3_600;
const PROCESSORS = availableParallelism();

const CACHE = join(ROOT, '.cache');
const GROUPS = join(CACHE, 'tests');

/** Writes modules that import the files, two for each processor, and returns their paths. */
function writeGroups(files: readonly string[]): string[] {
  rmSync(GROUPS, { recursive: true, force: true });
  mkdirSync(GROUPS, { recursive: true });
  return Array.from({ length: 2 * PROCESSORS }, (_, group) => {
    const imports = files
      .filter((_file, index) => index % (2 * PROCESSORS) === group)
      .map((file) => `import ${JSON.stringify(pathToFileURL(join(ROOT, file)).href)};\n`);
    const path = join(GROUPS, `unit-${group}.test.js`);
    writeFileSync(path, imports.join(''));
    return path;
  });
}

/**
 * Starts PostgreSQL once for all tests of the server's store, if it is installed. A signal that
 * ends the tests must not end this process before it stops PostgreSQL.
 */
function useCluster(): Disposable {
  if (POSTGRESQL_SKIP !== false) {
    return new DisposableStack();
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  const cluster = startCluster();
  process.env[CLUSTER_VARIABLE] = cluster.folder;
  return cluster;
}

/** Runs the files with node:test, each in a process of its own, and returns the exit status. */
function runTests(files: readonly string[], secondsMax = SECONDS_MAX): number {
  const test = [
    process.execPath,
    '--test',
    `--test-concurrency=${PROCESSORS}`,
    `--test-timeout=${secondsMax * 1_000}`,
    '--test-reporter=spec',
    ...files,
  ];
  const limited = ['-c', `ulimit -t ${secondsMax}; exec "$@"`, 'sh', ...test];
  const { status } = spawnSync('sh', limited, {
    cwd: ROOT,
    env: { ...process.env, NODE_COMPILE_CACHE: join(CACHE, 'compile') },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return status ?? 1;
}

// `node tools/test.ts` runs the unit tests and the quick ones; `--all` runs every suite except the
// nightly one, and `--nightly` only that one.
const [option] = process.argv.slice(2);
if (option === '--nightly') {
  process.exitCode = runTests(listFiles(NIGHTLY), NIGHTLY_SECONDS_MAX);
} else {
  using _cluster = useCluster();
  const units = writeGroups(listFiles(UNIT));
  process.exitCode = runTests([...units, ...listFiles(option === '--all' ? ALL : QUICK)]);
}
