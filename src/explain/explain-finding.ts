import { defined } from '../core/defined.ts';
import type { Finding, Findings, Match } from '../core/finding.ts';
import type { Inventory, InventoryPackage } from '../core/inventory.ts';
import {
  createPackageContexts,
  describeRemedy,
  listSourceViews,
  type PackageContext,
  toLabel,
} from '../core/package-context.ts';
import type { FindingExplanation, Rank, StatementStep } from './explanation.ts';
import { createRanking } from './finding-rank.ts';
import { collectFacts } from './vulnerability-facts.ts';

/** A question about a vulnerability by any of its IDs, on one package or on all. */
export interface Question {
  /** Several are separated by commas. */
  readonly id: string;
  /** A name, `name@version`, a package URL or a key. */
  readonly package?: string;
}

/** A finding with its state. */
export type Stated = Pick<FindingExplanation, 'state' | 'rule' | 'decisions'> & {
  readonly finding: Finding;
};

/** Explains every matching finding, open, ignored or suppressed, in the order of the findings. */
export function explainFindings(
  { id, package: wanted }: Question,
  inventory: Inventory,
  findings: Findings,
): readonly FindingExplanation[] {
  const packages = new Map(inventory.packages.map((one) => [one.key, one]));
  const contextOf = createPackageContexts(inventory);
  const rankOf = createRanking(inventory, findings);
  return [...listStatedFindings(findings)].flatMap((stated) => {
    const item = packages.get(stated.finding.packageKey);
    const isMatch =
      item !== undefined &&
      hasId(stated.finding, id) &&
      (wanted === undefined || isCalled(item, wanted));
    return isMatch
      ? [explain(stated, item, { context: contextOf(item), rank: rankOf(stated.finding) })]
      : [];
  });
}

/** Yields every finding, open, suppressed or ignored. */
export function* listStatedFindings(findings: Findings): Iterable<Stated> {
  for (const finding of findings.findings) {
    yield { finding, state: 'open', decisions: finding.decisions ?? [] };
  }
  for (const { finding, decisions } of findings.dispositioned ?? []) {
    yield { finding, state: 'dispositioned', decisions };
  }
  for (const { finding, rule } of findings.ignored) {
    yield { finding, state: 'ignored', rule, decisions: [] };
  }
}

/** IDs are compared without regard to case, as people type them. */
export function hasId({ id, aliases, matches }: Finding, requestedId: string): boolean {
  const own = matches.flatMap(({ advisory }) => [advisory.vulnerability, ...advisory.cves]);
  const wanted = new Set(requestedId.toLowerCase().split(','));
  return [id, ...aliases, ...own].some((one) => wanted.has(one.toLowerCase()));
}

/**
 * Returns whether a name, `name@version`, a package URL (also a plain one, with or without the
 * version), or a key identifies a package.
 */
export function isCalled(item: InventoryPackage, wanted: string): boolean {
  const { name, version, purl, key } = item;
  const bare = purl.split(/[?#]/, 1)[0] ?? '';
  const versionless = bare.replace(/@[^@/]*$/, '');
  return (
    wanted !== '' && [name, `${name}@${version}`, purl, bare, versionless, key].includes(wanted)
  );
}

function explain(
  stated: Stated,
  item: InventoryPackage,
  { context, rank }: { readonly context: PackageContext; readonly rank: Rank },
): FindingExplanation {
  const { finding, ...state } = stated;
  return {
    kind: 'finding',
    id: finding.id,
    aliases: finding.aliases,
    severity: finding.severity,
    fixState: finding.fixState,
    package: toLabel(item),
    ...state,
    foundBy: item.foundBy === '' ? item.rule : `${item.foundBy}: ${item.rule}`,
    ...context,
    statements: finding.matches.flatMap(listSteps),
    views: listSourceViews(finding),
    notes: finding.notes ?? [],
    remedy: describeRemedy(finding, item, context.owners),
    ...collectFacts(finding),
    rank,
    ...defined({ reach: finding.reach }),
  };
}

function listSteps({ reasons }: Match): readonly StatementStep[] {
  return reasons.map(
    ({ advisory, kind, searchedKey, range, comparisons, symbols, confidence }) => ({
      source: advisory.provider,
      vulnerability: advisory.vulnerability,
      effect: advisory.effect,
      key: searchedKey,
      range,
      comparisons,
      ...defined({ symbols }),
      by: kind,
      confidence,
    }),
  );
}
