import { present } from '../../foundation/core/assert.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { summarizeFiles } from '../../foundation/core/coverage.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { Distro } from '../../foundation/core/distro.ts';
import type { CatalogerRun, Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';
import type { TargetDescription } from '../../foundation/core/target.ts';
import { placePackages } from '../../foundation/identity/package-distro.ts';
import { compareFiles } from './compare-files.ts';
import { deduplicate } from './deduplicate.ts';
import { mergePackages } from './package-merge.ts';
import { sortEdges } from './relationship.ts';

/**
 * Merges several inventories: a package in several of them occurs once, with all its evidence. Data
 * that cannot be merged, such as the layers of an image, is left out. If the distributions differ,
 * each package keeps that of its own inventory.
 *
 * @param name The name of the result; by default the names of the inventories, joined.
 */
export function mergeInventories(parts: readonly Inventory[], name?: string): Inventory {
  const first = present(parts[0], 'at least one inventory');
  const distros = deduplicate(
    parts.flatMap(({ distro }) => distro ?? []),
    toSystemKey,
  );
  const common = distros.length === 1 ? distros[0] : undefined;
  const placed = placePackages(
    parts.flatMap((part) => (common === undefined ? assignDistro(part) : part.packages)),
    common,
  );
  return {
    target: mergeTargets(parts, name),
    distro: common,
    packages: mergePackages(placed.packages, (pkg) => pkg),
    files: deduplicate(
      parts.flatMap(({ files }) => files),
      (file) => `${file.path}\0${file.layer ?? ''}`,
    ).sort(compareFiles),
    ...mergeFileSummaries(parts),
    relationships: sortEdges(parts.flatMap(({ relationships }) => relationships)),
    problems: parts.flatMap(({ problems }) => problems),
    problemsNotListed: parts.reduce((sum, part) => sum + part.problemsNotListed, 0),
    catalogers: mergeCatalogers(parts),
    layerBytes: [],
    scope: first.scope,
  };
}

function toSystemKey({ id, versionId = '' }: Distro): string {
  return `${id} ${versionId}`;
}

/**
 * Adds the distribution to packages of the distribution itself: their URLs may lack the qualifier.
 */
function assignDistro({ packages, distro }: Inventory): readonly InventoryPackage[] {
  return distro === undefined
    ? packages
    : packages.map((item) => (item.distro === undefined ? { ...item, distro } : item));
}

function mergeTargets(parts: readonly Inventory[], name: string | undefined): TargetDescription {
  const [first, ...others] = parts.map(({ target }) => target);
  if (first !== undefined && others.length === 0) {
    return name === undefined ? first : { ...first, name };
  }
  return {
    kind: 'sbom',
    userInput: parts.map(({ target }) => target.userInput).join(' '),
    name: name ?? parts.map(({ target }) => target.name).join('+'),
    path: parts.map(({ target }) => target.userInput).join(' '),
    origin: 'argument',
  };
}

/** If one part states a summary instead of its files, a summary of all parts is needed. */
function mergeFileSummaries(parts: readonly Inventory[]): Pick<Inventory, 'fileSummary'> {
  if (parts.every(({ fileSummary }) => fileSummary === undefined)) {
    return {};
  }
  const summaries = parts.map(summarizeFiles);
  const looseLoader = summaries.find((each) => each.looseLoader !== undefined)?.looseLoader;
  const sum = (member: 'executables' | 'bytes' | 'unexplainedBytes'): number =>
    summaries.reduce((total, summary) => total + summary[member], 0);
  return {
    fileSummary: {
      executables: sum('executables'),
      bytes: sum('bytes'),
      unexplained: summaries
        .flatMap(({ unexplained }) => unexplained)
        .sort((left, right) => right.sizeBytes - left.sizeBytes),
      unexplainedBytes: sum('unexplainedBytes'),
      ...defined({ looseLoader }),
    },
  };
}

function mergeCatalogers(parts: readonly Inventory[]): CatalogerRun[] {
  const all = parts.flatMap(({ catalogers }) => catalogers);
  return deduplicate(all, ({ id, version }) => `${id} ${version}`).sort(
    (left, right) => compareText(left.id, right.id) || left.version - right.version,
  );
}
