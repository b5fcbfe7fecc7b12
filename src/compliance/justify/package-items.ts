import { compareText } from '../../foundation/core/compare-text.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';
import type { BareDifference, PackageChange } from '../../hardening/compare/difference.ts';
import { createFacts } from './facts.ts';
import { computeItemId, type ItemCause, type JustificationItem, joinDistinct } from './item.ts';
import { digestPackages, type PackageContent } from './package-contents.ts';
import { readSettlement } from './settlement.ts';

/** Two results that were compared. */
export interface ComparedResults {
  readonly before: Inventory;
  readonly after: Inventory;
  readonly difference: BareDifference;
}

interface Surroundings extends ComparedResults {
  readonly packages: ReadonlyMap<string, InventoryPackage>;
  readonly contents: ReadonlyMap<string, PackageContent>;
  readonly dependents: ReadonlyMap<string, readonly InventoryPackage[]>;
  readonly reachByKey: ReadonlyMap<string, string>;
  readonly move: ItemCause | undefined;
}

/** Lists the items to justify about packages. Several copies of one package are one item. */
export function listPackageItems(compared: ComparedResults): readonly JustificationItem[] {
  const { before, after, difference } = compared;
  if (difference.packages.length === 0) {
    return [];
  }
  const packages = [...before.packages, ...after.packages];
  const surroundings: Surroundings = {
    ...compared,
    packages: new Map(packages.map((item) => [item.key, item])),
    contents: digestPackages(after),
    dependents: indexDependents(after),
    reachByKey: indexReach(after),
    move: findMove(compared),
  };
  const groups = Map.groupBy(difference.packages, computePackageItemId);
  return [...groups].map(([id, changes]) => toItem(id, changes, surroundings));
}

/** The ID of a package depends on its type and names, not on its versions. */
export function computePackageItemId({ before, after }: PackageChange): string {
  const names = [before, after].flatMap((one) =>
    one === undefined ? [] : [`${one.type} ${one.name}`],
  );
  return computeItemId('package', ...[...new Set(names)].sort(compareText));
}

function toItem(
  id: string,
  changes: readonly PackageChange[],
  surroundings: Surroundings,
): JustificationItem {
  const [first] = changes as readonly [PackageChange];
  const shown = first.after ?? first.before;
  const [was, is] = [
    changes.flatMap(({ before }) => before ?? []),
    changes.flatMap(({ after }) => after ?? []),
  ];
  const contents = is.flatMap(({ key }) => surroundings.contents.get(key) ?? []);
  const reach = is.flatMap(({ key }) => surroundings.reachByKey.get(key) ?? []);
  const item = surroundings.packages.get(shown?.key ?? '');
  return {
    id,
    kind: 'package',
    change: `package ${joinDistinct(changes.map(({ kind }) => kind))}`,
    subject: `${formatNames(first)} (${shown?.type ?? ''})`,
    count: changes.length,
    evidence: createFacts({
      package: shown?.name,
      before: joinDistinct(was.map(({ version }) => version)),
      after: joinDistinct(is.map(({ version }) => version)),
      bytes: contents.length === 0 ? undefined : contents.reduce((sum, one) => sum + one.bytes, 0),
      executables:
        contents.length === 0 ? undefined : contents.reduce((sum, one) => sum + one.executables, 0),
      reach: joinDistinct(reach),
      content: joinDistinct(contents.map(({ digest }) => digest)),
    }),
    ...defined({
      proposed: propose(first, item, surroundings),
      cause: item && findCause(item, surroundings),
    }),
    subjectKeys: changes.map(
      ({ before, after }) => `change package ${before?.key ?? ''} ${after?.key ?? ''}`,
    ),
    ...(changes.length === 1 ? readSettlement(first.decision) : {}),
  };
}

function formatNames({ before, after }: PackageChange): string {
  const [old, now] = [before, after].map((one) => one && `${one.name} ${one.version}`.trim());
  if (old === undefined || now === undefined) {
    return old ?? now ?? '';
  }
  return before?.name === after?.name ? `${old} → ${after?.version ?? ''}` : `${old} → ${now}`;
}

