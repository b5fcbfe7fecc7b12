import { posix } from 'node:path';
import { defined } from '../core/defined.ts';
import type { Inventory } from '../core/inventory.ts';
import {
  type Opacity,
  REACH_CLASSES,
  type Reach,
  type ReachClass,
  type ReachedFile,
  type ReachStep,
} from '../core/reach.ts';
import { getPathClass, isInScope } from '../core/reach-class.ts';
import { findWay } from '../core/reach-way.ts';
import { escapeText } from '../core/screen-text.ts';

/** Why the entry point needs a file, or why that is unknown. */
export interface NeedExplanation {
  readonly kind: 'need';
  /** The path of the question. */
  readonly path: string;
  /** The path after resolving links; absent if it is the same. */
  readonly realPath?: string;
  readonly reach: ReachClass | 'unknown';
  /** From the configuration of the image down to the file; empty if it is not reached. */
  readonly steps: readonly ReachStep[];
  /** Opaque constructs whose scope contains the unreached file. */
  readonly opacities: readonly Opacity[];
  /** Files on every path to it, the nearest first: without one of them it is not needed. */
  readonly onlyBecauseOf: readonly Dominator[];
  /** Packages that were found in it, if its reached classes are known. */
  readonly inside?: readonly NeededPackage[];
  /** The package that installed it, or that it identifies. */
  readonly owner?: { readonly name: string; readonly version: string; readonly reach?: ReachClass };
  /** Reason why the answer is unknown. */
  readonly unknown?: string;
}

/** A package in an archive. */
export interface NeededPackage {
  readonly name: string;
  readonly version: string;
  readonly reach: ReachClass;
  /** From the configuration of the image to the strongest of its classes; empty without one. */
  readonly steps: readonly ReachStep[];
}

export interface Dominator {
  readonly path: string;
  /** Name of the package that installed it. */
  readonly package?: string;
}

/** @param requestedPath path in the target, through any links that the inventory lists */
export function explainNeed(requestedPath: string, inventory: Inventory): NeedExplanation {
  const { reach } = inventory;
  const { path, missing } = resolvePlace(requestedPath, inventory);
  const { key, ...owned } = findOwner(path, inventory);
  const frame = {
    kind: 'need',
    path: requestedPath,
    ...(path === requestedPath ? {} : { realPath: path }),
    ...owned,
    steps: [],
    opacities: [],
    onlyBecauseOf: [],
  } as const;
  if (reach === undefined || reach.unknown !== undefined) {
    const unknown = reach?.unknown ?? 'reachability was not analyzed';
    return { ...frame, reach: 'unknown', unknown };
  }
  if (path.includes(':')) {
    const found = explainMember(path, inventory, reach);
    if (found !== undefined) {
      return { ...frame, ...found };
    }
  }
  if (missing !== undefined) {
    return { ...frame, reach: 'unknown', unknown: missing };
  }
  const files = new Map(reach.files.map((file) => [file.path, file]));
  const file = files.get(path);
  if (file === undefined) {
    const { steps, from = path } = findTaintedWay(path, reach);
    const fromKey = from === path ? key : findOwner(from, inventory).key;
    const opacities = reach.opacities.filter((one) => isInScope(one, from, fromKey));
    return { ...frame, reach: getPathClass(path, key, reach), steps, opacities };
  }
  const onlyBecauseOf = listDominators(file, files, inventory);
  const inside = findPackages(path, inventory, reach);
  return {
    ...frame,
    reach: file.strength,
    steps: findWay(path, reach),
    onlyBecauseOf,
    ...(inside.length === 0 ? {} : { inside }),
  };
}

type Known = Pick<NeedExplanation, 'reach' | 'steps' | 'inside'> &
  Partial<Pick<NeedExplanation, 'opacities'>>;

/** Explains a class on a recorded path, or an archive in another one. */
function explainMember(path: string, inventory: Inventory, reach: Reach): Known | undefined {
  const member = reach.members?.find((one) => one.path === path);
  if (member !== undefined) {
    return { reach: member.strength, steps: findWay(path, reach) };
  }
  const inside = findPackages(path, inventory, reach);
  const strongest = REACH_CLASSES.find((one) => inside.some((item) => item.reach === one));
  const opacities =
    strongest === 'tainted' ? reach.opacities.filter(({ scope }) => scope.kind === 'classes') : [];
  return strongest === undefined ? undefined : { reach: strongest, steps: [], inside, opacities };
}

/** Returns the packages found at a path, with the path to the strongest class of each. */
function findPackages(
  path: string,
  { packages }: Inventory,
  reach: Reach,
): readonly NeededPackage[] {
  const states = new Map(reach.packages.map((one) => [one.packageKey, one]));
  return reach.members === undefined
    ? []
    : packages.flatMap(({ key, name, version, locations }) => {
        const state = states.get(key);
        const isHere = locations.some(({ accessPath }) => accessPath === path);
        return state === undefined || !isHere
          ? []
          : [{ name, version, reach: state.reach, steps: findWay(state.member ?? '', reach) }];
      });
}

const LINKS_MAX = 40;

