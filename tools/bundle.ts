import { join } from 'node:path';
import { rolldown } from 'rolldown';

/** The modules that `cli.js` and `index.js` are made of. A program alone has no `index`. */
export interface Entries {
  readonly cli: string;
  readonly index?: string;
}

/**
 * Folders of `src` whose shared modules are in one chunk each. Nearly every command loads them, and
 * loading a module takes Node longer than reading some more code.
 */
const SHARED_FOLDERS = ['core', 'config', 'syntax', 'view', 'read'];

/** The directory beside the entry points for all other modules. */
const CHUNKS = 'chunk';

/**
 * Bundles the program and the library as modules that share their code: whatever is loaded by
 * `import()`, such as a command or a format, is in a chunk of its own. Packages stay outside.
 */
export async function bundle(root: string, entries: Entries, directory: string): Promise<void> {
  const bundler = await rolldown({
    cwd: root,
    // Absolute, since a bare path would be the name of a package.
    input: Object.fromEntries(
      Object.entries(entries).map(([name, path]) => [name, join(root, path)]),
    ),
    platform: 'node',
    logLevel: 'warn',
    external: /^[^./\0]/u,
    onLog(level, { code, message }) {
      // The library loads at once what the program loads on demand.
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
        groups: SHARED_FOLDERS.map((name) => ({
          name,
          test: new RegExp(`[\\\\/]src[\\\\/]${name}[\\\\/]`, 'u'),
          minShareCount: 2,
        })),
      },
    });
  } finally {
    await bundler.close();
  }
}