/** Empty if reachability was not measured. */
function indexReach({ reach, packages }: Inventory): ReadonlyMap<string, string> {
  if (reach === undefined) {
    return new Map();
  }
  const known = new Map(reach.packages.map((one) => [one.packageKey, one.reach]));
  const isUnknown = reach.unknown !== undefined;
  return new Map(
    packages.map(({ key }) => [key, isUnknown ? 'unknown' : (known.get(key) ?? 'unknown')]),
  );
}

const NAMES_MAX = 3;

function listShort(names: readonly string[]): string {
  const distinct = [...new Set(names)].sort(compareText);
  const more = distinct.length - NAMES_MAX;
  return `${distinct.slice(0, NAMES_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Returns a reason that facts suggest; `undefined` if they suggest none. */
function propose(
  change: PackageChange,
  item: InventoryPackage | undefined,
  surroundings: Surroundings,
): string | undefined {
  const { move, dependents, difference } = surroundings;
  if (item !== undefined && move !== undefined && isMoved(item, surroundings)) {
    return `moved with the ${move.title}`;
  }
  const { kind, before, after } = change;
  if (kind === 'rebuilt') {
    return 'rebuilt: the same version with other files';
  }
  if (kind === 'added' || kind === 'replaced') {
    const needing = dependents.get(after?.key ?? '') ?? [];
    return needing.length === 0
      ? undefined
      : `needed by ${listShort(needing.map(({ name, version }) => `${name} ${version}`))}`;
  }
  const fixed = difference.findings.filter(
    (one) => one.kind === 'resolved' && one.before?.package.key === before?.key,
  );
  return fixed.length === 0 || before === undefined
    ? undefined
    : `removes ${listShort(fixed.map((one) => one.before?.id ?? ''))}`;
}

/** Packages that need a package, by its key. */
function indexDependents({
  packages,
  relationships,
}: Inventory): ReadonlyMap<string, readonly InventoryPackage[]> {
  const byKey = new Map(packages.map((item) => [item.key, item]));
  const dependents = new Map<string, InventoryPackage[]>();
  for (const edge of relationships) {
    const needing = edge.kind === 'dependency-of' ? byKey.get(edge.to) : undefined;
    if (edge.kind === 'dependency-of' && needing !== undefined) {
      const list = dependents.get(edge.from) ?? [];
      list.push(needing);
      dependents.set(edge.from, list);
    }
  }
  return dependents;
}

/** The change of the base image or of the operating system, if there was one. */
function findMove({ before, after, difference }: ComparedResults): ItemCause | undefined {
  const [was, is] = [before.base, after.base];
  if (was?.manifestDigest !== undefined && is?.manifestDigest !== undefined) {
    return was.manifestDigest === is.manifestDigest
      ? undefined
      : {
          id: `base ${was.manifestDigest} ${is.manifestDigest}`,
          title: `base image ${was.name ?? ''} → ${is.name ?? ''}`,
        };
  }
  const system = difference.configuration.find(({ name }) => name === 'operating system');
  return system?.before === undefined || system.after === undefined
    ? undefined
    : {
        id: `system ${system.before} ${system.after}`,
        title: `operating system ${system.before} → ${system.after}`,
      };
}

/** With a known base image, its packages move with it; otherwise those of the operating system. */
function isMoved({ origin, language }: InventoryPackage, { move }: Surroundings): boolean {
  if (move === undefined) {
    return false;
  }
  return move.id.startsWith('base ') ? origin === 'base' || origin === 'changed' : language === '';
}

function findCause(item: InventoryPackage, surroundings: Surroundings): ItemCause {
  const { move } = surroundings;
  if (move !== undefined && isMoved(item, surroundings)) {
    return move;
  }
  const source = item.upstreams[0]?.name ?? item.name;
  return {
    id: `source ${source} ${item.type}`,
    title: `source package ${source} (${item.type})`,
  };
}
