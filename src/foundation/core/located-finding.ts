import type { EpssScore } from './advisory.ts';
import { compareText } from './compare-text.ts';
import type { Decision } from './decision.ts';
import { type Finding, SEVERITIES } from './finding.ts';
import type { Report } from './format.ts';
import type { InventoryPackage } from './inventory.ts';
import type { Location } from './package.ts';

/** A finding with its package. */
export interface LocatedFinding {
  readonly finding: Finding;
  readonly package: InventoryPackage;
}

/** Returns the findings of a report in order. */
export function listLocatedFindings({ inventory, findings }: Report): LocatedFinding[] {
  const packages = new Map(inventory.packages.map((pkg) => [pkg.key, pkg]));
  return (findings?.findings ?? []).flatMap((finding) => {
    const pkg = packages.get(finding.packageKey);
    return pkg === undefined ? [] : [{ finding, package: pkg }];
  });
}

/** A suppressed finding with its reason; `decisions` is empty if a matching rule suppressed it. */
export interface SuppressedFinding extends LocatedFinding {
  readonly decisions: readonly Decision[];
  /** Reason as a sentence without a full stop. */
  readonly reason: string;
}

/** Returns the findings that decisions and rules suppressed, the highest risk first. */
export function listSuppressedFindings({ inventory, findings }: Report): SuppressedFinding[] {
  const packages = new Map(inventory.packages.map((item) => [item.key, item]));
  const at = (
    finding: Finding,
    decisions: readonly Decision[],
    reason: string,
  ): SuppressedFinding[] => {
    const item = packages.get(finding.packageKey);
    return item === undefined ? [] : [{ finding, package: item, decisions, reason }];
  };
  return [
    ...(findings?.dispositioned ?? []).flatMap(({ finding, decisions }) =>
      at(finding, decisions, decisions[0]?.reason ?? ''),
    ),
    ...(findings?.ignored ?? []).flatMap(({ finding, rule }) => at(finding, [], rule)),
  ].sort(compareDanger);
}

const NO_FIX_TEXT: Readonly<Record<Finding['fixState'], string>> = {
  fixed: 'a fix exists, but no fixed version is known',
  'not-fixed': 'not fixed yet',
  'wont-fix': 'will not be fixed',
  'not-affected': 'not affected',
  unknown: 'no fix is known',
};

/** Formats the remedy of a finding in a few words. */
export function formatRemedy({ fixState, fixVersions: [fix] }: Finding): string {
  return fix === undefined ? NO_FIX_TEXT[fixState] : `update to ${fix}`;
}

/** Compares by risk and severity, the highest first, then by name, version, type, ID and key. */
export function compareDanger(left: LocatedFinding, right: LocatedFinding): number {
  return (
    right.finding.risk - left.finding.risk ||
    SEVERITIES.indexOf(right.finding.severity) - SEVERITIES.indexOf(left.finding.severity) ||
    compareText(left.package.name, right.package.name) ||
    compareText(left.package.version, right.package.version) ||
    compareText(left.package.type, right.package.type) ||
    compareText(left.finding.id, right.finding.id) ||
    compareText(left.package.key, right.package.key)
  );
}

/** Returns the best location of a package: the record that makes it known. */
export function findPrimaryLocation({ locations }: InventoryPackage): Location | undefined {
  return locations.find(({ evidence }) => evidence === 'primary') ?? locations[0];
}

/** Returns the highest exploit probability, from 0 to 1. */
export function getEpss(finding: Finding): number | undefined {
  return getEpssScore(finding)?.epss;
}

/** Returns the score with the highest probability. */
export function getEpssScore({ matches }: Finding): EpssScore | undefined {
  const scores = matches.flatMap(({ epss }) => epss);
  return scores.toSorted((left, right) => right.epss - left.epss)[0];
}
