import type { Digest } from '../foundation/core/digest.ts';
import type { Inventory } from '../foundation/core/inventory.ts';
import type { ImageDescription } from '../foundation/core/target.ts';
import { type ClaimedEvidence, listClaims } from '../hardening/base/identify-base.ts';
import { computeChainId, hasFurtherLayer } from '../hardening/base/layer-list.ts';
import { findPackageLayer } from '../hardening/base/origin.ts';
import { SYSTEM_DATABASES } from '../hardening/base/system-databases.data.ts';

/** The lowest layers of an image, which other images may have, too. */
export interface SharedBase {
  /** Chain ID of its layers, which identifies it without a name. */
  readonly chain: Digest;
  readonly layers: number;
  /** Name of the operating system; empty if it is not known. */
  readonly system: string;
  /** Name and digest of the base image; empty if they are not known. */
  readonly name: string;
  readonly digest: string;
  /**
   * `layers`, `content`: recognized by them; `annotation`, `label`: by its builder; empty without a
   * name.
   */
  readonly source: 'layers' | 'content' | ClaimedEvidence['source'] | '';
  /** Keys of its packages that the image still has. */
  readonly packages: ReadonlySet<string>;
}

/**
 * Finds the base of an image: the layers of the recognized base image, or else the layers up to the
 * lowest one with a package of the operating system. Returns `undefined` if neither is found, or if
 * these are all layers of the image, because then nothing was built on them.
 */
export function findSharedBase(inventory: Inventory): SharedBase | undefined {
  const { target, packages, base, distro } = inventory;
  if (target.kind !== 'image') {
    return undefined;
  }
  const all = target.layers.map(({ diffId }) => diffId);
  const count = base?.layers ?? countSystemLayers(inventory, all);
  const own = all.slice(0, count);
  const chain = computeChainId(own);
  if (chain === undefined || !hasFurtherLayer(count, all)) {
    return undefined;
  }
  const layers = new Set(own);
  const held = packages.filter((item) => {
    const layer = findPackageLayer(item);
    return layer !== undefined && layers.has(layer);
  });
  return {
    chain,
    layers: count,
    system: distro?.prettyName ?? distro?.id ?? '',
    ...nameBase(inventory, target),
    packages: new Set(held.map(({ key }) => key)),
  };
}

function countSystemLayers({ packages }: Inventory, layers: readonly Digest[]): number {
  const places = packages
    .filter(({ type }) => SYSTEM_DATABASES.has(type))
    .map((item) => layers.indexOf(findPackageLayer(item) ?? 'sha256:'))
    .filter((place) => place >= 0);
  return places.length === 0 ? 0 : Math.min(...places) + 1;
}

/**
 * Prefers annotations, because an image inherits the labels of its base image, and with them the
 * name of another base image.
 */
function nameBase(
  { base }: Inventory,
  target: ImageDescription,
): Pick<SharedBase, 'name' | 'digest' | 'source'> {
  if (base?.name !== undefined && base.state !== 'changed') {
    const source = base.layers === undefined ? 'content' : 'layers';
    return { name: base.name, digest: base.manifestDigest ?? '', source };
  }
  const [claim] = listClaims(target, []);
  return claim === undefined
    ? { name: '', digest: '', source: '' }
    : { name: claim.name, digest: claim.digest ?? '', source: claim.source };
}
