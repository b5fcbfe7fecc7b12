import { basename, join } from 'node:path';
import { type OutputChunk, type OutputOptions, type Plugin, rolldown } from 'rolldown';
import { PARTS } from '../src/cli/start/start-program.ts';
import { isLateFormat, lateFormats } from './late-format.ts';
import { planParts } from './part-plan.ts';
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
  const late = new Set(LATE_MODULES.map((module) => join(root, module)));
  const plan = planParts(path, (id) => late.has(id) || isLateFormat(id));
  const chunks = await bundle(root, path, [lateFormats(root), plan.plugin, asScripts()], {
    ...COMMON,
    dir: folder,
    // What is no use would go once more from what is written then, and nothing calls the scripts.
    minify: false,
    entryFileNames: `${PARTS}/[name]-[hash].js`,
    chunkFileNames: `${PARTS}/[name]-[hash].js`,
    codeSplitting: { groups: [{ name: plan.partOf, includeDependenciesRecursively: false }] },
  });
  refuseCycles(chunks);
  const main = chunks.find(({ isEntry }) => isEntry);
  await writeStart(basename(main?.fileName ?? ''), folder);
}

/**
 * What many a run asks nothing of: tables whose text takes a third of the time and memory that
 * loading all else takes, readers of what the user has to name, what opens images, what reads
 * licences, and what is made of findings where there are any. They export functions only, so that a
 * part can be loaded without them.
 */
export const LATE_MODULES = [
  'src/assess/baseline.ts',
  'src/assess/ignore-files.ts',
  'src/assess/read-vex-files.ts',
  'src/report/comparison/html/write-html.ts',
  'src/decide/derive/own-decider.ts',
  'src/decide/vex/vex-decider.ts',
  'src/identity/cpe-candidates.ts',
  'src/identity/cpe-dictionary.data.ts',
  'src/match/apply-rules.ts',
  'src/identity/java/known-groups.data.ts',
  'src/identity/license/license-file.ts',
  'src/identity/license/license-signature.data.ts',
  'src/identity/license/license.ts',
  'src/identity/license/spdx-url.data.ts',
  'src/document/vex/read-vex.ts',
  'src/policy/gate.ts',
  'src/source/docker-image.ts',
  'src/source/engine-image.ts',
  'src/source/image-archive.ts',
  'src/source/oci-layout.ts',
  'src/source/tree-file.ts',
] as const;

/** What the same modules of the library use lies together. */
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
    external: /^[^./\0]/u,
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

function asScripts(): Plugin {
  return {
    name: 'as-scripts',
    renderChunk: (code, { fileName }) => scriptOf(fileName, code),
  };
}

/** A part is complete before another takes names from it, but for what is loaded by a call. */
function refuseCycles(chunks: readonly OutputChunk[]): void {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const done = new Set<string>();
  const visit = (name: string, way: readonly string[]): void => {
    if (way.includes(name)) throw new Error(`parts load each other: ${[...way, name].join(' > ')}`);
    if (done.has(name)) return;
    for (const imported of byName.get(name)?.imports ?? []) {
      if (!basename(imported).startsWith(LATE)) visit(imported, [...way, name]);
    }
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
