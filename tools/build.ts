import { spawnSync } from 'node:child_process';
import { chmodSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { bundleLibrary, bundleProgram } from './bundle.ts';
import { writeCodeCache } from './code-cache.ts';
import { exampleLines } from './example-lines.ts';
import { ROOT } from './source-tree.ts';

interface BuildOptions {
  readonly root: string;
  /** The folder that is replaced by what is built; `dist` of the root where none is named. */
  readonly target?: string;
  /** The module that each is made of: `dist/cli.js`, and `dist/index.js` where there is one. */
  readonly entries: { readonly cli: string; readonly index?: string };
  /** Declarations of the library are written too, which takes a second. */
  readonly hasTypes: boolean;
  /** Command lines whose code is kept as V8 compiled it; none are run where this is absent. */
  readonly linesFor?: (work: string) => readonly (readonly string[])[];
}

export const ENTRIES = { cli: 'src/cli/main.ts', index: 'src/index.ts' } as const;

/**
 * Builds `dist`: one readable bundle of what every start needs, and a chunk for each part that is
 * loaded when it is first used. Packages stay outside: npm brings them, with their licences, and a
 * fix of theirs needs no new release of ours. The new folder takes the place of the old one at
 * once, so a program that starts meanwhile finds one of the two.
 */
export async function build(options: BuildOptions): Promise<void> {
  const start = new Date();
  const target = options.target ?? join(options.root, 'dist');
  const fresh = `${target}.${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  try {
    const { root, entries, linesFor } = options;
    await bundleProgram(root, entries.cli, fresh);
    if (entries.index !== undefined) await bundleLibrary(root, entries.index, fresh);
    if (options.hasTypes) declare(root, fresh);
    if (linesFor !== undefined) writeCodeCache(fresh, linesFor);
    for (const name of Object.keys(entries)) {
      const path = join(fresh, `${name}.js`);
      chmodSync(path, 0o755);
      // The start script takes a source that is younger for not built, also one saved meanwhile.
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

/** Two builds at the same time both succeed: whoever comes second replaces the first. */
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
  await build({ root: ROOT, entries: ENTRIES, hasTypes, linesFor: exampleLines });
}
