import type { ComponentPackage } from './component.ts';
import type { Matcher, RebuildMarks } from './matcher.ts';

/** A package that may be rebuilt, and the matcher that defines its marks. */
export interface Rebuilt {
  readonly package: ComponentPackage;
  readonly matcher: Matcher;
}

const ANY_MARKS: RebuildMarks = { prefixes: ['rootio-'] };

function getMarks({ matcher }: Rebuilt): RebuildMarks {
  return matcher.rebuildMarks ?? ANY_MARKS;
}

/** Returns whether a package is a rebuild, looked up under any of these names. */
export function isRebuilt(one: Rebuilt, names: readonly string[]): boolean {
  const { prefixes, version } = getMarks(one);
  return (
    names.some((name) => prefixes.some((prefix) => name.startsWith(prefix))) ||
    version?.test(one.package.version) === true
  );
}

/**
 * Returns the names of statements about a package. For a rebuild this includes the original name,
 * whose vulnerabilities it has unless a statement says that they were fixed.
 */
export function listSearchNames(one: Rebuilt, names: readonly string[]): readonly string[] {
  if (!isRebuilt(one, names)) {
    return names;
  }
  const [prefix] = getMarks(one).prefixes;
  const all = names.flatMap((name) => {
    const bare = toOriginalName(one, name);
    return [name, bare, bare.startsWith('@') ? prefix + encodeScope(bare) : prefix + bare];
  });
  return [...new Set(all)];
}

/** Returns the name of the original package; an unmarked name is returned unchanged. */
export function toOriginalName(rebuilt: Rebuilt, name: string): string {
  const prefix = getMarks(rebuilt).prefixes.find((one) => name.startsWith(one)) ?? '';
  const bare = name.slice(prefix.length);
  const at = prefix.startsWith('@') ? bare.indexOf(SCOPE_END) : -1;
  return at > 0 ? `@${bare.slice(0, at)}/${bare.slice(at + SCOPE_END.length)}` : bare;
}

/** Replaces the slash in names of scoped packages: `@rootio/babel__core`. */
const SCOPE_END = '__';

function encodeScope(name: string): string {
  return name.slice(1).replace('/', SCOPE_END);
}
