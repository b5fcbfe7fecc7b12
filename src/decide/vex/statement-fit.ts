import type { ProductReference, VexStatement } from '../../core/decision.ts';
import type { Distro } from '../../core/distro.ts';
import { type Inventory, type InventoryPackage, isProvenOwner } from '../../core/inventory.ts';
import { getCloseness, matchPackage, type PackageMatch } from '../package-reference.ts';
import { identifyTarget, type TargetIdentity } from './target-identity.ts';

/** Whether a statement is about a package in this target, with the reason. */
export type StatementMatch =
  | {
      readonly isMatch: true;
      readonly trace: readonly string[];
      /** Whether it only names the target, and so all of its vulnerable packages. */
      readonly namesTargetOnly: boolean;
    }
  | { readonly isMatch: false; readonly miss: string; readonly closeness: number };

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

type Miss = Extract<StatementMatch, { readonly isMatch: false }>;

const NO_PRODUCT: Miss = { isMatch: false, miss: 'it does not name a product', closeness: 0 };

/** Returns the best match of a package among the products of a statement. */
export function matchStatement(
  { products }: VexStatement,
  item: InventoryPackage,
  world: ProductContext,
): StatementMatch {
  let best = NO_PRODUCT;
  for (const product of products) {
    const match = matchProduct(product, item, world);
    if (match.isMatch) {
      return match;
    }
    best = match.closeness >= best.closeness ? match : best;
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
    return { isMatch: false, miss: `product: ${miss}`, closeness: 4 };
  }
  if (subcomponents.length === 0) {
    return asTarget === undefined
      ? toStatementMatch(matchPackage(product, item, world.inventory.distro), 'product')
      : { isMatch: true, trace: [`product: ${asTarget}`], namesTargetOnly: true };
  }
  const part = findBestPart(subcomponents, item, world.inventory.distro);
  if (!part.isMatch) {
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
    .reduce((best, match) => (getCloseness(match) > getCloseness(best) ? match : best));
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
    isMatch: false,
    miss: `the subcomponent matches, but ${miss}`,
    closeness: 5,
  };
  const { packages, distro } = world.inventory;
  for (const outer of packages) {
    const match = matchPackage(product, outer, distro);
    if (!match.isMatch) {
      continue;
    }
    if (outer.key === item.key) {
      return createMatch(`product: ${match.how}`, inner);
    }
    if (world.contains(outer.key, item.key)) {
      const path = `${outer.name} ${outer.version} includes ${item.name} ${item.version}`;
      return createMatch(`product: ${match.how}`, path, inner);
    }
    nearest = {
      isMatch: false,
      miss: `product and subcomponent are present, but ${outer.name} is not known to include ${item.name}`,
      closeness: 6,
    };
  }
  return nearest;
}

function toStatementMatch(match: PackageMatch, what: string): StatementMatch {
  return match.isMatch
    ? createMatch(`${what}: ${match.how}`)
    : { isMatch: false, miss: `${what}: ${match.miss}`, closeness: match.closeness };
}

function createMatch(...trace: readonly string[]): StatementMatch {
  return { isMatch: true, trace, namesTargetOnly: false };
}
