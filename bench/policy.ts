/**
 * Bundles `policy-process.ts`, as the program is, because Node needs 30 MB to read TypeScript, and
 * runs it with a heap of 150 MB.
 *
 * `npm run bench -- policy [RUNS]`
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'rolldown';
import { ROOT } from '../tools/source-tree.ts';

const HEAP_MB = 150;
const FILE = join(ROOT, '.cache', 'bench', 'policy.js');

await build({
  input: join(ROOT, 'bench', 'policy-process.ts'),
  platform: 'node',
  logLevel: 'warn',
  output: { file: FILE, format: 'esm' },
});
const { status } = spawnSync(
  process.execPath,
  [`--max-old-space-size=${HEAP_MB}`, FILE, ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
process.exitCode = status ?? 1;
