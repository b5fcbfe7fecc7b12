import { compareText } from '../../core/compare-text.ts';
import type { PackageSymbols } from '../../core/package.ts';

/** Which module a function is of: the longest path that its package's path begins with. */
export interface ModuleSymbols {
  /** By path of the module. */
  readonly modules: ReadonlyMap<string, readonly PackageSymbols[]>;
  readonly standardLibrary: readonly PackageSymbols[];
}

/** The linker calls the main package so, whatever its path. */
const MAIN_PACKAGE = 'main';
/**
 * Copies of other modules that the standard library brings along, which are of the toolchain's
 * version. What a module vendors keeps its plain path. https://go.dev/ref/mod#vendoring
 */
const VENDOR = 'vendor/';

/** Names that the compiler made up, by releases before Go 1.20; later ones hold a colon. */
const MADE_UP =
  /^(?:go\.(?:buildid|builtin\.|constinfo\.|cuinfo\.|func\.|importpath\.|info\.|interface\.|itab\.|itablink\.|map\.|shape\.|string\.|type\.|typelink\.)|type\.)/;

/**
 * Groups function names by module and package, without the path of the package: `html.Parse` of
 * `golang.org/x/net/html` becomes `Parse`. What belongs to none is left out: parts of the runtime,
 * and what the standard library brings along of other modules.
 */
export function groupByModule(
  names: Iterable<string>,
  modules: { readonly main: string | undefined; readonly paths: readonly string[] },
): ModuleSymbols {
  const tree = new PathTree(modules.paths);
  const byModule = new Map<string, SymbolGroups>();
  const standard: SymbolGroups = new Map();
  const namesOf = (path: string): string[] | undefined => {
    const isMain = path === MAIN_PACKAGE;
    const owner = tree.longestPrefix(isMain && modules.main ? modules.main : path);
    if (owner !== '') {
      return namesIn(groupsOf(byModule, owner), path);
    }
    return !isMain && isStandard(path) ? namesIn(standard, path) : undefined;
  };
  // A program has a hundred functions for each package, most of them one after the other, and only
  // the package tells the module.
  const byWrittenPath = new Map<string, { readonly names: string[] | undefined }>();
  let last: { readonly path: string; readonly names: string[] | undefined } | undefined;
  for (const written of names) {
    const symbol = symbolOf(written);
    if (symbol === undefined) {
      continue;
    }
    const { path } = symbol;
    if (last?.path !== path) {
      const found = byWrittenPath.get(path) ?? { names: namesOf(unescapePath(path)) };
      byWrittenPath.set(path, found);
      last = { path, names: found.names };
    }
    last.names?.push(symbol.name);
  }
  return {
    modules: new Map([...byModule].map(([path, groups]) => [path, sorted(groups)])),
    standardLibrary: sorted(standard),
  };
}

/** Names by the path of their package; some come more than once. */
type SymbolGroups = Map<string, string[]>;

function groupsOf(byModule: Map<string, SymbolGroups>, module: string): SymbolGroups {
  const groups: SymbolGroups = byModule.get(module) ?? new Map();
  byModule.set(module, groups);
  return groups;
}

function namesIn(groups: SymbolGroups, path: string): string[] {
  const names = groups.get(path) ?? [];
  groups.set(path, names);
  return names;
}

function sorted(groups: SymbolGroups): PackageSymbols[] {
  return [...groups]
    .sort(([left], [right]) => compareText(left, right))
    .map(([path, names]) => ({ path, symbols: eachOnce(names.sort(compareText)) }));
}

/** Of names in order those that are not the same as the one before. */
function eachOnce(names: readonly string[]): string[] {
  return names.filter((name, index) => name !== names[index - 1]);
}

/**
 * The path of the package, as the linker writes it, ends at the first dot after the last slash,
 * type arguments left aside.
 */
function symbolOf(written: string): { readonly path: string; readonly name: string } | undefined {
  if (written.includes(':') || written.includes('..') || MADE_UP.test(written)) {
    return undefined;
  }
  const plain = written.includes('[') ? withoutTypeArguments(written) : written;
  const dot = plain.indexOf('.', plain.lastIndexOf('/') + 1);
  const path = plain.slice(0, Math.max(dot, 0));
  const isPrefix = written.charCodeAt(dot) === FULL_STOP && written.startsWith(path);
  return path === '' || !isPrefix ? undefined : { path, name: written.slice(dot + 1) };
}

const FULL_STOP = 0x2e;

function withoutTypeArguments(name: string): string {
  const start = name.indexOf('[');
  const end = name.lastIndexOf(']');
  return start < 0 || end < start ? name : name.slice(0, start) + name.slice(end + 1);
}

/** The linker writes some bytes of a path as `%` and two digits: `gopkg.in/yaml%2ev2`. */
function unescapePath(path: string): string {
  return path.replaceAll(/%([0-9a-fA-F]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

interface PathNode {
  readonly children: Map<string, PathNode>;
  path: string;
}

/** Paths by their elements, so that looking one up costs no more than its length. */
class PathTree {
  readonly #root: PathNode = { children: new Map(), path: '' };

  constructor(paths: readonly string[]) {
    for (const path of paths) {
      let node = this.#root;
      for (const element of path.split('/')) {
        const next = node.children.get(element) ?? { children: new Map(), path: '' };
        node.children.set(element, next);
        node = next;
      }
      node.path = path;
    }
  }

  /** The longest of the paths that the given one is or lies under; empty where there is none. */
  longestPrefix(path: string): string {
    let node: PathNode | undefined = this.#root;
    let found = '';
    for (const element of path.split('/')) {
      node = node.children.get(element);
      if (node === undefined) {
        break;
      }
      found = node.path || found;
    }
    return found;
  }
}

/** Paths of the standard library have no host: no dot before the first slash. */
function isStandard(path: string): boolean {
  return !path.startsWith(VENDOR) && !(path.split('/', 1)[0] ?? '').includes('.');
}
