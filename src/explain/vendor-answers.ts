import type { Advisory, AdvisoryDatabase } from '../core/advisory.ts';
import type { Comparison } from '../core/comparison.ts';
import type { Inventory, InventoryPackage } from '../core/inventory.ts';
import type { Judgement } from '../match/judgement.ts';
import { type MatchOptions, matchInventory } from '../match/match-inventory.ts';

/** A statement about a package that was held against its version and made no finding. */
export interface VendorAnswer {
  readonly package: InventoryPackage;
  readonly advisory: Advisory;
  readonly isInRange: boolean;
  readonly range: string;
  readonly comparisons: readonly Comparison[];
}

/**
 * What the sources answer of every package, one after the other, so that it is known which package
 * a statement was held against. Statements that make a finding, and those that could not be judged,
 * are no answers.
 */
export function* listVendorAnswers(
  inventory: Inventory,
  database: AdvisoryDatabase,
  options: MatchOptions,
): Iterable<VendorAnswer> {
  for (const item of inventory.packages) {
    const judgements: Judgement[] = [];
    const { findings, ignored } = matchInventory({ ...inventory, packages: [item] }, database, {
      ...options,
      observe: (judgement) => judgements.push(judgement),
    });
    const open = new Set(
      [...findings, ...ignored.map(({ finding }) => finding)].flatMap(({ id, aliases }) => [
        id,
        ...aliases,
      ]),
    );
    for (const { advisory, isInRange, range, comparisons } of judgements) {
      const isAnswer = (advisory.effect === 'unaffected') === isInRange;
      const ids = [advisory.vulnerability, ...advisory.aliases, ...advisory.cves];
      if (isInRange !== undefined && isAnswer && !ids.some((id) => open.has(id))) {
        yield { package: item, advisory, isInRange, range, comparisons };
      }
    }
  }
}
