import type { Assembly, FileView, LayerFacts } from '../core/cataloger.ts';
import type { Distro } from '../core/distro.ts';
import type { ExecutableFacts, Inventory, InventoryPackage } from '../core/inventory.ts';
import type { Limits } from '../core/limits.ts';
import type { Package } from '../core/package.ts';
import type { Problem } from '../core/problem.ts';
import type { Progress } from '../core/progress.ts';
import { cpeCandidates } from '../identity/cpe-candidates.ts';
import { packageKey } from '../identity/package-key.ts';
import { visibleFacts } from '../view/visible-facts.ts';
import { selectFiles } from './file-selection.ts';
import { mergePackages } from './package-merge.ts';
import type { Plugins, ReadTarget } from './read-target.ts';
import { relate } from './relationship.ts';

export interface AssembleOptions {
  readonly plugins: Plugins;
  readonly limits: Limits;
  readonly progress: Progress;
}

interface Assembled {
  readonly distro: Distro | undefined;
  readonly assemblies: readonly Assembly[];
}

/** Turns what the layers said into the inventory of what a process would see. */
export function assembleInventory(read: ReadTarget, options: AssembleOptions): Inventory {
  const { plugins, limits, progress } = options;
  progress.emit({ kind: 'stage-started', stage: 'catalog' });
  const { view } = read;
  const { distro, assemblies } = assembleAll(view, read.layers, plugins);
  const keyOf = new Map<Package, string>();
  const packages = mergePackages(
    assemblies.flatMap((assembly) => assembly.packages ?? []),
    (pkg) => withKey(pkg, keyOf),
  );
  const relationships = relate({ view, packages, assemblies, keyOf });
  const executables = executablesOf(assemblies);
  const files = selectFiles({ view, packages, relationships, executables });
  const problems = [...read.problems, ...assemblies.flatMap((assembly) => assembly.problems ?? [])];
  announce(progress, { packages, executables, files: files.length, read });
  return {
    target: read.description,
    distro,
    packages,
    files,
    relationships,
    ...listed(problems, limits.problemsMax),
    catalogers: plugins.catalogers.map(({ id, alias, version }) => ({ id, alias, version })),
    layerBytes: read.layers.map((layer) => layer.contentBytes),
    scope: 'squashed',
  };
}

function assembleAll(view: FileView, layers: readonly LayerFacts[], plugins: Plugins): Assembled {
  const detector = plugins.distroDetector;
  const distro = detector.detect({ view, facts: visibleFacts(view, layers, detector.id) });
  const assemblies = plugins.catalogers.map((cataloger) =>
    cataloger.assemble({ view, distro, facts: visibleFacts(view, layers, cataloger.id) }),
  );
  return { distro, assemblies };
}

function withKey(pkg: Package, keyOf: Map<Package, string>): InventoryPackage {
  const key = packageKey(pkg);
  keyOf.set(pkg, key);
  return { ...pkg, key, cpes: pkg.cpes.length > 0 ? pkg.cpes : cpeCandidates(pkg) };
}

function executablesOf(assemblies: readonly Assembly[]): Map<string, ExecutableFacts> {
  const executables = new Map<string, ExecutableFacts>();
  for (const { path, facts } of assemblies.flatMap((assembly) => assembly.executables ?? [])) {
    executables.set(path, facts);
  }
  return executables;
}

function listed(
  problems: readonly Problem[],
  problemsMax: number,
): Pick<Inventory, 'problems' | 'problemsNotListed'> {
  return {
    problems: problems.slice(0, problemsMax),
    problemsNotListed: Math.max(0, problems.length - problemsMax),
  };
}

interface Counts {
  readonly packages: readonly InventoryPackage[];
  readonly executables: ReadonlyMap<string, ExecutableFacts>;
  readonly files: number;
  readonly read: ReadTarget;
}

function announce(progress: Progress, counts: Counts): void {
  const { packages, executables, files, read } = counts;
  const { description } = read;
  progress.emit({
    kind: 'stage-finished',
    stage: 'packages',
    count: packages.length,
    unit: 'packages',
  });
  progress.emit({
    kind: 'stage-finished',
    stage: 'executables',
    count: executables.size,
    unit: 'executables',
  });
  progress.emit({
    kind: 'stage-finished',
    stage: 'fileMetadata',
    count: files,
    unit: 'locations',
  });
  progress.emit({ kind: 'stage-finished', stage: 'fileDigests', count: files, unit: 'files' });
  const detail = description.kind === 'image' ? description.manifestDigest : description.name;
  progress.emit({ kind: 'stage-finished', stage: 'catalog', detail });
}
