import { defined } from './defined.ts';
import type { Finding, SeverityWord } from './finding.ts';
import { type Inventory, type InventoryPackage, isProvenOwner } from './inventory.ts';

/** Members by which a reader recognizes a package. */
export type PackageLabel = Pick<InventoryPackage, 'key' | 'name' | 'version' | 'type' | 'purl'>;

/** A file that made the package known, with its origin. */
export interface PlaceInImage {
  readonly path: string;
  readonly line?: number;
  /** Diff ID, number starting at 1, and the instruction in the image's history. */
  readonly layer?: { readonly diffId: string; readonly number: number; readonly of: number };
  readonly instruction?: string;
}

/** Places of a package, and the packages that brought it. */
export interface PackageContext {
  readonly places: readonly PlaceInImage[];
  /** Packages that installed the files that made this one known. */
  readonly owners: readonly PackageLabel[];
  /** Path from a package without dependents to this one; empty if this one has no dependents. */
  readonly neededBy: readonly PackageLabel[];
}

/** Severity by one source. */
export interface SourceView {
  readonly source: string;
  readonly id: string;
  readonly severity: SeverityWord;
  readonly status: string;
}

export function toLabel({ key, name, version, type, purl }: InventoryPackage): PackageLabel {
  return { key, name, version, type, purl };
}

/**
 * Returns a function for the context of a package. Relationships are indexed once; each package is
 * computed once.
 */
export function createPackageContexts(
  inventory: Inventory,
): (item: InventoryPackage) => PackageContext {
  const packages = new Map(inventory.packages.map((one) => [one.key, one]));
  const usersOf = new Map<string, string[]>();
  const ownersOf = new Map<string, Set<string>>();
  for (const edge of inventory.relationships) {
    if (edge.kind === 'dependency-of') {
      const users = usersOf.get(edge.from) ?? [];
      users.push(edge.to);
      usersOf.set(edge.from, users);
    } else if (edge.kind === 'owns-package' && isProvenOwner(edge)) {
      ownersOf.set(edge.to, (ownersOf.get(edge.to) ?? new Set()).add(edge.from));
    }
  }
  const toLabels = (keys: Iterable<string>): readonly PackageLabel[] =>
    [...keys].flatMap((key) => {
      const item = packages.get(key);
      return item === undefined ? [] : [toLabel(item)];
    });
  const known = new Map<string, PackageContext>();
  return (item) => {
    const context = known.get(item.key) ?? {
      places: listPlaces(item, inventory),
      owners: toLabels(ownersOf.get(item.key) ?? []),
      neededBy: toLabels(findPath(item.key, usersOf)),
    };
    known.set(item.key, context);
    return context;
  };
}

function listPlaces(item: InventoryPackage, { target }: Inventory): readonly PlaceInImage[] {
  const layers = target.kind === 'image' ? target.layers : [];
  return item.locations.map(({ path, line, layer }): PlaceInImage => {
    const index = layers.findIndex(({ diffId }) => diffId === layer);
    const instruction = layers[index]?.instruction;
    return {
      path,
      ...defined({ line }),
      ...(layer === undefined || index === -1
        ? {}
        : { layer: { diffId: layer, number: index + 1, of: layers.length } }),
      ...defined({ instruction }),
    };
  });
}

/**
 * Returns a shortest path from a package without dependents. If all are in cycles, from the
 * farthest one.
 */
function findPath(key: string, usersOf: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const previous = new Map<string, string | undefined>([[key, undefined]]);
  const queue = [key];
  let last = key;
  for (let at = 0; at < queue.length; at += 1) {
    last = queue[at] ?? last;
    const users = usersOf.get(last) ?? [];
    if (users.length === 0) {
      break;
    }
    for (const user of users.filter((one) => !previous.has(one))) {
      previous.set(user, last);
      queue.push(user);
    }
  }
  const chain: string[] = [];
  for (let at: string | undefined = last; at !== undefined; at = previous.get(at)) {
    chain.push(at);
  }
  return chain.length < 2 ? [] : chain;
}

/** Returns the severity by each source, each rating of an ID once, matching ones first. */
export function listSourceViews({ matches }: Pick<Finding, 'matches'>): readonly SourceView[] {
  const views = new Map<string, SourceView>();
  const addView = (source: string, id: string, view: Omit<SourceView, 'source' | 'id'>): void => {
    const key = `${source}\0${id}\0${view.severity}`;
    views.set(key, views.get(key) ?? { source, id, ...view });
  };
  for (const { record, severity } of matches) {
    addView(record.provider, record.id, { severity, status: record.status });
  }
  for (const { related, relatedSeverities = [] } of matches) {
    for (const [index, { provider, id, status }] of related.entries()) {
      addView(provider, id, { severity: relatedSeverities[index] ?? 'unknown', status });
    }
  }
  return [...views.values()];
}

/** Formats a view as part of a sentence. */
export function formatSourceView({ source, id, severity, status }: SourceView): string {
  return `${source} rates ${id} as ${severity}${status === '' || status === 'active' ? '' : `, ${status}`}`;
}

/** Returns the smallest remedy of a finding as a sentence without a full stop. */
export function describeRemedy(
  { fixState, fixVersions }: Pick<Finding, 'fixState' | 'fixVersions'>,
  item: Pick<InventoryPackage, 'name' | 'version'>,
  owners: readonly PackageLabel[],
): string {
  const [owner] = owners;
  const what = owner === undefined ? item.name : `${owner.name}, which includes ${item.name}`;
  const [version] = fixVersions;
  if (version !== undefined) {
    return owner === undefined
      ? `update ${item.name} from ${item.version} to ${version}`
      : `update ${what}: ${item.name} ${version} fixes it`;
  }
  switch (fixState) {
    case 'wont-fix':
      return `the vendor will not fix it: remove ${what}, or document why it does not affect you`;
    case 'not-fixed':
      return `there is no fix yet: remove ${what}, or check again when one is released`;
    default:
      return 'the fix state is unknown: check the references';
  }
}
