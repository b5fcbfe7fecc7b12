import type { ProductReference, VexStatement } from '../../core/decision.ts';
import type { Distro } from '../../core/distro.ts';
import type { Inventory, InventoryPackage } from '../../core/inventory.ts';
import { fitPackage, nearnessOf, type PackageFit } from '../package-reference.ts';
import { type TargetIdentity, targetIdentity } from './target-identity.ts';

/** Whether a statement is about a package in this target, with the reason. */
export type StatementFit =
  | {
      readonly isFit: true;
      readonly trace: readonly string[];
      /** Whether it only names the target, and so all of its vulnerable packages. */
      readonly isWhole: boolean;
    }
  | { readonly isFit: false; readonly miss: string; readonly nearness: number };

/** The target that products of statements are compared with. */
export interface ProductWorld {
  readonly target: TargetIdentity;
  readonly inventory: Inventory;
  /**
   * Returns whether the first package requires, contains or installed the second, directly or
   * indirectly.
   */
  holds(outer: string, inner: string): boolean;
}

export function productWorld(inventory: Inventory): ProductWorld {
  const innerOf = Map.groupBy(edgesOf(inventory), ([outer]) => outer);
  const reached = new Map<string, ReadonlySet<string>>();
  const reachOf = (outer: string): ReadonlySet<string> => {
    const known = reached.get(outer);
    if (known !== undefined) {
      return known;
    }
    const found = new Set<string>();
    const open = [outer];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const [, inner] of innerOf.get(at) ?? []) {
        if (!found.has(inner)) {
          found.add(inner);
          open.push(inner);
        }
      }
    }
    reached.set(outer, found);
    return found;
  };
  return {
    target: targetIdentity(inventory),
    inventory,
    holds: (outer, inner) => reachOf(outer).has(inner),
  };
}

/** Returns edges from a package to those that it requires or installed. */
function edgesOf({ relationships }: Inventory): readonly (readonly [string, string])[] {
  return relationships.flatMap((edge): readonly (readonly [string, string])[] => {
    switch (edge.kind) {
      case 'dependency-of':
        return [[edge.to, edge.from]];
      case 'owns-package':
        return [[edge.from, edge.to]];
      default:
        return [];
    }
  });
}

type Miss = Extract<StatementFit, { readonly isFit: false }>;

const NO_PRODUCT: Miss = { isFit: false, miss: 'it does not name a product', nearness: 0 };

/** Returns the best match of a package among the products of a statement. */
export function fitStatement(
  { products }: VexStatement,
  item: InventoryPackage,
  world: ProductWorld,
): StatementFit {
  let best = NO_PRODUCT;
  for (const product of products) {
    const fit = fitProduct(product, item, world);
    if (fit.isFit) {
      return fit;
    }
    best = fit.nearness >= best.nearness ? fit : best;
  }
  return best;
}

function fitProduct(
  product: ProductReference,
  item: InventoryPackage,
  world: ProductWorld,
): StatementFit {
  const { subcomponents } = product;
  const asTarget = world.target.fits(product);
  const miss = asTarget === undefined ? world.target.miss(product) : undefined;
  if (subcomponents.length === 0 && miss !== undefined) {
    return { isFit: false, miss: `product: ${miss}`, nearness: 4 };
  }
  if (subcomponents.length === 0) {
    return asTarget === undefined
      ? fitOf(fitPackage(product, item, world.inventory.distro), 'product')
      : { isFit: true, trace: [`product: ${asTarget}`], isWhole: true };
  }
  const part = bestPart(subcomponents, item, world.inventory.distro);
  if (!part.isFit) {
    return fitOf(part, 'subcomponent');
  }
  const inner = `subcomponent: ${part.how}`;
  if (asTarget !== undefined) {
    return fitting(`product: ${asTarget}`, inner);
  }
  return fitOuter(product, { item, inner, world });
}

function bestPart(
  parts: readonly ProductReference[],
  item: InventoryPackage,
  distro: Distro | undefined,
): PackageFit {
  return parts
    .map((part) => fitPackage(part, item, distro))
    .reduce((best, fit) => (nearnessOf(fit) > nearnessOf(best) ? fit : best));
}

interface Inner {
  readonly item: InventoryPackage;
  /** How the subcomponent matches. */
  readonly inner: string;
  readonly world: ProductWorld;
}

/** The product is a package that brought the subcomponent along. */
function fitOuter(product: ProductReference, { item, inner, world }: Inner): StatementFit {
  const [written = ''] = product.identifiers;
  const miss =
    world.target.miss(product) ??
    `the product "${written}" is neither this target nor a package in it`;
  let nearest: StatementFit = {
    isFit: false,
    miss: `the subcomponent matches, but ${miss}`,
    nearness: 5,
  };
  const { packages, distro } = world.inventory;
  for (const outer of packages) {
    const fit = fitPackage(product, outer, distro);
    if (!fit.isFit) {
      continue;
    }
    if (outer.key === item.key) {
      return fitting(`product: ${fit.how}`, inner);
    }
    if (world.holds(outer.key, item.key)) {
      const path = `${outer.name} ${outer.version} includes ${item.name} ${item.version}`;
      return fitting(`product: ${fit.how}`, path, inner);
    }
    nearest = {
      isFit: false,
      miss: `product and subcomponent are present, but ${outer.name} is not known to include ${item.name}`,
      nearness: 6,
    };
  }
  return nearest;
}

function fitOf(fit: PackageFit, what: string): StatementFit {
  return fit.isFit
    ? fitting(`${what}: ${fit.how}`)
    : { isFit: false, miss: `${what}: ${fit.miss}`, nearness: fit.nearness };
}

function fitting(...trace: readonly string[]): StatementFit {
  return { isFit: true, trace, isWhole: false };
}
