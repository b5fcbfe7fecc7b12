import type { GoModFile, ModuleReplacement } from '../../ecosystem/go/mod-file.ts';
import { isLocalPath } from '../../ecosystem/go/module-path.ts';
import { compareSemantic, parseSemantic, type SemanticShape } from '../../version/semantic.ts';

export interface NeededModule {
  readonly path: string;
  /** Empty for a folder. */
  readonly version: string;
  /** Of the requirement, or of the replacement where nothing names what it replaces. */
  readonly line: number;
}

type Requirements = Pick<GoModFile, 'exclusions' | 'goVersion' | 'replacements' | 'requirements'>;

/**
 * The modules that are built: those required in a version that is not excluded, with what replaces
 * that very version, or else every version. Go modules reference, "exclude directive", "replace
 * directive". Sorted as they stand in the file, each once.
 */
export function neededModules(file: Requirements): NeededModule[] {
  const excluded = new Set(file.exclusions.map(({ path, version }) => `${path} ${version}`));
  const replacements = new Map(
    file.replacements.map((each) => [`${each.old.path} ${each.old.version}`, each]),
  );
  const needed = new Map<string, NeededModule>();
  const add = (module: NeededModule): void => {
    const key = `${module.path} ${module.version}`;
    needed.set(key, needed.get(key) ?? module);
  };
  for (const { path, version, line } of file.requirements) {
    if (!excluded.has(`${path} ${version}`)) {
      const replacement = replacements.get(`${path} ${version}`) ?? replacements.get(`${path} `);
      add(replacement === undefined ? { path, version, line } : replaced(replacement, line));
    }
  }
  if (!listsEverything(file.goVersion)) {
    const required = new Set(file.requirements.map(({ path }) => path));
    for (const replacement of file.replacements) {
      if (!required.has(replacement.old.path)) {
        add(replaced(replacement, replacement.line));
      }
    }
  }
  return [...needed.values()];
}

/**
 * What only other modules require, as far as digests tell: of each module that go.mod says nothing
 * of, the highest version, since Go keeps digests of versions that it once chose. None where go.mod
 * lists everything.
 */
export function impliedModules(
  file: Requirements,
  digests: readonly { readonly module: string; readonly line: number }[],
): NeededModule[] {
  if (listsEverything(file.goVersion)) {
    return [];
  }
  const named = new Set([
    ...file.requirements.map(({ path }) => path),
    ...file.replacements.flatMap((each) => [each.old.path, each.new.path]),
  ]);
  const highest = new Map<string, NeededModule>();
  for (const { module, line } of digests) {
    const [path = '', version = ''] = module.split(' ', 2);
    const known = highest.get(path);
    if (!named.has(path) && (known === undefined || isHigher(version, known.version))) {
      highest.set(path, { path, version, line });
    }
  }
  return [...highest.values()];
}

/** Versions of modules, behind their `v`. Go modules reference, "Versions". */
const SHAPE: SemanticShape = { coreMin: 3, coreMax: 3, allowsLeadingZeros: false };

function isHigher(version: string, other: string): boolean {
  const [left, right] = [version, other].map((text) => parseSemantic(text.slice(1), SHAPE));
  return left !== undefined && (right === undefined || compareSemantic(left, right) > 0);
}

/** A folder has no name of its own, so that it keeps that of what it replaces. */
function replaced({ old, new: actual }: ModuleReplacement, line: number): NeededModule {
  const path = isLocalPath(actual.path) ? old.path : actual.path;
  return { path, version: actual.version, line };
}

/**
 * From Go 1.17 on the file requires every module that is built, so that the replacement of another
 * is of no effect. Before, what only others require is not in it, and may be what is replaced.
 */
function listsEverything(goVersion: string): boolean {
  const [, major = '0', minor = '0'] = /^(\d{1,4})(?:\.(\d{1,4}))?/.exec(goVersion) ?? [];
  return Number(major) > 1 || Number(minor) >= 17;
}
