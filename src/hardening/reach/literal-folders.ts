import { getParentPath } from '../../image/view/path.ts';
import type { ElfWords } from './elf-words.ts';
import { listDescendantFiles } from './folder-index.ts';
import { searchPath } from './process-config.ts';
import type { ReachWorld } from './rule-contract.ts';

export interface LiteralFolder {
  /** Real path. */
  readonly folder: string;
  /** Path as written, which may lead through links: a file below it needs these, too. */
  readonly written: string;
  readonly text: string;
  readonly offset: number;
}

/**
 * Returns the real paths of directories that the literals of an executable name, also before a
 * pattern: `/etc/app/%s.conf` names `/etc/app`.
 */
export function findLiteralFolders(words: ElfWords, world: ReachWorld): readonly LiteralFolder[] {
  const lists = known.get(world) ?? new WeakMap<ElfWords, readonly LiteralFolder[]>();
  known.set(world, lists);
  const found = lists.get(words) ?? findFolders(words, world);
  lists.set(words, found);
  return found;
}

/** Several rules use them, and the rule for settings needs those of every program on its path. */
const known = new WeakMap<ReachWorld, WeakMap<ElfWords, readonly LiteralFolder[]>>();

function findFolders({ paths }: ElfWords, world: ReachWorld): readonly LiteralFolder[] {
  const found = new Map<string, LiteralFolder>();
  for (const [text, offset] of paths) {
    // A literal may be a list of directories.
    for (const one of text.split(':')) {
      const cut = one.search(/[%*]/);
      const folder = cut < 0 ? one : getParentPath(one.slice(0, cut));
      const real = world.view.findRealFolder(folder);
      if (real !== undefined && real !== '/') {
        const written = `/${folder.split('/').filter(Boolean).join('/')}`;
        found.set(written, found.get(written) ?? { folder: real, written, text, offset });
      }
    }
  }
  return [...found.values()];
}

/** Returns the files below a directory by the path that leads to them. */
export function listLiteralFiles(
  { folder, written }: LiteralFolder,
  world: ReachWorld,
): readonly string[] {
  const files = listDescendantFiles(folder, world);
  return written === folder ? files : files.map((path) => written + path.slice(folder.length));
}

const COMMON =
  /^\/(?:[^/]+|usr\/[^/]+|usr\/local\/[^/]+|var\/[^/]+|(?:usr\/(?:local\/)?)?lib(?:32|64)?\/[a-z0-9_]+-linux-[a-z0-9]+|usr\/share\/(?:man|doc|info|locale)|etc\/(?:ssl|default))$/;

/**
 * Returns whether a directory holds files of many packages, so that its name proves nothing about
 * them.
 */
export function isCommonFolder(folder: string, { config }: ReachWorld): boolean {
  return COMMON.test(folder) || searchPath(config).includes(folder);
}

const SYSTEM =
  /^\/(?:$|(?:bin|boot|dev|etc|lib\w*|media|mnt|proc|root|run|sbin|sys|tmp|usr|var)(?:\/|$))/;

/**
 * Returns whether a directory belongs to the system; images put their application elsewhere
 * (`/app`).
 */
export function isSystemFolder(folder: string, world: ReachWorld): boolean {
  return SYSTEM.test(folder) && isCommonFolder(folder, world);
}