/** Resolves a path by the links of an inventory, or returns the reason why it does not exist. */
function resolvePlace(
  requestedPath: string,
  { files }: Inventory,
): { readonly path: string; readonly missing?: string } {
  const byPath = new Map(files.map((file) => [file.path, file]));
  let path = posix.resolve('/', requestedPath);
  for (let links = 0; links < LINKS_MAX; links += 1) {
    const link = listParentDirectories(path).find((one) => byPath.get(one)?.type === 'symlink');
    const target = link === undefined ? undefined : byPath.get(link)?.linkTarget;
    if (link === undefined || target === undefined) {
      break;
    }
    path = posix.resolve(posix.dirname(link), target, posix.relative(link, path));
  }
  const type = byPath.get(path)?.type;
  if (type === 'directory') {
    return { path, missing: 'it is a directory, and only files can be needed' };
  }
  // Directories are only listed if all files are.
  const isWhole = files.some((file) => file.type === 'directory');
  return type === undefined && isWhole ? { path, missing: 'no such file' } : { path };
}

/** Returns every directory of the path, then the path itself. */
function listParentDirectories(path: string): readonly string[] {
  const names = path.split('/').slice(1);
  return names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`);
}

/** Returns the steps from the first file, which an opaque construct may use, down to the file. */
function findTaintedWay(
  path: string,
  { tainted }: Reach,
): { readonly steps: readonly ReachStep[]; readonly from?: string } {
  const stepTo = new Map(tainted.map((step) => [step.to, step]));
  const steps: ReachStep[] = [];
  const seen = new Set<string>();
  let from = path;
  for (
    let step = stepTo.get(from);
    step !== undefined && !seen.has(from);
    step = stepTo.get(from)
  ) {
    seen.add(from);
    steps.unshift(step);
    from = step.from;
  }
  return steps.length === 0 ? { steps } : { steps, from };
}

/** Excludes links, which lead to a file without depending on it. */
function listDominators(
  file: ReachedFile,
  files: ReadonlyMap<string, ReachedFile>,
  inventory: Inventory,
): readonly Dominator[] {
  const links = new Set(
    [...files.values()].flatMap(({ step }) => (step?.rule === 'link' ? [step.from] : [])),
  );
  const found: Dominator[] = [];
  const seen = new Set<string>();
  for (let at = file.dominator; at !== undefined && !seen.has(at); at = files.get(at)?.dominator) {
    seen.add(at);
    if (!links.has(at)) {
      const name = findOwner(at, inventory).owner?.name;
      found.push({ path: at, ...defined({ package: name }) });
    }
  }
  return found;
}

interface Owned extends Pick<NeedExplanation, 'owner'> {
  /** Key of the package. */
  readonly key?: string;
}

function findOwner(path: string, inventory: Inventory): Owned {
  const { packages, relationships, reach } = inventory;
  const edge = relationships.find((one) => one.kind === 'contains-file' && one.path === path);
  const evident = packages.find(({ locations }) => locations.some((place) => place.path === path));
  const owner = packages.find(({ key }) => edge !== undefined && key === edge.from) ?? evident;
  if (owner === undefined) {
    return {};
  }
  const own = reach?.packages.find(({ packageKey }) => packageKey === owner.key)?.reach;
  const { key, name, version } = owner;
  return { key, owner: { name, version, ...defined({ reach: own }) } };
}

/** Formats the explanation as human-readable lines that are safe to print. */
export function formatNeed(one: NeedExplanation): string[] {
  const {
    path,
    realPath,
    reach,
    owner,
    steps,
    opacities,
    onlyBecauseOf,
    unknown,
    inside = [],
  } = one;
  return [
    `${path}: ${reach}`,
    ...(realPath === undefined ? [] : [`  resolves to ${realPath}`]),
    ...(owner === undefined ? [] : [`  belongs to ${`${owner.name} ${owner.version}`.trimEnd()}`]),
    ...(unknown === undefined ? [] : [`  ${unknown}`]),
    ...steps.map(stepText),
    ...inside.flatMap((item) => [
      `  contains ${item.name} ${item.version}: ${item.reach}`,
      ...item.steps.map((step) => `  ${stepText(step)}`),
    ]),
    ...(steps.length > 0 || inside.length > 0 || unknown !== undefined
      ? []
      : ['  not reachable from the entry point by any rule']),
    ...(onlyBecauseOf.length === 0
      ? []
      : [
          `  only reachable through ${onlyBecauseOf.map(formatDominator).join(', and only through ')}`,
        ]),
    ...opacities.map((opacity) => `  but ${opacity.path}: ${opacity.what}`),
  ].map(escapeText);
}

function stepText({ from, to, rule, strength, witness, via = [] }: ReachStep): string {
  const at = witness.line ?? witness.offset;
  const place = at === undefined ? '' : `:${at}`;
  const shown = witness.token === '' ? 'by its location, from' : `"${witness.token}" in`;
  const passed = via.map(({ path, target }) => `; through ${path} → ${target}`).join('');
  return `  ${from} → ${to}  (${strength}, ${rule}: ${shown} ${witness.path}${place}${passed})`;
}

function formatDominator({ path, package: name }: Dominator): string {
  return name === undefined ? path : `${path} (${name})`;
}
