import type { InventoryPackage } from '../core/inventory.ts';
import type { Matcher, RebuildMarks } from './matcher.ts';

/** What is rebuilt, and by which matcher its marks are known. */
export interface Rebuilt {
  readonly package: InventoryPackage;
  readonly matcher: Matcher;
}

const ANY_MARKS: RebuildMarks = { prefixes: ['rootio-'] };

function marksOf({ matcher }: Rebuilt): RebuildMarks {
  return matcher.rebuildMarks ?? ANY_MARKS;
}

/** Whether a package is a rebuild, searched for under any of these names. */
export function isRebuilt(one: Rebuilt, names: readonly string[]): boolean {
  const { prefixes, version } = marksOf(one);
  return (
    names.some((name) => prefixes.some((prefix) => name.startsWith(prefix))) ||
    version?.test(one.package.version) === true
  );
}

/**
 * The names under which statements about a package are found: of a rebuild, that of the original
 * too, whose vulnerabilities it has unless it is said that they were fixed.
 */
export function searchNamesOf(one: Rebuilt, names: readonly string[]): readonly string[] {
  if (!isRebuilt(one, names)) {
    return names;
  }
  const [prefix] = marksOf(one).prefixes;
  const all = names.flatMap((name) => {
    const bare = originalName(one, name);
    return [name, bare, bare.startsWith('@') ? prefix + encodeScope(bare) : prefix + bare];
  });
  return [...new Set(all)];
}

/** The name of what was rebuilt; the name itself where it has no mark. */
export function originalName(rebuilt: Rebuilt, name: string): string {
  const prefix = marksOf(rebuilt).prefixes.find((one) => name.startsWith(one)) ?? '';
  const bare = name.slice(prefix.length);
  const at = prefix.startsWith('@') ? bare.indexOf(SCOPE_END) : -1;
  return at > 0 ? `@${bare.slice(0, at)}/${bare.slice(at + SCOPE_END.length)}` : bare;
}

/** What stands for the slash in the names of scoped packages: `@rootio/babel__core`. */
const SCOPE_END = '__';

function encodeScope(name: string): string {
  return name.slice(1).replace('/', SCOPE_END);
}
