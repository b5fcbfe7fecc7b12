import { dirname, resolve } from 'node:path/posix';
import { addToList } from '../../foundation/core/add-to-list.ts';
import { getBaseName } from '../../foundation/core/base-name.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import type { Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';
import type { PackagePair } from './pair-packages.ts';

/** Packages of an inventory that were not paired otherwise. */
export interface Unpaired {
  readonly inventory: Inventory;
  readonly packages: readonly InventoryPackage[];
}

/** A library is a dependency of others; the name of a command may be shared by many. */
const LIBRARY_WEIGHT = 8;
const FILE_WEIGHT = 4;
const COMMAND_WEIGHT = 1;
/** A provision of more packages than these identifies none of them. */
const PROVIDERS_MAX = 8;

/**
 * Pairs by soname, command or content, the pair that shares most first: `libssl.so.3` is in
 * differently named packages elsewhere. Ties are decided by the similarity of the names.
 */
export function pairByProvision(before: Unpaired, after: Unpaired): readonly PackagePair[] {
  if (before.packages.length === 0 || after.packages.length === 0) {
    return [];
  }
  const left = indexProvisions(before);
  const right = indexProvisions(after);
  const candidates = listCandidates(left, right).toSorted(compareCandidates);
  const taken = new Set<InventoryPackage>();
  const pairs: PackagePair[] = [];
  for (const { before: one, after: other, shared } of candidates) {
    if (!taken.has(one) && !taken.has(other)) {
      taken.add(one).add(other);
      const provides = shared.map(({ text }) => text).sort(compareText);
      pairs.push({ before: one, after: other, how: 'replaced', provides });
    }
  }
  return pairs;
}

interface Provision {
  /** For a person, e.g. `library libssl.so.3`. */
  readonly text: string;
  readonly weight: number;
}

/** Providers by the text of the provision. */
type Provisions = ReadonlyMap<string, { provision: Provision; providers: Set<InventoryPackage> }>;

interface Candidate {
  readonly before: InventoryPackage;
  readonly after: InventoryPackage;
  readonly shared: readonly Provision[];
  readonly score: number;
  readonly similarity: number;
}

function listCandidates(left: Provisions, right: Provisions): readonly Candidate[] {
  const shared = new Map<InventoryPackage, Map<InventoryPackage, Provision[]>>();
  for (const [text, { provision, providers }] of left) {
    const others = right.get(text)?.providers;
    if (others === undefined || Math.max(providers.size, others.size) > PROVIDERS_MAX) {
      continue;
    }
    for (const one of providers) {
      const row = shared.get(one) ?? new Map<InventoryPackage, Provision[]>();
      shared.set(one, row);
      for (const other of others) {
        addToList(row, other, provision);
      }
    }
  }
  return [...shared].flatMap(([before, row]) =>
    [...row].map(([after, provisions]) => ({
      before,
      after,
      shared: provisions,
      score: provisions.reduce((sum, { weight }) => sum + weight, 0),
      similarity: computeSimilarity(before.name, after.name),
    })),
  );
}

/** Returns the length of the common prefix divided by that of the longer name, from 0 to 1. */
function computeSimilarity(left: string, right: string): number {
  let common = 0;
  while (common < left.length && left[common] === right[common]) {
    common += 1;
  }
  return common / Math.max(left.length, right.length, 1);
}

/** The order is the same in both directions. */
function compareCandidates(left: Candidate, right: Candidate): number {
  const joinNames = ({ before, after }: Candidate): string =>
    [before, after]
      .map(({ type, name, version, key }) => [name, type, version, key].join('\0'))
      .sort(compareText)
      .join('\0');
  return (
    right.score - left.score ||
    right.similarity - left.similarity ||
    compareText(joinNames(left), joinNames(right))
  );
}

/** Dynamic loaders have different names but the same function. */
const LOADER = /^ld-(?:linux|musl)[^/]*\.so(?:\.[0-9]+)?$/;
const LIBRARY = /^(lib[^/]+?|ld-[^/]+?)\.so(?:\.([0-9]+))?(?:\.[0-9.]+)?$/;
const COMMAND_FOLDERS = /\/s?bin\/([^/]+)$/;

function indexProvisions({ inventory, packages }: Unpaired): Provisions {
  const wanted = new Set(packages.filter(({ language }) => language === ''));
  const found = new Map<string, { provision: Provision; providers: Set<InventoryPackage> }>();
  const addProvider = (item: InventoryPackage, provision: Provision): void => {
    const entry = found.get(provision.text) ?? { provision, providers: new Set() };
    entry.providers.add(item);
    found.set(provision.text, entry);
  };
  const owners = new Map<string, InventoryPackage>();
  for (const item of wanted) {
    for (const path of listPackagePaths(item, inventory)) {
      owners.set(path, item);
      for (const provision of parseProvisions(path)) {
        addProvider(item, provision);
      }
    }
  }
  for (const { path, type, sha256, sizeBytes, linkTarget = '' } of inventory.files) {
    const command = type === 'symlink' ? COMMAND_FOLDERS.exec(path)?.[1] : undefined;
    if (command !== undefined) {
      const item = owners.get(resolve(dirname(path), linkTarget));
      if (item !== undefined) {
        addProvider(item, { text: `command ${command}`, weight: COMMAND_WEIGHT });
      }
    } else if (type === 'regular' && sha256 !== undefined && sizeBytes > 0) {
      const item = owners.get(path);
      if (item !== undefined) {
        addProvider(item, { text: `file ${sha256}`, weight: FILE_WEIGHT });
      }
    }
  }
  return found;
}

function listPackagePaths(
  item: InventoryPackage,
  { relationships }: Inventory,
): ReadonlySet<string> {
  const owned = [...item.ownedFiles, ...(item.otherOwnedFiles ?? [])].map(({ path }) => path);
  return owned.length > 0
    ? new Set(owned)
    : new Set(
        relationships.flatMap((edge) =>
          edge.kind === 'contains-file' && edge.from === item.key ? [edge.path] : [],
        ),
      );
}

/**
 * Returns the provisions that a file name implies. The major version counts, since it is part of a
 * soname.
 */
function parseProvisions(path: string): readonly Provision[] {
  const name = getBaseName(path);
  const [, library, major = ''] = LIBRARY.exec(name) ?? [];
  const command = COMMAND_FOLDERS.exec(path)?.[1];
  return [
    ...(LOADER.test(name) ? [{ text: 'program loader', weight: LIBRARY_WEIGHT }] : []),
    ...(library === undefined
      ? []
      : [
          {
            text: `library ${library}.so${major === '' ? '' : `.${major}`}`,
            weight: LIBRARY_WEIGHT,
          },
        ]),
    ...(command === undefined ? [] : [{ text: `command ${command}`, weight: COMMAND_WEIGHT }]),
  ];
}
