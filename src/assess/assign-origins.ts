import { defined } from '../foundation/core/defined.ts';
import { UserError } from '../foundation/core/error.ts';
import type { Findings } from '../foundation/core/finding.ts';
import type { Inventory, InventoryPackage } from '../foundation/core/inventory.ts';
import { suggestWord } from '../foundation/core/option-suggestion.ts';
import type { InventoryBase, NewerBase } from '../foundation/core/origin.ts';
import type { BaseHead, BasePackage } from '../hardening/base/base-image.ts';
import { BaseStore } from '../hardening/base/base-store.ts';
import {
  type BaseConclusion,
  identifyBase,
  nameWithType,
} from '../hardening/base/identify-base.ts';
import { findOrigins } from '../hardening/base/origin.ts';
import type { Ports } from './ports.ts';
import type { BaseRequest } from './request.ts';

/**
 * Identifies the base image and sets the origin of every package. Without a known base image, every
 * origin is `unknown`.
 *
 * @param isOwnedOnly whether the inventory only lists files of packages and executables
 * @throws UserError `E_BASE_UNKNOWN` if the store does not have the named base image
 */
export function assignOrigins(
  inventory: Inventory,
  { folder, name }: BaseRequest,
  { notify, isOwnedOnly }: Pick<Ports, 'notify'> & { readonly isOwnedOnly: boolean },
): Inventory {
  const store = new BaseStore(folder);
  const { heads, errors } = store.list();
  for (const message of errors) {
    notify(`warning: ${message}`);
  }
  const candidates = name === undefined ? heads : findNamed(store, name, heads);
  const read = store.createReader((message) => notify(`warning: ${message}`));
  const conclusion = identifyBase(inventory, { heads: candidates, read, isOwnedOnly });
  const known = conclusion.base === undefined ? undefined : read(conclusion.base.id);
  if (known === undefined) {
    const packages = inventory.packages.map((item) => ({ ...item, origin: 'unknown' as const }));
    return { ...inventory, packages, base: { state: 'unknown' } };
  }
  const base = describeConclusion(conclusion, name);
  const { packages } = known;
  const origins = findOrigins(inventory, { packages, ...defined({ layers: base.layers }) });
  return {
    ...inventory,
    packages: inventory.packages.map((item): InventoryPackage => {
      return { ...item, origin: origins.get(item.key) ?? 'unknown' };
    }),
    base,
  };
}

function findNamed(
  store: BaseStore,
  name: string,
  heads: readonly BaseHead[],
): readonly BaseHead[] {
  const found = store.findHeads(name);
  if (found.length === 0) {
    throw new UserError('E_BASE_UNKNOWN', `no base image has the name or ID "${name}"`, {
      hint: suggestWord(
        name,
        heads.flatMap(({ names }) => names),
      ),
    });
  }
  return found;
}

/** Of several names, the requested one is shown. */
function describeConclusion(
  { state, base, evidence }: BaseConclusion,
  requested?: string,
): InventoryBase {
  if (base === undefined) {
    return { state };
  }
  const { manifestDigest, created } = base;
  const [first = base.id] = base.names;
  const name = base.names.find((one) => one === requested) ?? first;
  const layers = evidence.find((one) => one.kind === 'exact')?.layers;
  return { state, name, ...defined({ manifestDigest, created, layers }) };
}

interface NewerBaseOptions extends Pick<BaseRequest, 'folder'>, Pick<Ports, 'notify'> {
  /** Matches an inventory as that of the image was matched. */
  readonly evaluate: (inventory: Inventory) => Findings;
}

/**
 * Finds the latest known build with the name of the base image, and counts the findings of the base
 * image that it does not have.
 */
export function findNewerBase(
  inventory: Inventory,
  { findings }: Findings,
  { folder, notify, evaluate }: NewerBaseOptions,
): NewerBase | undefined {
  const { name, created } = inventory.base ?? {};
  if (name === undefined || created === undefined) {
    return undefined;
  }
  const store = new BaseStore(folder);
  const [latest] = store
    .findHeads(name)
    .filter((head) => Date.parse(head.created ?? '') > Date.parse(created))
    .sort((left, right) => Date.parse(right.created ?? '') - Date.parse(left.created ?? ''));
  const read = store.createReader((message) => notify(`warning: ${message}`));
  const known = latest && read(latest.id);
  if (latest?.created === undefined || known === undefined) {
    return undefined;
  }
  const packages = known.packages.map(completePackage);
  const distro = known.head.distro ?? inventory.distro;
  const left = evaluate({ ...inventory, distro, packages, files: [], relationships: [] });
  const present = new Set(listFindingKeys(packages, left.findings).flatMap(({ keys }) => keys));
  const doubtful = listDoubtfulNames(packages, left);
  const own = inventory.packages.filter(({ origin }) => origin === 'base');
  const ofBase = listFindingKeys(own, findings);
  const gone = ofBase.filter(
    ({ item, keys }) => !doubtful.has(nameWithType(item)) && !keys.some((key) => present.has(key)),
  );
  return {
    name,
    created: latest.created,
    ...defined({ manifestDigest: latest.manifestDigest }),
    findings: ofBase.length,
    gone: gone.length,
  };
}

/** Packages of the newer build that could not be evaluated: nothing shows that they are fixed. */
function listDoubtfulNames(
  packages: readonly InventoryPackage[],
  { unevaluated }: Findings,
): ReadonlySet<string> {
  const keys = new Set(unevaluated.map(({ packageKey }) => packageKey));
  return new Set(packages.filter(({ key }) => keys.has(key)).map(nameWithType));
}

export function completePackage(item: BasePackage): InventoryPackage {
  return { ...item, locations: [], licenses: [], ownedFiles: [] };
}

interface FindingKeys {
  readonly item: InventoryPackage;
  /** The name of the package with each ID of the finding. */
  readonly keys: readonly string[];
}

function listFindingKeys(
  packages: readonly InventoryPackage[],
  findings: Findings['findings'],
): readonly FindingKeys[] {
  const byKey = new Map(packages.map((item) => [item.key, item]));
  return findings.flatMap(({ packageKey, id, aliases }) => {
    const item = byKey.get(packageKey);
    return item === undefined
      ? []
      : [{ item, keys: [id, ...aliases].map((one) => `${nameWithType(item)} ${one}`) }];
  });
}
