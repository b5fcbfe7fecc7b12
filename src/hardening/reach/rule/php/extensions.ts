import { getBaseName } from '../../../../foundation/core/base-name.ts';
import { getFolderIndex } from '../../folder-index.ts';
import { placeWitness } from '../../own-witness.ts';
import type { ReachEdge, ReachWorld } from '../../rule-contract.ts';
import type { PhpFact } from './php-fact.ts';

/**
 * Directories in which distributions and the official images keep extensions, each by its API date.
 */
const EXTENSION_FOLDERS = [
  '/usr/lib/php',
  '/usr/local/lib/php/extensions',
  '/usr/lib64/php',
  '/usr/lib',
];
/** Directories of settings; those of each program and version are below. */
const SETTING_FOLDERS = ['/etc/php', '/usr/local/etc/php', '/etc/php.d', '/etc/php7', '/etc/php8'];
const FILES_MAX = 2_000;

/**
 * Returns the files that a PHP program reads at start: its settings and the extensions they name.
 */
export function findExtensionEdges(
  program: string,
  world: ReachWorld,
  getFact: (path: string) => PhpFact | undefined,
): readonly ReachEdge[] {
  const index = getFolderIndex(world);
  const version = /(\d+\.\d+)$/.exec(getBaseName(program))?.[1];
  const settings = [
    '/etc/php.ini',
    ...SETTING_FOLDERS.flatMap((folder) =>
      index.listDescendantFiles(folder, { filesMax: FILES_MAX }),
    ),
    ...index
      .listNames('/etc')
      .flatMap((name) =>
        /^php\d/.test(name)
          ? index.listDescendantFiles(`/etc/${name}`, { filesMax: FILES_MAX })
          : [],
      ),
  ].filter((path) => path.endsWith('.ini') && isOfVersion(path, version));
  const folders = listExtensionFolders(world);
  return settings.flatMap((path): readonly ReachEdge[] => {
    const fact = getFact(path);
    const lines = fact?.kind === 'ini' ? fact.lines : [];
    return [
      { to: path, strength: 'data', witness: placeWitness(program) },
      ...lines.flatMap(([key, value, line]): readonly ReachEdge[] => {
        const names = value.startsWith('/')
          ? [value]
          : folders.flatMap((folder) => [
              `${folder}/${value}`,
              `${folder}/${value}.so`,
              `${folder}/php_${value}.so`,
            ]);
        const witness = { path, line, token: value };
        return key === 'extension_dir'
          ? []
          : names
              .filter(world.exists)
              .map((to) => ({ to, strength: 'required' as const, witness }));
      }),
    ];
  });
}

/** `/etc/php/8.2/cli/php.ini` only applies to one version. */
function isOfVersion(path: string, version: string | undefined): boolean {
  const own = /^\/etc\/php\/(\d+\.\d+)\//.exec(path)?.[1];
  return own === undefined || version === undefined || own === version;
}

function listExtensionFolders(world: ReachWorld): readonly string[] {
  const index = getFolderIndex(world);
  return EXTENSION_FOLDERS.flatMap((base) =>
    index.listNames(base).flatMap((name) => {
      const isOwn = /^\d{8}$|^no-debug-|^modules$/.test(name);
      return isOwn ? [`${base}/${name}`] : /^php\d*$/.test(name) ? [`${base}/${name}/modules`] : [];
    }),
  );
}
