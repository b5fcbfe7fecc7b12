import type { ProductReference, VexStatement } from '../../core/decision.ts';
import type { Inventory, InventoryPackage } from '../../core/inventory.ts';
import { fitPackage, type PackageFit } from '../package-reference.ts';
import { type TargetIdentity, targetIdentity } from './target-identity.ts';

/** Whether a statement speaks of a package in this target, and how that was found. */
export type StatementFit =
  | { readonly isFit: true; readonly trace: readonly string[] }
  | { readonly isFit: false; readonly miss: string; readonly nearness: number };

/** What products of statements are held against. */
export interface ProductWorld {
  readonly target: TargetIdentity;
  readonly packages: readonly InventoryPackage[];
  /** Whether the one needs, holds or installed the other, over any number of steps. */
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
    packages: inventory.packages,
    holds: (outer, inner) => reachOf(outer).has(inner),
  };
}

/** Edges from what needs or installed something to that. */
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

const NO_PRODUCT: StatementFit = {
  isFit: false,
  miss: 'it names no product',
  nearness: 0,
};

/** The best that any product of the statement comes to for a package. */
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
    best = !best.isFit && fit.nearness >= best.nearness ? fit : best;
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
  if (subcomponents.length === 0) {
    const whole = asTarget === undefined ? fitPackage(product, item) : undefined;
    return whole === undefined ? fitting(`product: ${asTarget ?? ''}`) : fitOf(whole, 'product');
  }
  const part = bestPart(subcomponents, item);
  if (!part.isFit) {
    return fitOf(part, 'subcomponent');
  }
  const inner = `subcomponent: ${part.how}`;
  if (asTarget !== undefined) {
    return fitting(`product: ${asTarget}`, inner);
  }
  return fitOuter(product, { item, inner, world });
}

function bestPart(parts: readonly ProductReference[], item: InventoryPackage): PackageFit {
  return parts
    .map((part) => fitPackage(part, item))
    .reduce((best, fit) => (nearnessOf(fit) > nearnessOf(best) ? fit : best));
}

function nearnessOf(fit: PackageFit): number {
  return fit.isFit ? Number.POSITIVE_INFINITY : fit.nearness;
}

interface Inner {
  readonly item: InventoryPackage;
  /** How the subcomponent fits. */
  readonly inner: string;
  readonly world: ProductWorld;
}

/** The product is a package that brought the subcomponent along. */
function fitOuter(product: ProductReference, { item, inner, world }: Inner): StatementFit {
  let nearest: StatementFit = {
    isFit: false,
    miss: `the subcomponent fits, but the product "${product.identifiers[0] ?? ''}" is neither this target nor a package in it`,
    nearness: 4,
  };
  for (const outer of world.packages) {
    const fit = fitPackage(product, outer);
    if (!fit.isFit) {
      continue;
    }
    if (outer.key === item.key) {
      return fitting(`product: ${fit.how}`, inner);
    }
    if (world.holds(outer.key, item.key)) {
      const path = `${outer.name} ${outer.version} brought ${item.name} ${item.version} along`;
      return fitting(`product: ${fit.how}`, path, inner);
    }
    nearest = {
      isFit: false,
      miss: `product and subcomponent are here, but nothing says that ${outer.name} brought ${item.name} along`,
      nearness: 5,
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
  return { isFit: true, trace };
}
