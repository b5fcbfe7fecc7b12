import type { EpssScore } from '../../core/advisory.ts';
import { compareInTurn } from '../../core/compare-in-turn.ts';
import { compareText } from '../../core/compare-text.ts';
import {
  type Finding,
  type Findings,
  isGuess,
  type Match,
  SEVERITIES,
  type SeverityWord,
} from '../../core/finding.ts';
import type { Report, SortCriterion } from '../../core/format.ts';
import type { InventoryPackage } from '../../core/inventory.ts';
import { indexByKey } from '../../core/key-index.ts';
import { listSuppressedFindings } from '../../core/located-finding.ts';
import { rankReach } from '../../core/reach-class.ts';

/** One line of the table before it is put into words. */
export interface FindingRow {
  readonly package: InventoryPackage;
  readonly id: string;
  readonly severity: SeverityWord;
  readonly fixState: Finding['fixState'];
  readonly fixVersions: readonly string[];
  /** The one of them that is recommended. */
  readonly suggestedFix: string | undefined;
  readonly epss: EpssScore | undefined;
  /** 0 to 100. */
  readonly risk: number;
  readonly isExploited: boolean;
  /** Nothing but a CPE that was made up from the package's name speaks for it. */
  readonly isGuess: boolean;
  /** Absent where it was not asked for. */
  readonly reach: Finding['reach'];
  /** There is something to read before believing it. */
  readonly hasNotes: boolean;
  /** The baseline does not have it. */
  readonly isNew: boolean;
  /** It was set aside: by a VEX statement, or by anything else. */
  readonly suppressedBy?: 'vex' | 'other';
}

/**
 * One row a finding, whose matches are all ids of one vulnerability.
 * `isParity`: one row a match, as Grype's table has it.
 */
export function findingRows(
  { inventory, changes = [] }: Pick<Report, 'inventory' | 'changes'>,
  { findings }: Findings,
  isParity: boolean,
): FindingRow[] {
  const introduced = new Set(
    changes.flatMap(({ kind, after }) =>
      kind === 'introduced' && after !== undefined ? [rowKey(after.finding)] : [],
    ),
  );
  const packages = indexByKey(inventory.packages, ({ key }) => key);
  return findings.flatMap((finding) => {
    const item = packages.get(finding.packageKey);
    if (item === undefined) {
      return [];
    }
    return isParity
      ? finding.matches.map((match) => rowOfMatch(item, finding, match))
      : [{ ...rowOfFinding(item, finding), isNew: introduced.has(rowKey(finding)) }];
  });
}

function rowKey({ packageKey, id }: Finding): string {
  return `${packageKey}\0${id}`;
}

/** Rows of what was set aside, in the form of the others. */
export function suppressedRows(report: Report, isParity: boolean): FindingRow[] {
  return listSuppressedFindings(report).flatMap(({ finding, package: item, decisions }) => {
    const suppressedBy = decisions[0]?.kind === 'vex' ? 'vex' : 'other';
    const rows = isParity
      ? finding.matches.map((match) => rowOfMatch(item, finding, match))
      : [rowOfFinding(item, finding)];
    return rows.map((row): FindingRow => ({ ...row, suppressedBy }));
  });
}

function rowOfFinding(item: InventoryPackage, finding: Finding): FindingRow {
  const { matches } = finding;
  return {
    package: item,
    id: finding.id,
    severity: finding.severity,
    fixState: finding.fixState,
    fixVersions: finding.fixVersions,
    suggestedFix: finding.fixVersions[0],
    epss: matches.flatMap(({ epss }) => epss).toSorted(byPercentile)[0],
    risk: finding.risk,
    isExploited: matches.some(({ exploited }) => exploited.length > 0),
    isGuess: isGuess(finding),
    reach: finding.reach,
    hasNotes: (finding.notes ?? []).length > 0,
    isNew: false,
  };
}

function rowOfMatch(item: InventoryPackage, finding: Finding, match: Match): FindingRow {
  const fixVersions = match.fixes.flatMap(({ version }) => version ?? []);
  return {
    ...rowOfFinding(item, { ...finding, matches: [match] }),
    id: match.record.id,
    severity: match.severity,
    fixState: match.fixState,
    fixVersions,
    suggestedFix: finding.fixVersions.find((version) => fixVersions.includes(version)),
    epss: match.epss[0],
    risk: match.risk ?? finding.risk,
  };
}

function byPercentile(left: EpssScore, right: EpssScore): number {
  return right.percentile - left.percentile || compareText(left.cve, right.cve);
}

type Compare = (left: FindingRow, right: FindingRow) => number;

const byReach: Compare = (left, right) => rankReach(left.reach) - rankReach(right.reach);
const byRisk: Compare = (left, right) => right.risk - left.risk;
const bySeverity: Compare = (left, right) =>
  SEVERITIES.indexOf(right.severity) - SEVERITIES.indexOf(left.severity);
const byEpss: Compare = (left, right) =>
  (right.epss?.percentile ?? 0) - (left.epss?.percentile ?? 0);
const byExploited: Compare = (left, right) => Number(right.isExploited) - Number(left.isExploited);
const byFix: Compare = (left, right) =>
  Number(right.fixState === 'fixed') - Number(left.fixState === 'fixed');
const byId: Compare = (left, right) => compareText(left.id, right.id);
const byPackage: Compare = (left, right) =>
  compareText(left.package.name, right.package.name) ||
  compareText(left.package.version, right.package.version) ||
  compareText(left.package.type, right.package.type);

/** What decides, the first criterion first. What can be reached outranks the risk where known. */
const ORDERS: Readonly<Record<SortCriterion, readonly Compare[]>> = {
  risk: [byReach, byRisk, bySeverity, byEpss, byPackage, byId],
  severity: [bySeverity, byRisk, byEpss, byPackage, byId],
  epss: [byEpss, byRisk, bySeverity, byPackage, byId],
  kev: [byExploited, byRisk, bySeverity, byEpss, byPackage, byId],
  package: [byPackage, byId, byRisk, bySeverity, byEpss],
  vulnerability: [byId, byRisk, bySeverity, byEpss, byPackage],
  reach: [byReach, byExploited, byEpss, bySeverity, byFix, byPackage, byId],
};

export function sortRows(
  rows: readonly FindingRow[],
  criterion: SortCriterion = 'risk',
): FindingRow[] {
  return rows.toSorted(compareInTurn(ORDERS[criterion]));
}
