import type { Advisory, AdvisoryDatabase } from '../core/advisory.ts';
import type { Comparison } from '../core/comparison.ts';
import type { Inventory, InventoryPackage } from '../core/inventory.ts';
import type { Judgement } from '../match/judgement.ts';
import { type MatchOptions, matchInventory } from '../match/match-inventory.ts';

/** A statement about a package that was compared with its version and is not a finding. */
export interface VendorAnswer {
  readonly package: InventoryPackage;
  readonly advisory: Advisory;
  readonly isInRange: boolean;
  readonly range: string;
  readonly comparisons: readonly Comparison[];
}

/**
 * Yields the statements of the sources about every package, one package at a time, so that the
 * compared package is known. Statements that make a finding, and those that could not be judged,
 * are left out.
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
