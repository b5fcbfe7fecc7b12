import { getBaseName } from '../../../../foundation/core/base-name.ts';
import { compareText } from '../../../../foundation/core/compare-text.ts';
import { getParentPath } from '../../../../image/view/path.ts';
import { getFolderIndex } from '../../folder-index.ts';
import type { ReachWorld } from '../../rule-contract.ts';

/** One installed gem. */
export interface Gem {
  readonly name: string;
  /** Its own directory; absent if its files are in the directories of Ruby itself. */
  readonly folder: string | undefined;
  /** Directories in which its files are looked up. */
  readonly folders: readonly string[];
  readonly specification: string;
}

export interface LoadPath {
  /** `$LOAD_PATH` before gems are added. */
  readonly folders: readonly string[];
  readonly gems: readonly Gem[];
}

const TOP = /^ruby(?:gems)?$/;
const INNER = /^(?:site_ruby|vendor_ruby|\d+\.\d+\.\d+|\w+-linux[\w-]*|lib)$/;
const BASES = ['/usr/local/lib', '/usr/lib', '/usr/lib64', '/usr/share', '/usr/local/share'];
const MULTIARCH = /-linux-(?:gnu|musl)/;
const DEPTH_MAX = 3;

/** Returns the file locations in the specification of a gem. */
export type RequirePathsOf = (specification: string) => readonly string[] | undefined;

const known = new WeakMap<ReachWorld, LoadPath>();

export function createLoadPath(world: ReachWorld, requirePathsOf: RequirePathsOf): LoadPath {
  const found = known.get(world);
  if (found !== undefined) {
    return found;
  }
  const { roots, specifications } = findLandmarks(world);
  const gems = specifications.map((path) => findGem(path, world, requirePathsOf));
  const made = { folders: listRubyFolders(roots, world), gems };
  known.set(world, made);
  return made;
}

/** Installations of Ruby, by their `rbconfig.rb`, and the specifications of all gems. */
function findLandmarks({ view }: ReachWorld) {
  const roots = new Set<string>();
  const specifications: string[] = [];
  for (const path of view.listPaths()) {
    if (path.endsWith('/rbconfig.rb')) {
      roots.add(getParentPath(getParentPath(getParentPath(path))));
    } else if (path.endsWith('.gemspec') && path.includes('/specifications/')) {
      specifications.push(path);
    }
  }
  return {
    roots: [...roots].sort(compareText),
    specifications: specifications.sort(compareText),
  };
}

function listRubyFolders(roots: readonly string[], world: ReachWorld): readonly string[] {
  const index = getFolderIndex(world);
  const found = new Set<string>();
  const visit = (folder: string, depth: number): void => {
    found.add(folder);
    for (const name of depth < DEPTH_MAX ? index.listNames(folder) : []) {
      if (INNER.test(name)) {
        visit(`${folder}/${name}`, depth + 1);
      }
    }
  };
  for (const base of BASES) {
    const inner = index.listNames(base).filter((name) => MULTIARCH.test(name));
    for (const folder of [base, ...inner.map((name) => `${base}/${name}`)]) {
      for (const name of index.listNames(folder).filter((one) => TOP.test(one))) {
        visit(`${folder}/${name}`, 0);
      }
    }
  }
  for (const root of roots) {
    visit(root, 0);
  }
  const given = (world.config.environment.get('RUBYLIB') ?? '').split(':').filter(Boolean);
  return [...given, ...[...found].toSorted((left, right) => rank(left) - rank(right))];
}

function rank(folder: string): number {
  const order = [/\/site_ruby/, /\/vendor_ruby/];
  const place = order.findIndex((pattern) => pattern.test(folder));
  return place === -1 ? order.length : place;
}

function findGem(path: string, world: ReachWorld, requirePathsOf: RequirePathsOf): Gem {
  const index = getFolderIndex(world);
  const full = getBaseName(path).slice(0, -'.gemspec'.length);
  const name = full.replace(/-\d[\w.]*(?:-[\w-]+)?$/, '');
  const home = path.slice(0, path.lastIndexOf('/specifications/'));
  const folder = `${home}/gems/${full}`;
  const extensions = index
    .listNames(`${home}/extensions`)
    .flatMap((platform) =>
      index
        .listNames(`${home}/extensions/${platform}`)
        .map((api) => `${home}/extensions/${platform}/${api}/${full}`),
    );
  const paths = requirePathsOf(path) ?? ['lib'];
  const isOwn = index.isFilled(folder);
  return {
    name,
    specification: path,
    folder: isOwn ? folder : undefined,
    folders: isOwn
      ? [...paths.map((one) => `${folder}/${one}`), ...extensions].filter(index.isFilled)
      : [],
  };
}
