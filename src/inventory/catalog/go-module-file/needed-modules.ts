import {
  compareSemantic,
  parseSemantic,
  type SemanticShape,
} from '../../../foundation/version/semantic.ts';
import type { GoModFile, ModuleReplacement } from '../../ecosystem/go/mod-file.ts';
import { isLocalPath } from '../../ecosystem/go/module-path.ts';

export interface NeededModule {
  readonly path: string;
  /** Empty for a directory. */
  readonly version: string;
  /** Line of the requirement, or of the replacement if no line names the replaced module. */
  readonly line: number;
}

type Requirements = Pick<GoModFile, 'exclusions' | 'goVersion' | 'replacements' | 'requirements'>;

/**
 * Returns the modules that are built: those required in a version that is not excluded, with the
 * replacement of exactly that version, or else of every version. Go modules reference, "exclude
 * directive", "replace directive". In file order, without duplicates.
 */
export function listNeededModules(file: Requirements): NeededModule[] {
  const excluded = new Set(file.exclusions.map(({ path, version }) => `${path} ${version}`));
  const replacements = new Map(
    file.replacements.map((each) => [`${each.old.path} ${each.old.version}`, each]),
  );
  const needed = new Map<string, NeededModule>();
  const addModule = (module: NeededModule): void => {
    const key = `${module.path} ${module.version}`;
    needed.set(key, needed.get(key) ?? module);
  };
  for (const { path, version, line } of file.requirements) {
    if (!excluded.has(`${path} ${version}`)) {
      const replacement = replacements.get(`${path} ${version}`) ?? replacements.get(`${path} `);
      addModule(
        replacement === undefined ? { path, version, line } : toReplacement(replacement, line),
      );
    }
  }
  if (!hasAllModules(file.goVersion)) {
    const required = new Set(file.requirements.map(({ path }) => path));
    for (const replacement of file.replacements) {
      if (!required.has(replacement.old.path)) {
        addModule(toReplacement(replacement, replacement.line));
      }
    }
  }
  return [...needed.values()];
}

/**
 * Returns the indirect requirements that the digests show: for each module that is missing in
 * go.mod, the highest version, because Go keeps digests of versions that it once chose. Empty if
 * go.mod lists everything.
 */
export function listImpliedModules(
  file: Requirements,
  digests: readonly { readonly module: string; readonly line: number }[],
): NeededModule[] {
  if (hasAllModules(file.goVersion)) {
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

/** Versions of modules, without the leading `v`. Go modules reference, "Versions". */
const SHAPE: SemanticShape = { coreMin: 3, coreMax: 3, allowsLeadingZeros: false };

function isHigher(version: string, other: string): boolean {
  const [left, right] = [version, other].map((text) => parseSemantic(text.slice(1), SHAPE));
  return left !== undefined && (right === undefined || compareSemantic(left, right) > 0);
}

/** A directory has no name of its own, so the name of the replaced module is kept. */
function toReplacement({ old, new: actual }: ModuleReplacement, line: number): NeededModule {
  const path = isLocalPath(actual.path) ? old.path : actual.path;
  return { path, version: actual.version, line };
}

/**
 * Since Go 1.17 the file requires every module that is built, so a replacement of another one has
 * no effect. Before, it lacks indirect requirements, which may be replaced.
 */
function hasAllModules(goVersion: string): boolean {
  const [, major = '0', minor = '0'] = /^(\d{1,4})(?:\.(\d{1,4}))?/.exec(goVersion) ?? [];
  return Number(major) > 1 || Number(minor) >= 17;
}
