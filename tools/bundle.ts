import { basename, join } from 'node:path';
import { type OutputChunk, type OutputOptions, type Plugin, rolldown } from 'rolldown';
import { PARTS } from '../src/cli/start/start-program.ts';
import { LATE, scriptOf } from './part-script.ts';
import { ROOT } from './source-tree.ts';

const START_PROGRAM = join(ROOT, 'src', 'cli', 'start', 'start-program.ts');

/** Writes the library: modules, the first of them `index.js`, the others in a folder beside. */
export async function bundleLibrary(root: string, entry: string, folder: string): Promise<void> {
  await bundle(root, join(root, entry), [], {
    ...COMMON,
    dir: folder,
    entryFileNames: 'index.js',
    chunkFileNames: 'library/[name]-[hash].js',
    codeSplitting: { minShareCount: 2, groups: [SHARED] },
  });
}

/** Writes the program: its parts as scripts, and `cli.js`, which loads the one that is `entry`. */
export async function bundleProgram(root: string, entry: string, folder: string): Promise<void> {
  const path = join(root, entry);
  const start = new Set([path]);
  const chunks = await bundle(root, path, [addImports(start), asScripts()], {
    ...COMMON,
    dir: folder,
    // What is no use would go once more from what is written then, and nothing calls the scripts.
    minify: false,
    entryFileNames: `${PARTS}/[name]-[hash].js`,
    chunkFileNames: `${PARTS}/[name]-[hash].js`,
    codeSplitting: {
      minShareCount: 2,
      groups: [
        // Kept apart: every start of the program would grow by what else is put to it.
        { name: 'start', test: (module) => start.has(module), priority: 1 },
        ...LATE_TABLES.map((table) => ({
          name: `${LATE}${basename(table, '.data.ts')}`,
          test: (module: string) => module === join(root, table),
          priority: 1,
        })),
        SHARED,
      ],
    },
  });
  refuseCycles(chunks);
  const main = chunks.find(({ isEntry }) => isEntry);
  await writeStart(basename(main?.fileName ?? ''), folder);
}

/**
 * Tables that many a run asks nothing of, and whose text takes a third of the time and memory that
 * loading all else takes. They export functions only, so that a part can be loaded without them.
 */
const LATE_TABLES = [
  'src/identity/cpe-dictionary.data.ts',
  'src/parse/java/known-groups.data.ts',
  'src/parse/license/license-signature.data.ts',
  'src/parse/license/spdx-url.data.ts',
] as const;

/** What the same parts of the program use lies together: so no two parts load each other. */
const SHARED = { name: 'shared', entriesAware: true } as const;

const COMMON = { format: 'esm', comments: false, sourcemap: false } as const;

/** Absolute paths: a bare one would be taken for the name of a package. */
async function bundle(
  root: string,
  input: string,
  plugins: Plugin[],
  output: OutputOptions,
): Promise<OutputChunk[]> {
  const bundler = await rolldown({
    cwd: root,
    input,
    plugins,
    platform: 'node',
    logLevel: 'warn',
    external: /^[^./]/u,
    // How long our own plugins take says more of the machine than of them.
    checks: { pluginTimings: false },
    onLog(level, { code, message }) {
      // The library loads at once some of what the program loads late.
      if (level === 'warn' && code !== 'INEFFECTIVE_DYNAMIC_IMPORT') throw new Error(message);
    },
  });
  try {
    const written = await bundler.write(output);
    return written.output.filter((each) => each.type === 'chunk');
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

function asScripts(): Plugin {
  return {
    name: 'as-scripts',
    renderChunk: (code, { fileName }) => scriptOf(fileName, code),
  };
}

/** A part is complete before another takes names from it. */
function refuseCycles(chunks: readonly OutputChunk[]): void {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const done = new Set<string>();
  const visit = (name: string, way: readonly string[]): void => {
    if (way.includes(name)) throw new Error(`parts load each other: ${[...way, name].join(' > ')}`);
    if (done.has(name)) return;
    for (const imported of byName.get(name)?.imports ?? []) visit(imported, [...way, name]);
    done.add(name);
  };
  for (const name of byName.keys()) visit(name, []);
}

/** A module that is entered without any import, and hands out the scripts for who builds. */
async function writeStart(main: string, folder: string): Promise<void> {
  const entry = '\0start';
  const start: Plugin = {
    name: 'start',
    resolveId: (id) => (id === entry ? entry : undefined),
    load: (id) =>
      id === entry
        ? `import { startProgram } from ${JSON.stringify(START_PROGRAM)};
export const scripts = startProgram(import.meta.dirname, ${JSON.stringify(main)});`
        : undefined,
  };
  await bundle(ROOT, entry, [start], {
    ...COMMON,
    file: join(folder, 'cli.js'),
    banner: '#!/usr/bin/env node',
  });
}
