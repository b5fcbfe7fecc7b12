import { compareText } from '../../foundation/core/compare-text.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';
import {
  CONFIG_PATH,
  type Opacity,
  type PackageReach,
  type Reach,
  type ReachedFile,
} from '../../foundation/core/reach.ts';
import {
  createClassifier,
  findSurestClass,
  listCountedFiles,
  settleOpacities,
} from './classify.ts';
import { findDominators } from './dominators.ts';
import { findPackageDominator } from './package-dominator.ts';
import { processConfig } from './process-config.ts';
import type { ReachAdditions } from './reach-additions.ts';
import { followRules, VOLUME_RULE } from './reach-graph.ts';
import { createReachWorld, type WorldInput } from './reach-world.ts';
import { findEntryOpacities, findRoots } from './roots.ts';
import type { ReachRule } from './rule-contract.ts';
import { computeTaint } from './taint.ts';

export interface ReachInput {
  readonly view: WorldInput['view'];
  readonly inventory: Inventory;
  readonly rules: readonly ReachRule<unknown>[];
  readonly findFact: WorldInput['findFact'];
  readonly additions?: ReachAdditions;
}

/**
 * Computes the files that the entry point can load, and the constructs that leave the answer open.
 */
export function computeReach({
  view,
  inventory,
  rules,
  findFact,
  additions = {},
}: ReachInput): Reach {
  const { target } = inventory;
  const versions = Object.fromEntries(rules.map(({ id, version }) => [id, version]));
  if (target.kind !== 'image') {
    return createEmptyReach(versions, 'only images have an entry point');
  }
  const config = processConfig(target, additions);
  if (config.command.length === 0) {
    return createEmptyReach(versions, 'the image has neither an entry point nor a command');
  }
  const world = createReachWorld({ view, inventory, config, findFact });
  const roots = findRoots(world, additions);
  if (!roots.some(({ rule }) => rule === 'entrypoint')) {
    return createEmptyReach(
      versions,
      `the entry point "${config.command[0] ?? ''}" is not in the image`,
    );
  }
  const { files: found, opacities, steps } = followRules(roots, rules, world);
  const dominators = findDominators(CONFIG_PATH, steps);
  const files = new Map(
    [...found].map(([path, file]) => [path, withDominator(file, dominators.get(path))]),
  );
  const known = settleOpacities(
    [...findEntryOpacities(world), ...opacities, ...findMountOpacities(config.volumes)],
    world,
  );
  const taint = computeTaint(files, known, rules, world);
  const ofFiles = [...known, ...taint.opacities];
  const classify = createClassifier({ files, opacities: ofFiles, tainted: taint.steps }, world);
  const input = { files, packages: inventory.packages, classify };
  const inside = rules.flatMap((rule) => rule.inside?.(input, world) ?? []);
  const all = [...ofFiles, ...inside.flatMap((one) => one.opacities)];
  const packages = inventory.packages.flatMap((item): readonly PackageReach[] => {
    const paths = listCountedFiles(item, world);
    const own = inside.map((one) => one.packages.get(item.key)).find((one) => one !== undefined);
    const { reach, member } = own ?? {
      reach: isLinked(item) ? findSurestClass(paths, classify) : 'unreachable',
    };
    const dominator = findPackageDominator(
      paths.filter((path) => files.has(path)),
      { dominators, getKey: (path) => world.findOwner(path)?.key, key: item.key },
    );
    return reach === undefined
      ? []
      : [
          {
            packageKey: item.key,
            reach,
            ...defined({ member, dominator }),
          },
        ];
  });
  const members = inside.flatMap((one) => one.members);
  return {
    files: [...files.values()].toSorted((left, right) => compareText(left.path, right.path)),
    opacities: all,
    tainted: taint.steps,
    ...(inside.length === 0 ? {} : { members }),
    ...(additions.isEveryStepListed === true ? { steps } : {}),
    packages: packages.toSorted((left, right) => compareText(left.packageKey, right.packageKey)),
    rules: versions,
  };
}

/** An executable lists every module of its build, including those that contributed no code. */
function isLinked({ symbols }: InventoryPackage): boolean {
  return symbols === undefined || symbols.length > 0;
}

function withDominator(file: ReachedFile, dominator: string | undefined): ReachedFile {
  return dominator === undefined || dominator === CONFIG_PATH ? file : { ...file, dominator };
}

function createEmptyReach(rules: Reach['rules'], unknown: string): Reach {
  return { files: [], opacities: [], tainted: [], packages: [], rules, unknown };
}

/** The contents of a volume are not part of the image. */
function findMountOpacities(volumes: readonly string[]): readonly Opacity[] {
  return volumes.map((path) => ({
    path: CONFIG_PATH,
    rule: VOLUME_RULE,
    what: `${path} may be hidden by a mount`,
    scope: { kind: 'folder', path },
  }));
}
