import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './source-tree.ts';

const OUTPUT_BYTES_MAX = 2 ** 24;
const FOLDERS = ['src', 'test', 'tools', 'bench', 'examples'];

/** Commands by name, in the order in which they start: long ones first. */
const CHECKS: Readonly<Record<string, readonly string[]>> = {
  lint: [getBinPath('oxlint'), '--type-aware', '--deny-warnings', ...FOLDERS],
  types: [getBinPath('tsc'), '-p', '.'],
  house: [process.execPath, 'tools/check-house.ts'],
  unused: [getBinPath('knip'), '--no-progress'],
  format: [getBinPath('biome'), 'check', '--reporter=summary'],
};

function getBinPath(name: string): string {
  return join(ROOT, 'node_modules', '.bin', name);
}

/** Runs a check, prints its result in one piece, and returns whether it passed. */
async function runCheck(name: string): Promise<boolean> {
  const [command, ...args] = CHECKS[name] ?? [];
  if (command === undefined) {
    throw new Error(`no such check: "${name}" (known: ${Object.keys(CHECKS).join(', ')})`);
  }
  const start = performance.now();
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const options = { cwd: ROOT, maxBuffer: OUTPUT_BYTES_MAX };
  execFile(command, args, options, (error, stdout, stderr) =>
    resolve(error === null ? undefined : stdout + stderr || error.message),
  );
  const output = await promise;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(
    output === undefined ? `ok     ${name} (${seconds} s)\n` : `FAILED ${name}\n${output}\n`,
  );
  return output === undefined;
}

/** Runs the checks of a queue until it is empty. */
async function drain(queue: string[]): Promise<void> {
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    if (!(await runCheck(name))) process.exitCode = 1;
  }
}

// `node tools/check.ts [NAME…]` runs the named checks, or all, one on each processor.
const named = process.argv.slice(2);
const queue = named.length > 0 ? named : Object.keys(CHECKS);
await Promise.all(Array.from({ length: availableParallelism() }, () => drain(queue)));
