/**
 * Builds the executable for this machine and its Node, and runs it.
 *
 * node tools/release/own-executable.ts DIRECTORY
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ROOT } from '../source-tree.ts';
import { stageExecutable, writeExecutable } from './executable.ts';
import { writeLicenses } from './licenses.ts';
import { runTool } from './node-binary.ts';

const target = resolve(process.argv[2] ?? 'release');
mkdirSync(target, { recursive: true });
const suffix = process.platform === 'win32' ? '.exe' : '';
const platform = `${process.platform}-${process.arch}`;
const path = join(target, `plimsoll-${platform}${suffix}`);
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-release-'));
try {
  const licenses = await stageExecutable(folder);
  writeExecutable(folder, { node: process.execPath, target: path, canRun: true });
  writeLicenses(licenses, process.execPath, join(target, `THIRD-PARTY-${platform}.txt`));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
// macOS runs only signed programs on arm64. The code was added after Node was signed.
if (process.platform === 'darwin') runTool('codesign', ['--force', '--sign', '-', path]);
process.stdout.write(runTool(path, ['version']));
process.stdout.write(
  runTool(path, ['sbom', join(ROOT, 'examples', 'sample-alpine.oci.tar'), '-q']),
);
