import type { InventoryPackage } from '../core/inventory.ts';

/** How Root.io marks in names and versions what it rebuilt. https://docs.root.io */
interface Marks {
  /** What it puts before a name; the first is the one that its statements have. */
  readonly prefixes: readonly [string, ...string[]];
  readonly version?: RegExp;
}

const SYSTEM_PREFIX = 'rootio-';
const MARKS: Readonly<Record<string, Marks>> = {
  // A build number of five digits: that of Alpine, then four of its own.
  apk: { prefixes: [SYSTEM_PREFIX], version: /-r[0-9]{5,}$/ },
  deb: { prefixes: [SYSTEM_PREFIX], version: /\.root\.io\./ },
  'java-archive': { prefixes: ['io.root.'] },
  npm: { prefixes: ['@rootio/', SYSTEM_PREFIX], version: /-root\.io\./ },
  python: { prefixes: [SYSTEM_PREFIX, 'rootio_'], version: /\+root\.io\./ },
};
const OTHER_MARKS: Marks = { prefixes: [SYSTEM_PREFIX] };

function marksOf({ type }: InventoryPackage): Marks {
  return MARKS[type] ?? OTHER_MARKS;
}

/** Whether a package is a rebuild, searched for under any of these names. */
export function isRebuilt(item: InventoryPackage, names: readonly string[] = [item.name]): boolean {
  const { prefixes, version } = marksOf(item);
  return (
    names.some((name) => prefixes.some((prefix) => name.startsWith(prefix))) ||
    version?.test(item.version) === true
  );
}

/**
 * The names under which statements about a package are found: of a rebuild, that of the original
 * too, whose vulnerabilities it has unless it is said that they were fixed.
 */
export function searchNamesOf(item: InventoryPackage, names: readonly string[]): readonly string[] {
  if (!isRebuilt(item, names)) {
    return names;
  }
  const [prefix] = marksOf(item).prefixes;
  const all = names.flatMap((name) => {
    const bare = originalName(item, name);
    return [name, bare, bare.startsWith('@') ? prefix + encodeScope(bare) : prefix + bare];
  });
  return [...new Set(all)];
}

/** The name of what was rebuilt; the name itself where it has no mark. */
export function originalName(item: InventoryPackage, name: string): string {
  const prefix = marksOf(item).prefixes.find((one) => name.startsWith(one)) ?? '';
  const bare = name.slice(prefix.length);
  const at = prefix.startsWith('@') ? bare.indexOf(SCOPE_END) : -1;
  return at > 0 ? `@${bare.slice(0, at)}/${bare.slice(at + SCOPE_END.length)}` : bare;
}

/** What stands for the slash in the names of scoped packages: `@rootio/babel__core`. */
const SCOPE_END = '__';

function encodeScope(name: string): string {
  return name.slice(1).replace('/', SCOPE_END);
}
