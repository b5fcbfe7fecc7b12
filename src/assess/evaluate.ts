import type { AdvisoryDatabase } from '../foundation/core/advisory.ts';
import { defined } from '../foundation/core/defined.ts';
import type { Findings } from '../foundation/core/finding.ts';
import type { Inventory } from '../foundation/core/inventory.ts';
import { type Progress, SILENT } from '../foundation/core/progress.ts';
import { isRecognized } from '../foundation/core/recognized.ts';
import type { Lookup } from '../vulnerability/match/lookup.ts';
import { matchInventory } from '../vulnerability/match/match-inventory.ts';
import type { MatchStrategy } from '../vulnerability/match/matcher.ts';

interface EvaluateOptions {
  /** Settings for decisions on which scanners differ; if absent, the defaults. */
  readonly strategy?: MatchStrategy;
  /** If true, findings are reported under their CVEs, with the data of the CVEs. */
  readonly isByCve?: boolean;
  /** RFC 3339; the end of life is checked against it. */
  readonly now?: string;
  readonly progress?: Progress;
  /** Reads the same database for several inventories, by the default strategy. */
  readonly lookup?: Lookup;
}

/** Returns the vulnerabilities of an inventory according to the database. */
export function evaluate(
  inventory: Inventory,
  database: AdvisoryDatabase,
  options: EvaluateOptions = {},
): Findings {
  const progress = options.progress ?? SILENT;
  progress.emit({ kind: 'stage-started', stage: 'match' });
  const { strategy, isByCve = false, now, lookup } = options;
  const matched = matchInventory(inventory, database, {
    isByCve,
    ...defined({ strategy, now, lookup }),
  });
  const findings = noteRecognized(matched, inventory);
  progress.emit({
    kind: 'stage-finished',
    stage: 'match',
    count: findings.findings.length,
    unit: 'matches',
    children: summarizeFindings(findings),
  });
  return findings;
}

const RECOGNIZED_NOTE = 'the package was recognized by its files, because no record lists it';

/** Findings of packages without a record state this in every format. */
function noteRecognized(found: Findings, { packages }: Inventory): Findings {
  const keys = new Set(packages.filter(isRecognized).map(({ key }) => key));
  if (keys.size === 0) {
    return found;
  }
  const findings = found.findings.map((finding) =>
    keys.has(finding.packageKey)
      ? { ...finding, notes: [...(finding.notes ?? []), RECOGNIZED_NOTE] }
      : finding,
  );
  return { ...found, findings };
}

function summarizeFindings(findings: Findings): string[] {
  const severities = ['critical', 'high', 'medium', 'low', 'negligible', 'unknown'] as const;
  const bySeverity = severities
    .map((severity) => ({
      severity,
      count: findings.findings.filter((finding) => finding.severity === severity).length,
    }))
    .filter(({ severity, count }) => severity !== 'unknown' || count > 0)
    .map(({ severity, count }) => `${count} ${severity}`);
  const fixed = findings.findings.filter((finding) => finding.fixState === 'fixed').length;
  const statuses = [
    `${fixed} fixed`,
    `${findings.findings.length - fixed} not fixed`,
    `${findings.ignored.length} ignored`,
  ];
  const unjudged = new Set(findings.unevaluated.map(({ packageKey }) => packageKey)).size;
  return [
    `by severity: ${bySeverity.join(', ')}`,
    `by status:   ${statuses.join(', ')}`,
    ...(unjudged === 0 ? [] : [`not evaluated: ${unjudged} packages`]),
  ];
}
