import { getParentPath, normalizePath } from '../../../../image/view/path.ts';
import type { ReachWorld } from '../../rule-contract.ts';
import type { AutoloadMap, PhpFact } from './php-fact.ts';

const ENTRY_CHARS_MAX = 2_000;

/**
 * Reads the entries of the files that Composer writes: `'Name' => $vendorDir . '/path'`, or a list
 * of such paths.
 */
export function readAutoloadMap(text: string, entriesMax: number): AutoloadMap {
  const map: (readonly [string, string])[] = [];
  let at = text.indexOf("' =>");
  while (at !== -1 && map.length < entriesMax) {
    const start = text.lastIndexOf("'", at - 1) + 1;
    const name = text.slice(start, at).replaceAll('\\\\', '\\');
    const next = text.indexOf("' =>", at + 4);
    const end = Math.min(next === -1 ? text.length : next, at + ENTRY_CHARS_MAX);
    const value = text.slice(at + 4, end);
    for (const [, base = '', path = ''] of value.matchAll(PATH)) {
      const isVendor = base === '$vendorDir';
      map.push([name, isVendor ? path.slice(1) : `..${path}`]);
    }
    at = next;
  }
  return map;
}

const PATH = /(\$vendorDir|\$baseDir) \. '([^'\n]{1,400})'/g;

export interface Autoload {
  /** Returns the files that may contain a class, by its full name. */
  findFiles(className: string): readonly string[];
}

const known = new WeakMap<ReachWorld, Autoload>();

export function createAutoload(
  world: ReachWorld,
  getFact: (path: string) => PhpFact | undefined,
): Autoload {
  const found = known.get(world);
  if (found !== undefined) {
    return found;
  }
  const made = readAutoload(world, getFact);
  known.set(world, made);
  return made;
}

function readAutoload(
  { view }: ReachWorld,
  getFact: (path: string) => PhpFact | undefined,
): Autoload {
  const classes = new Map<string, string>();
  const prefixes = new Map<string, string[]>();
  for (const path of view.listPaths()) {
    const name = /\/composer\/autoload_(classmap|psr4|namespaces)\.php$/.exec(path)?.[1];
    const fact = name === undefined ? undefined : getFact(path);
    if (fact?.kind !== 'autoload') {
      continue;
    }
    const vendor = getParentPath(getParentPath(path));
    for (const [key, inner] of fact.map) {
      const to = normalizePath(`${vendor}/${inner}`);
      if (name === 'classmap') {
        classes.set(key.toLowerCase(), to);
      } else {
        prefixes.set(key, [
          ...(prefixes.get(key) ?? []),
          name === 'psr4' ? to : `${to}/${key.replaceAll(/[\\_]/g, '/')}`,
        ]);
      }
    }
  }
  return { findFiles: (className) => findFiles(className, classes, prefixes) };
}

function findFiles(
  className: string,
  classes: ReadonlyMap<string, string>,
  prefixes: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const listed = classes.get(className.toLowerCase());
  const files = listed === undefined ? [] : [listed];
  for (let cut = className.lastIndexOf('\\'); cut > 0; cut = className.lastIndexOf('\\', cut - 1)) {
    const rest = className.slice(cut + 1).replaceAll('\\', '/');
    for (const folder of prefixes.get(className.slice(0, cut + 1)) ?? []) {
      files.push(`${folder.replace(/\/$/, '')}/${rest}.php`);
    }
  }
  return files;
}
