import type { BaseHead, BaseImage, BasePackage } from '../base/base-image.ts';
import { BaseStore } from '../base/base-store.ts';
import { type BaseAnswer, identifyBase } from '../base/identify-base.ts';
import { findOrigins } from '../base/origin.ts';
import { defined } from '../core/defined.ts';
import { UserError } from '../core/error.ts';
import type { Findings } from '../core/finding.ts';
import type { Inventory, InventoryPackage } from '../core/inventory.ts';
import { suggestWord } from '../core/option-suggestion.ts';
import type { InventoryBase, NewerBase } from '../core/origin.ts';
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
  const { heads, faults } = store.list();
  for (const fault of faults) {
    notify(`warning: ${fault}`);
  }
  const candidates = name === undefined ? heads : findNamed(store, name, heads);
  const readBase = (id: string): BaseImage => store.readImage(id);
  const answer = identifyBase(inventory, { heads: candidates, read: readBase, isOwnedOnly });
  const base = describeAnswer(answer, name);
  if (answer.base === undefined) {
    const packages = inventory.packages.map((item) => ({ ...item, origin: 'unknown' as const }));
    return { ...inventory, packages, base };
  }
  const { packages } = store.readImage(answer.base.id);
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
function describeAnswer({ state, base, evidence }: BaseAnswer, requested?: string): InventoryBase {
  if (base === undefined) {
    return { state };
  }
  const { manifestDigest, created } = base;
  const [first = base.id] = base.names;
  const name = base.names.find((one) => one === requested) ?? first;
  const layers = evidence.find((one) => one.kind === 'exact')?.layers;
  return { state, name, ...defined({ manifestDigest, created, layers }) };
}

/**
 * Finds the latest known build with the name of the base image, and counts the findings of the base
 * image that it does not have.
 *
 * @param evaluate matches an inventory as that of the image was matched
 */
export function findNewerBase(
  inventory: Inventory,
  { findings }: Findings,
  {
    folder,
    evaluate,
  }: Pick<BaseRequest, 'folder'> & {
    readonly evaluate: (inventory: Inventory) => Findings;
  },
): NewerBase | undefined {
  const { name, created } = inventory.base ?? {};
  if (name === undefined || created === undefined) {
    return undefined;
  }
  const store = new BaseStore(folder);
  const latest = store
    .findHeads(name)
    .filter((head) => Date.parse(head.created ?? '') > Date.parse(created))
    .sort((left, right) => Date.parse(right.created ?? '') - Date.parse(left.created ?? ''))[0];
  if (latest?.created === undefined) {
    return undefined;
  }
  const packages = store.readImage(latest.id).packages.map(completePackage);
  const left = evaluate({ ...inventory, packages, files: [], relationships: [] });
  const present = new Set(listFindingKeys(packages, left.findings).flat());
  const own = inventory.packages.filter(({ origin }) => origin === 'base');
  const ofBase = listFindingKeys(own, findings);
  return {
    name,
    created: latest.created,
    ...defined({ manifestDigest: latest.manifestDigest }),
    findings: ofBase.length,
    gone: ofBase.filter((keys) => !keys.some((key) => present.has(key))).length,
  };
}

function completePackage(item: BasePackage): InventoryPackage {
  return { ...item, locations: [], licenses: [], ownedFiles: [] };
}

/** Returns one list for each finding of the packages: their names with each ID of the finding. */
function listFindingKeys(
  packages: readonly InventoryPackage[],
  findings: Findings['findings'],
): readonly (readonly string[])[] {
  const byKey = new Map(packages.map((item) => [item.key, item]));
  return findings.flatMap(({ packageKey, id, aliases }) => {
    const item = byKey.get(packageKey);
    return item === undefined
      ? []
      : [[id, ...aliases].map((one) => `${item.type} ${item.name} ${one}`)];
  });
}
