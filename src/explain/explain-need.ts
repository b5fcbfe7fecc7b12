import type { Inventory } from '../core/inventory.ts';
import type { Opacity, ReachClass, ReachedFile, ReachStep } from '../core/reach.ts';
import { escapeText } from '../core/screen-text.ts';

/** Why a file is needed by what the image starts, or why nothing says so. */
export interface NeedExplanation {
  readonly kind: 'need';
  readonly path: string;
  readonly reach: ReachClass | 'unknown';
  /** From the configuration of the image down to the file; empty where it is not reached. */
  readonly steps: readonly ReachStep[];
  /** Constructs in whose scope a file that is not reached may lie. */
  readonly opacities: readonly Opacity[];
  /** The package that installed it, or that it made known. */
  readonly owner?: { readonly name: string; readonly version: string; readonly reach?: ReachClass };
  /** Why nothing can be said. */
  readonly unknown?: string;
}

/** @param path absolute path in the target, as the real file or as any name that was passed */
export function explainNeed(path: string, inventory: Inventory): NeedExplanation {
  const { reach } = inventory;
  const frame = { kind: 'need', path, ...ownerIn(path, inventory) } as const;
  if (reach === undefined || reach.unknown !== undefined) {
    const unknown = reach?.unknown ?? 'what the entry point can load was not asked for';
    return { ...frame, reach: 'unknown', steps: [], opacities: [], unknown };
  }
  const files = new Map(reach.files.map((file) => [file.path, file]));
  const file = files.get(path);
  if (file === undefined) {
    const { opacities } = reach;
    const isTainted = opacities.length > 0;
    return { ...frame, reach: isTainted ? 'tainted' : 'unreachable', steps: [], opacities };
  }
  return { ...frame, reach: file.strength, steps: stepsTo(file, files), opacities: [] };
}

function stepsTo(file: ReachedFile, files: ReadonlyMap<string, ReachedFile>): readonly ReachStep[] {
  const steps: ReachStep[] = [];
  const seen = new Set<string>();
  for (let at: ReachedFile | undefined = file; at?.step !== undefined; ) {
    if (seen.has(at.path)) {
      break;
    }
    seen.add(at.path);
    steps.unshift(at.step);
    at = files.get(at.step.from);
  }
  return steps;
}

function ownerIn(path: string, inventory: Inventory): Pick<NeedExplanation, 'owner'> {
  const { packages, relationships, reach } = inventory;
  const edge = relationships.find((one) => one.kind === 'contains-file' && one.path === path);
  const evident = packages.find(({ locations }) => locations.some((place) => place.path === path));
  const owner = packages.find(({ key }) => edge !== undefined && key === edge.from) ?? evident;
  if (owner === undefined) {
    return {};
  }
  const own = reach?.packages.find(({ packageKey }) => packageKey === owner.key)?.reach;
  const { name, version } = owner;
  return { owner: { name, version, ...(own === undefined ? {} : { reach: own }) } };
}

/** For a person, as lines that are safe to print. */
export function needLines(one: NeedExplanation): string[] {
  const { path, reach, owner, steps, opacities, unknown } = one;
  return [
    `${path}: ${reach}`,
    ...(owner === undefined ? [] : [`  of ${owner.name} ${owner.version}`]),
    ...(unknown === undefined ? [] : [`  ${unknown}`]),
    ...steps.map(({ from, to, rule, strength, witness }) => {
      const at = witness.line ?? witness.offset;
      const place = at === undefined ? '' : `:${at}`;
      return `  ${from} → ${to}  (${strength}, ${rule}: "${witness.token}" in ${witness.path}${place})`;
    }),
    ...(steps.length > 0 || unknown !== undefined
      ? []
      : ['  no rule leads to it from what the image starts']),
    ...opacities.map((opacity) => `  but ${opacity.path}: ${opacity.what}`),
  ].map(escapeText);
}
