import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { type OutputOptions, type Plugin, type RolldownBuild, rolldown } from 'rolldown';
import { ROOT } from './source-tree.ts';

interface BuildOptions {
  readonly root: string;
  /** The folder that is replaced by what is built; `dist` of the root where none is named. */
  readonly target?: string;
  /** Entry points by the name of what they become, e.g. `cli` for `dist/cli.js`. */
  readonly entries: Readonly<Record<string, string>>;
  /** Declarations of the library are written too, which takes a second. */
  readonly hasTypes: boolean;
}

export const ENTRIES = { cli: 'src/cli/main.ts', index: 'src/index.ts' } as const;

/**
 * Shared code below this size goes to the part whose users are most like its own: opening one more
 * file costs a start more than reading so much code in vain.
 */
const PART_BYTES_MIN = 30_000;

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
    await bundle(options, fresh);
    if (options.hasTypes) declare(options.root, fresh);
    for (const name of Object.keys(options.entries)) {
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

async function bundle(options: BuildOptions, folder: string): Promise<void> {
  const inputs = inputsOf(options);
  const [program = ''] = Object.values(inputs);
  const start = new Set([program]);
  const output: OutputOptions = {
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'part/[name]-[hash].js',
    comments: false,
    sourcemap: false,
    codeSplitting: {
      minShareCount: 2,
      groups: [
        // Kept apart: every start of the program would grow by what else is put to it.
        { name: 'start', test: (path) => start.has(path), priority: 1 },
        { name: 'shared', entriesAware: true, entriesAwareMergeThreshold: PART_BYTES_MIN },
      ],
    },
  };
  const bundler: RolldownBuild = await rolldown({
    cwd: options.root,
    input: inputs,
    plugins: [addImports(start)],
    platform: 'node',
    logLevel: 'warn',
    external: /^[^./]/u,
    onLog(level, log) {
      if (level === 'warn') throw new Error(log.message);
    },
  });
  try {
    mkdirSync(folder, { recursive: true });
    await bundler.write(output);
  } finally {
    await bundler.close();
  }
}

/** Puts to the modules all that loading them loads, which is known when the graph is complete. */
function addImports(paths: Set<string>): Plugin {
  return {
    name: 'add-imports',
    buildEnd() {
      for (const path of paths) {
        for (const imported of this.getModuleInfo(path)?.importedIds ?? []) paths.add(imported);
      }
    },
  };
}

/** Absolute paths: a bare one would be taken for the name of a package. */
function inputsOf({ root, entries }: BuildOptions): Record<string, string> {
  return Object.fromEntries(
    Object.entries(entries).map(([name, path]) => [name, join(root, path)]),
  );
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
  await build({ root: ROOT, entries: ENTRIES, hasTypes: !process.argv.includes('--fast') });
}
