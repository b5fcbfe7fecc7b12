import type { EpssScore } from '../../../foundation/core/advisory.ts';
import { compareInTurn } from '../../../foundation/core/compare-in-turn.ts';
import {
  type Finding,
  type Findings,
  isExploited,
  isGuess,
  type Match,
  type SeverityWord,
} from '../../../foundation/core/finding.ts';
import {
  compareEpss,
  compareId,
  comparePackage,
  compareReach,
  compareRisk,
  compareSeverity,
  compareUrgency,
  findTopPercentile,
} from '../../../foundation/core/finding-order.ts';
import type { Report, SortCriterion } from '../../../foundation/core/format.ts';
import type { InventoryPackage } from '../../../foundation/core/inventory.ts';
import { indexByKey } from '../../../foundation/core/key-index.ts';
import { listSuppressedFindings } from '../../../foundation/core/located-finding.ts';

/** The values of one row of the table. */
export interface FindingRow {
  readonly package: InventoryPackage;
  readonly id: string;
  readonly severity: SeverityWord;
  readonly fixState: Finding['fixState'];
  readonly fixVersions: readonly string[];
  /** The recommended one of them. */
  readonly suggestedFix: string | undefined;
  readonly epss: EpssScore | undefined;
  /** 0 to 100. */
  readonly risk: number;
  readonly isExploited: boolean;
  /** Whether it is only matched by a CPE that was generated from the package's name. */
  readonly isGuess: boolean;
  /** Absent if it was not requested. */
  readonly reach: Finding['reach'];
  /** Whether it has notes that qualify it. */
  readonly hasNotes: boolean;
  /** Whether it is missing in the baseline. */
  readonly isNew: boolean;
  /** The kind of decision that suppressed it: a VEX statement, or any other. */
  readonly suppressedBy?: 'vex' | 'other';
}

/**
 * Returns one row per finding, whose matches are all IDs of one vulnerability. `isParity`: one row
 * per match, as in Grype's table.
 */
export function listFindingRows(
  { inventory, changes = [] }: Pick<Report, 'inventory' | 'changes'>,
  { findings }: Findings,
  isParity: boolean,
): FindingRow[] {
  const introduced = new Set(
    changes.flatMap(({ kind, after }) =>
      kind === 'introduced' && after !== undefined ? [toRowKey(after.finding)] : [],
    ),
  );
  const packages = indexByKey(inventory.packages, ({ key }) => key);
  return findings.flatMap((finding) => {
    const item = packages.get(finding.packageKey);
    if (item === undefined) {
      return [];
    }
    return isParity
      ? finding.matches.map((match) => toMatchRow(item, finding, match))
      : [{ ...toFindingRow(item, finding), isNew: introduced.has(toRowKey(finding)) }];
  });
}

function toRowKey({ packageKey, id }: Finding): string {
  return `${packageKey}\0${id}`;
}

/** Returns the rows of suppressed findings, in the same form. */
export function listSuppressedRows(report: Report, isParity: boolean): FindingRow[] {
  return listSuppressedFindings(report).flatMap(({ finding, package: item, decisions }) => {
    const suppressedBy = decisions[0]?.kind === 'vex' ? 'vex' : 'other';
    const rows = isParity
      ? finding.matches.map((match) => toMatchRow(item, finding, match))
      : [toFindingRow(item, finding)];
    return rows.map((row): FindingRow => ({ ...row, suppressedBy }));
  });
}

function toFindingRow(item: InventoryPackage, finding: Finding): FindingRow {
  return {
    package: item,
    id: finding.id,
    severity: finding.severity,
    fixState: finding.fixState,
    fixVersions: finding.fixVersions,
    suggestedFix: finding.fixVersions[0],
    epss: findTopPercentile(finding),
    risk: finding.risk,
    isExploited: isExploited(finding),
    isGuess: isGuess(finding),
    reach: finding.reach,
    hasNotes: (finding.notes ?? []).length > 0,
    isNew: false,
  };
}

function toMatchRow(item: InventoryPackage, finding: Finding, match: Match): FindingRow {
  const fixVersions = match.fixes.flatMap(({ version }) => version ?? []);
  return {
    ...toFindingRow(item, { ...finding, matches: [match] }),
    id: match.record.id,
    severity: match.severity,
    fixState: match.fixState,
    fixVersions,
    suggestedFix: finding.fixVersions.find((version) => fixVersions.includes(version)),
    epss: match.epss[0],
    risk: match.risk ?? finding.risk,
  };
}

type Compare = (left: FindingRow, right: FindingRow) => number;

const compareExploited: Compare = (left, right) =>
  Number(right.isExploited) - Number(left.isExploited);
const compareFix: Compare = (left, right) =>
  Number(right.fixState === 'fixed') - Number(left.fixState === 'fixed');

/** Criteria of each order, the first one first. */
const ORDERS: Readonly<Record<SortCriterion, readonly Compare[]>> = {
  risk: [compareUrgency],
  severity: [compareSeverity, compareRisk, compareEpss, comparePackage, compareId],
  epss: [compareEpss, compareRisk, compareSeverity, comparePackage, compareId],
  kev: [compareExploited, compareRisk, compareSeverity, compareEpss, comparePackage, compareId],
  package: [comparePackage, compareId, compareRisk, compareSeverity, compareEpss],
  vulnerability: [compareId, compareRisk, compareSeverity, compareEpss, comparePackage],
  reach: [
    compareReach,
    compareExploited,
    compareEpss,
    compareSeverity,
    compareFix,
    comparePackage,
    compareId,
  ],
};

export function sortRows(
  rows: readonly FindingRow[],
  criterion: SortCriterion = 'risk',
): FindingRow[] {
  return rows.toSorted(compareInTurn(ORDERS[criterion]));
}
