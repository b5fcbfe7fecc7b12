import { join } from 'node:path';
import { rolldown } from 'rolldown';

/** The entry modules of `cli.js` and `index.js`. A program alone has no `index`. */
export interface Entries {
  readonly cli: string;
  readonly index?: string;
}

/**
 * Rooms whose shared modules are in one chunk each. Nearly every command loads them,
 * and loading a module takes Node longer than reading some more code.
 */
const SHARED_ROOMS = [
  'foundation/core',
  'foundation/config',
  'foundation/syntax',
  'image/view',
  'image/read',
];

const ISLANDS = 'src/server/pages/island';

/** Replaces the module that reads the script of the pages by one that has it, minified. */
async function loadIslands(root: string, id: string): Promise<string | undefined> {
  if (id.replaceAll('\\', '/') !== `${root.replaceAll('\\', '/')}/${ISLANDS}/island-source.ts`) {
    return undefined;
  }
  const bundler = await rolldown({ input: join(root, ISLANDS, 'console-islands.ts') });
  try {
    const { output } = await bundler.generate({ format: 'esm', minify: true });
    return `export const readIslands = () => ${JSON.stringify(output[0].code)};`;
  } finally {
    await bundler.close();
  }
}

/** The directory beside the entry points for all other modules. */
const CHUNKS = 'chunk';

/**
 * Bundles the program and the library as modules that share their code: code loaded by `import()`,
 * such as a command or a format, is in a chunk of its own. Packages stay external.
 */
export async function bundle(root: string, entries: Entries, directory: string): Promise<void> {
  const bundler = await rolldown({
    cwd: root,
    // Absolute, because a bare path would be a package name.
    input: Object.fromEntries(
      Object.entries(entries).map(([name, path]) => [name, join(root, path)]),
    ),
    platform: 'node',
    logLevel: 'warn',
    external: /^[^./\0]/u,
    plugins: [{ name: 'islands', load: async (id) => await loadIslands(root, id) }],
    onLog(level, { code, message }) {
      // The library statically imports modules that the program loads on demand.
      if (level === 'warn' && code !== 'INEFFECTIVE_DYNAMIC_IMPORT') {
        throw new Error(message);
      }
    },
  });
  try {
    await bundler.write({
      dir: directory,
      format: 'esm',
      comments: false,
      sourcemap: false,
      entryFileNames: '[name].js',
      chunkFileNames: `${CHUNKS}/[name]-[hash].js`,
      codeSplitting: {
        groups: SHARED_ROOMS.map((room) => ({
          name: room.slice(room.indexOf('/') + 1),
          test: new RegExp(`[\\\\/]src[\\\\/]${room.replace('/', '[\\\\/]')}[\\\\/]`, 'u'),
          minShareCount: 2,
        })),
      },
    });
  } finally {
    await bundler.close();
  }
}
