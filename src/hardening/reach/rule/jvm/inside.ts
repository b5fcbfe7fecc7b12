import { getBaseName } from '../../../../foundation/core/base-name.ts';
import { compareText } from '../../../../foundation/core/compare-text.ts';
import { defined } from '../../../../foundation/core/defined.ts';
import {
  type Opacity,
  REACH_STRENGTHS,
  type ReachedFile,
  type ReachStep,
} from '../../../../foundation/core/reach.ts';
import { listDescendantFiles } from '../../folder-index.ts';
import type { InsideInput, InsideReach, ReachWorld } from '../../rule-contract.ts';
import { type ClassClosure, followClasses } from './class-closure.ts';
import type { JvmFact } from './class-fact.ts';
import { ClassIndex, type ClassSource, type ClassUnit } from './class-index.ts';
import { computePackageStates, type PackageState } from './class-packages.ts';
import { findClassRoots } from './class-roots.ts';
import { openFolders } from './open-folders.ts';
import { findHome } from './runtime-files.ts';

/** ID of the rule that reads the files. */
const RULE = 'jvm';

export interface FollowedClasses {
  readonly index: ClassIndex;
  readonly closure: ClassClosure;
  /** Real path of the launcher. */
  readonly launcher: string;
  /** Reason why everything is open, whatever its classes load, as a clause. */
  readonly openReason?: string;
}

const BY_DAMAGE = 'some classes on its class path could not be read';

/**
 * Returns the reachable classes on the class path. `undefined` if it has no archive or the started
 * class is unknown; archives then count as a whole.
 */
export function findReachedClasses(
  { files }: Pick<InsideInput, 'files'>,
  world: ReachWorld,
): FollowedClasses | undefined {
  const launcher = findLauncher(files, world);
  const sources = launcher === undefined ? [] : listSources(files, launcher, world);
  if (launcher === undefined || sources.length === 0) {
    return undefined;
  }
  const known = new Set(sources.map(({ file }) => file));
  const open = openFolders(world)
    .flatMap(({ folder }) => listDescendantFiles(folder, world))
    .filter((file) => !known.has(file));
  const index = new ClassIndex([
    ...sources,
    ...[...new Set(open)].flatMap((file) => toSources(file, 'open', world)),
  ]);
  const found = findClassRoots({ world, files, index, launcher });
  if (found === undefined) {
    return undefined;
  }
  const openReason = found.openReason ?? (index.isPartial ? BY_DAMAGE : undefined);
  const closure = followClasses(index, found.roots, openReason !== undefined);
  return { index, closure, launcher, ...defined({ openReason }) };
}

/** Returns the packages inside of archives with reachable classes, if that can be determined. */
export function findReachedPackages(
  input: InsideInput,
  world: ReachWorld,
): InsideReach | undefined {
  const followed = findReachedClasses(input, world);
  if (followed === undefined) {
    return undefined;
  }
  const states = computePackageStates(input.packages, followed, input.classify);
  return {
    members: collectMembers(states, followed),
    opacities: [...openOpacity(followed), ...findLoadingOpacity(followed)],
    packages: new Map(
      [...states].map(([key, { reach, id }]) => [
        key,
        { reach, ...(id === undefined ? {} : { member: followed.index.getPath(id) }) },
      ]),
    ),
  };
}

/** Returns the file itself after following links. */
function findLauncher(
  files: ReadonlyMap<string, ReachedFile>,
  world: ReachWorld,
): string | undefined {
  return [...files.values()]
    .filter(({ path, strength }) => getBaseName(path) === 'java' && strength !== 'data')
    .map(({ path }) => path)
    .filter((path) => world.view.resolve(path)?.path === path)
    .toSorted(compareText)[0];
}

/** Archives of the runtime are not part of an application. */
function listSources(
  files: ReadonlyMap<string, ReachedFile>,
  launcher: string,
  world: ReachWorld,
): readonly ClassSource[] {
  const home = findHome(launcher, world);
  const isRuntime = (path: string): boolean => home !== undefined && path.startsWith(`${home}/`);
  return [...files.values()]
    .filter(({ path, strength }) => strength !== 'data' && !isRuntime(path))
    .toSorted((left, right) => compareText(left.path, right.path))
    .flatMap(({ path, strength }) =>
      toSources(path, strength === 'possible' ? 'possible' : 'certain', world),
    );
}

function toSources(
  file: string,
  place: ClassUnit['place'],
  world: ReachWorld,
): readonly ClassSource[] {
  const { archives = [] } = (world.getFact(RULE, file) as JvmFact | undefined) ?? {};
  return archives.length === 0 ? [] : [{ file, place, archives }];
}

/** Returns every class on the paths to the packages. */
function collectMembers(
  states: ReadonlyMap<string, PackageState>,
  followed: FollowedClasses,
): readonly ReachedFile[] {
  const members = new Map<number, ReachedFile>();
  for (const { id } of states.values()) {
    for (let at = id; at !== undefined && !members.has(at); ) {
      const reached = followed.closure.reached.get(at);
      const member = toMember(at, followed);
      if (member !== undefined) {
        members.set(at, member);
      }
      at = reached?.parent;
    }
  }
  return [...members.values()].toSorted((left, right) => compareText(left.path, right.path));
}

function toMember(id: number, { index, closure }: FollowedClasses): ReachedFile | undefined {
  const reached = closure.reached.get(id);
  if (reached === undefined) {
    return undefined;
  }
  const { parent, from = '', hops, rank, strength, witnessPath, token } = reached;
  const leading = parent === undefined ? from : index.getPath(parent);
  const to = index.getPath(id);
  const witness = { path: witnessPath ?? leading, token };
  const step: ReachStep = { from: leading, to, rule: RULE, strength, witness };
  return { path: to, strength: REACH_STRENGTHS[rank] ?? 'possible', hops, step };
}

function openOpacity({ launcher, openReason }: FollowedClasses): readonly Opacity[] {
  const scope = { kind: 'classes' } as const;
  return openReason === undefined ? [] : [{ path: launcher, rule: RULE, what: openReason, scope }];
}

/** Reports one opacity for all of them: an application has hundreds with the same effect. */
function findLoadingOpacity({ index, closure }: FollowedClasses): readonly Opacity[] {
  const [first] = closure.loading;
  if (first === undefined) {
    return [];
  }
  const others = closure.loading.length - 1;
  const path = index.getPath(first);
  const more = others === 1 ? '1 other class load' : `${others} other classes load`;
  const who = others === 0 ? 'it loads' : `it and ${more}`;
  return [
    {
      path,
      rule: RULE,
      what: `${who} classes by names computed at run time`,
      witness: { path, token: index.getText(first, index.getPacked(first).loadsBy) },
      scope: { kind: 'classes' },
    },
  ];
}
