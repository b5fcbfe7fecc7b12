import type { ProductReference, VexStatement } from '../../core/decision.ts';
import type { Distro } from '../../core/distro.ts';
import { type Inventory, type InventoryPackage, isProvenOwner } from '../../core/inventory.ts';
import { getNearness, matchPackage, type PackageMatch } from '../package-reference.ts';
import { identifyTarget, type TargetIdentity } from './target-identity.ts';

/** Whether a statement is about a package in this target, with the reason. */
export type StatementMatch =
  | {
      readonly isFit: true;
      readonly trace: readonly string[];
      /** Whether it only names the target, and so all of its vulnerable packages. */
      readonly isWhole: boolean;
    }
  | { readonly isFit: false; readonly miss: string; readonly nearness: number };

/** The target that products of statements are compared with. */
export interface ProductContext {
  readonly target: TargetIdentity;
  readonly inventory: Inventory;
  /**
   * Returns whether the first package requires, contains or installed the second, directly or
   * indirectly.
   */
  contains(outer: string, inner: string): boolean;
}

export function createProductContext(inventory: Inventory): ProductContext {
  const edgesByOuter = Map.groupBy(listInstallEdges(inventory), ([outer]) => outer);
  const reached = new Map<string, ReadonlySet<string>>();
  const findReached = (outer: string): ReadonlySet<string> => {
    const known = reached.get(outer);
    if (known !== undefined) {
      return known;
    }
    const found = new Set<string>();
    const open = [outer];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const [, inner] of edgesByOuter.get(at) ?? []) {
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
    target: identifyTarget(inventory),
    inventory,
    contains: (outer, inner) => findReached(outer).has(inner),
  };
}

/** Returns edges from a package to those that it requires or installed. */
function listInstallEdges({ relationships }: Inventory): readonly (readonly [string, string])[] {
  return relationships.flatMap((edge): readonly (readonly [string, string])[] => {
    switch (edge.kind) {
      case 'dependency-of':
        return [[edge.to, edge.from]];
      case 'owns-package':
        return isProvenOwner(edge) ? [[edge.from, edge.to]] : [];
      default:
        return [];
    }
  });
}

type Miss = Extract<StatementMatch, { readonly isFit: false }>;

const NO_PRODUCT: Miss = { isFit: false, miss: 'it does not name a product', nearness: 0 };

/** Returns the best match of a package among the products of a statement. */
export function matchStatement(
  { products }: VexStatement,
  item: InventoryPackage,
  world: ProductContext,
): StatementMatch {
  let best = NO_PRODUCT;
  for (const product of products) {
    const fit = matchProduct(product, item, world);
    if (fit.isFit) {
      return fit;
    }
    best = fit.nearness >= best.nearness ? fit : best;
  }
  return best;
}

function matchProduct(
  product: ProductReference,
  item: InventoryPackage,
  world: ProductContext,
): StatementMatch {
  const { subcomponents } = product;
  const asTarget = world.target.describeMatch(product);
  const miss = asTarget === undefined ? world.target.describeMiss(product) : undefined;
  if (subcomponents.length === 0 && miss !== undefined) {
    return { isFit: false, miss: `product: ${miss}`, nearness: 4 };
  }
  if (subcomponents.length === 0) {
    return asTarget === undefined
      ? toStatementMatch(matchPackage(product, item, world.inventory.distro), 'product')
      : { isFit: true, trace: [`product: ${asTarget}`], isWhole: true };
  }
  const part = findBestPart(subcomponents, item, world.inventory.distro);
  if (!part.isFit) {
    return toStatementMatch(part, 'subcomponent');
  }
  const inner = `subcomponent: ${part.how}`;
  if (asTarget !== undefined) {
    return createMatch(`product: ${asTarget}`, inner);
  }
  return matchOuter(product, { item, inner, world });
}

function findBestPart(
  parts: readonly ProductReference[],
  item: InventoryPackage,
  distro: Distro | undefined,
): PackageMatch {
  return parts
    .map((part) => matchPackage(part, item, distro))
    .reduce((best, fit) => (getNearness(fit) > getNearness(best) ? fit : best));
}

interface Inner {
  readonly item: InventoryPackage;
  /** How the subcomponent matches. */
  readonly inner: string;
  readonly world: ProductContext;
}

/** The product is a package that brought the subcomponent along. */
function matchOuter(product: ProductReference, { item, inner, world }: Inner): StatementMatch {
  const [written = ''] = product.identifiers;
  const miss =
    world.target.describeMiss(product) ??
    `the product "${written}" is neither this target nor a package in it`;
  let nearest: StatementMatch = {
    isFit: false,
    miss: `the subcomponent matches, but ${miss}`,
    nearness: 5,
  };
  const { packages, distro } = world.inventory;
  for (const outer of packages) {
    const fit = matchPackage(product, outer, distro);
    if (!fit.isFit) {
      continue;
    }
    if (outer.key === item.key) {
      return createMatch(`product: ${fit.how}`, inner);
    }
    if (world.contains(outer.key, item.key)) {
      const path = `${outer.name} ${outer.version} includes ${item.name} ${item.version}`;
      return createMatch(`product: ${fit.how}`, path, inner);
    }
    nearest = {
      isFit: false,
      miss: `product and subcomponent are present, but ${outer.name} is not known to include ${item.name}`,
      nearness: 6,
    };
  }
  return nearest;
}

function toStatementMatch(fit: PackageMatch, what: string): StatementMatch {
  return fit.isFit
    ? createMatch(`${what}: ${fit.how}`)
    : { isFit: false, miss: `${what}: ${fit.miss}`, nearness: fit.nearness };
}

function createMatch(...trace: readonly string[]): StatementMatch {
  return { isFit: true, trace, isWhole: false };
}
