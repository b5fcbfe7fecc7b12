import type { AdvisoryDatabase } from '../core/advisory.ts';
import { compareText } from '../core/compare-text.ts';
import type { Findings } from '../core/finding.ts';
import type { Inventory } from '../core/inventory.ts';
import { createAlerts } from './alert.ts';
import type { Component } from './component.ts';
import { type ComponentResult, evaluateComponents } from './evaluate-components.ts';
import { type ContextOptions, createMatchContext } from './match-context.ts';
import { planComponents, toComponentSystem } from './plan-components.ts';
import { joinFindings, splitByDistro } from './split-by-distro.ts';
import { sortUnevaluated } from './unevaluated.ts';

export interface MatchOptions extends ContextOptions {
  /** Time to compare end-of-life dates with, RFC 3339. If absent, no date is in the past. */
  readonly now?: string;
}

/**
 * Matches every package against the database. Each key of the database is read once, details only
 * for matches. Packages and ranges that cannot be evaluated are in `unevaluated`, ignored matches
 * in `ignored`; nothing is dropped.
 */
export function matchInventory(
  inventory: Inventory,
  database: AdvisoryDatabase,
  options: MatchOptions = {},
): Findings {
  const parts = splitByDistro(inventory);
  const [first, ...others] = parts.map((part) => matchPart(part, database, options));
  return others.length === 0 && first !== undefined
    ? first
    : joinFindings(
        inventory,
        [first, ...others].filter((one) => one !== undefined),
      );
}

/** Matches packages that all belong to the inventory's distribution, or to none. */
function matchPart(
  inventory: Inventory,
  database: AdvisoryDatabase,
  options: MatchOptions,
): Findings {
  const context = createMatchContext(toComponentSystem(inventory), database, options);
  const components = planComponents(inventory, context);
  const results = evaluateComponents(components, context);
  return {
    ...addUpResults(components, results),
    database: database.description,
    alerts: createAlerts(components, context, { database, now: options.now }),
  };
}

/** Adds up the results of the components of one target: puts them in order. */
function addUpResults(
  components: readonly Component[],
  results: readonly ComponentResult[],
): Pick<Findings, 'findings' | 'ignored' | 'unevaluated'> {
  const found = components
    .map(({ package: item }, at) => ({ item, result: results[at] }))
    .flatMap(({ item, result }) =>
      result === undefined || result.findings.length + result.ignored.length === 0
        ? []
        : [{ item, result }],
    )
    .sort(
      ({ item: left }, { item: right }) =>
        compareText(left.name, right.name) ||
        compareText(left.version, right.version) ||
        compareText(left.type, right.type) ||
        compareText(left.key, right.key),
    );
  return {
    findings: found.flatMap(({ result }) => result.findings),
    ignored: found.flatMap(({ result }) => result.ignored),
    unevaluated: sortUnevaluated(results.flatMap(({ unevaluated }) => unevaluated)),
  };
}
