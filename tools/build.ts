import { spawnSync } from 'node:child_process';
import { chmodSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, type Entries } from './bundle.ts';
import { ROOT } from './source-tree.ts';

interface BuildOptions {
  readonly root: string;
  /** The directory to replace with the build. Default: `dist` of the root. */
  readonly target?: string;
  readonly entries: Entries;
  /** Whether to write declarations of the library too, which takes a second. */
  readonly hasTypes: boolean;
}

export const ENTRIES: Entries = { cli: 'src/cli/start/start.ts', index: 'src/index.ts' };

/**
 * Builds `dist`: readable bundles of the program and the library. Packages stay external: npm
 * installs them with their licenses, and a fix in one of them does not require a release. The old
 * directory is replaced atomically, so that a program that starts during the build finds either
 * version.
 */
export async function build(options: BuildOptions): Promise<void> {
  const start = new Date();
  const target = options.target ?? join(options.root, 'dist');
  const fresh = `${target}.${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  try {
    const { root, entries } = options;
    await bundle(root, entries, fresh);
    if (options.hasTypes) declare(root, fresh);
    for (const name of Object.keys(entries)) {
      const path = join(fresh, `${name}.js`);
      chmodSync(path, 0o755);
      // Sources saved during the build must count as newer, so that the launcher rebuilds.
      utimesSync(path, start, start);
    }
    replaceFolder(fresh, target);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function declare(root: string, folder: string): void {
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = [compiler, '-p', 'tsconfig.build.json', '--outDir', join(folder, 'types')];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the declarations cannot be written:\n${stdout}`);
}

/** Two builds at the same time both succeed: the later one replaces the earlier one. */
function replaceFolder(fresh: string, target: string): void {
  const old = `${fresh}.old`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      renameSync(target, old);
    } catch (error) {
      if (!isCode(error, 'ENOENT')) throw error;
    }
    rmSync(old, { recursive: true, force: true });
    try {
      renameSync(fresh, target);
      return;
    } catch (error) {
      const isTaken = isCode(error, 'ENOTEMPTY') || isCode(error, 'EEXIST');
      if (!isTaken || attempt >= 5) throw error;
    }
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

if (import.meta.main) {
  const hasTypes = !process.argv.includes('--fast');
  await build({ root: ROOT, entries: ENTRIES, hasTypes });
}
