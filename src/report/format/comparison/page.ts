import { defined } from '../../../foundation/core/defined.ts';
import type { SeverityWord } from '../../../foundation/core/finding.ts';
import { formatBytes, formatCount, groupDigits } from '../../../foundation/core/screen-text.ts';
import {
  SURFACE_SHARES,
  SURFACE_TITLES,
  type SurfaceId,
} from '../../../foundation/core/surface.ts';
import type { Column } from '../../../hardening/compare/comparison.ts';
import type { FindingCounts, ReachBand, Side } from '../../../hardening/compare/difference.ts';
import { toShortName } from '../../../hardening/compare/distinct-names.ts';
import { SEVERITIES_DOWN } from '../../../hardening/compare/side.ts';
import { isJudged, readJudgedCounts } from './judged.ts';

/** One row of the page that compares targets. */
export interface PageRow {
  readonly title: string;
  /** One value for each target. */
  readonly values: readonly string[];
  /** For two targets, the second value minus the first; empty if that is meaningless. */
  readonly change: string;
  /** Index of the target that is the most secure by this row; if absent, none is. */
  readonly best?: number;
}

export interface PageOptions {
  /** Minutes that a person needs for one unjustified finding. */
  readonly minutesPerFinding: number;
}

/** Shown for an unknown number. Never zero. */
export const NOT_KNOWN = 'unknown';

/** Returns every row of the page, in the order of `docs/compare.md`. */
export function listPageRows(columns: readonly Column[], options: PageOptions): readonly PageRow[] {
  return [
    ...listIdentityRows(columns),
    ...listContentRows(columns),
    ...listFindingRows(columns, options),
    ...listSurfaceRows(columns),
    ...listScoreRows(columns),
    createCoverageRow(columns),
  ];
}

/** Returns the eleven rows on which a decision between targets depends. */
export function listMainRows(columns: readonly Column[]): readonly PageRow[] {
  return [
    createTextRow(
      'system',
      readSides(columns, ({ system }) => system),
    ),
    createFindingsRow(columns),
    createUnjustifiedRow(columns, 'findings to justify'),
    createNumberRow({ title: 'packages', values: readSides(columns, ({ packages }) => packages) }),
    createItemsRow(columns),
    createNumberRow({
      title: 'size of files',
      values: readSides(columns, ({ fileBytes }) => fileBytes),
      formatValue: formatBytes,
    }),
    createNumberRow({
      title: 'executables',
      values: readSides(columns, (side) => side.executables),
    }),
    createDimensionRow(columns, 'reachable-executables'),
    createDimensionRow(columns, 'setuid-files'),
    createDimensionRow(columns, 'shells'),
    createCoverageRow(columns),
  ];
}

function readSides<Value>(
  columns: readonly Column[],
  read: (side: Side) => Value,
): readonly Value[] {
  return columns.map(({ side }) => read(side));
}

function createTextRow(title: string, values: readonly (string | undefined)[]): PageRow {
  return { title, values: values.map((value) => value ?? NOT_KNOWN), change: '' };
}

interface NumberRow {
  readonly title: string;
  /** `undefined` for an unknown number. */
  readonly values: readonly (number | undefined)[];
  formatValue?(value: number): string;
  /** More of it is neither good nor bad. */
  readonly isNeutral?: boolean;
}

function createNumberRow({
  title,
  values,
  formatValue = groupDigits,
  isNeutral = false,
}: NumberRow): PageRow {
  const texts = values.map((value) => (value === undefined ? NOT_KNOWN : formatValue(value)));
  const [before, after, ...others] = values;
  const isPair = before !== undefined && after !== undefined && others.length === 0;
  const change =
    isPair && before !== after
      ? `${after > before ? '+' : '−'}${formatValue(Math.abs(after - before))}`
      : '';
  const best = isNeutral ? undefined : findLowest(values);
  return { title, values: texts, change, ...defined({ best }) };
}

/** Returns the index of the lowest value; `undefined` if one is unknown, or several are lowest. */
function findLowest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.flatMap((value) => value ?? []);
  const lowest = Math.min(...known);
  const isUnique = known.filter((value) => value === lowest).length === 1;
  return known.length === values.length && isUnique ? values.indexOf(lowest) : undefined;
}

const DIGEST_CHARS = 19;

function listIdentityRows(columns: readonly Column[]): readonly PageRow[] {
  return [
    createTextRow(
      'digest',
      readSides(columns, ({ digest }) => digest?.slice(0, DIGEST_CHARS) ?? 'none'),
    ),
    createTextRow(
      'platform',
      readSides(columns, ({ platform, kind }) => platform ?? `none (${kind})`),
    ),
    createTextRow(
      'operating system',
      readSides(columns, ({ system }) => system),
    ),
    createTextRow(
      'created',
      readSides(columns, ({ createdAt }) => createdAt?.slice(0, 10)),
    ),
    createTextRow(
      'C library',
      readSides(columns, ({ cLibrary, executables }) =>
        executables === undefined ? undefined : (cLibrary ?? 'none'),
      ),
    ),
  ];
}

function listContentRows(columns: readonly Column[]): readonly PageRow[] {
  return [
    createNumberRow({ title: 'packages', values: readSides(columns, ({ packages }) => packages) }),
    createNumberRow({
      title: 'executables',
      values: readSides(columns, (side) => side.executables),
    }),
    createDimensionRow(columns, 'scripts'),
    createDimensionRow(columns, 'commands'),
    createNumberRow({ title: 'files', values: readSides(columns, ({ files }) => files) }),
    createNumberRow({
      title: 'file size',
      values: readSides(columns, ({ fileBytes }) => fileBytes),
      formatValue: formatBytes,
    }),
    createNumberRow({
      title: 'layer size',
      values: readSides(columns, ({ layerBytes }) => layerBytes),
      formatValue: formatBytes,
    }),
    createTextRow(
      'layers',
      columns.map(({ layers, sharedLayers }) =>
        layers === 0 ? 'none' : `${layers}, ${sharedLayers} shared`,
      ),
    ),
  ];
}

function listFindingRows(
  columns: readonly Column[],
  { minutesPerFinding }: PageOptions,
): readonly PageRow[] {
  const counts = readSides(columns, readJudgedCounts);
  if (counts.every((one) => one === undefined)) {
    return [createFindingsRow(columns)];
  }
  const createCountRow = (
    title: string,
    read: (one: FindingCounts) => number,
    more: Pick<NumberRow, 'formatValue' | 'isNeutral'> = {},
  ): PageRow => createBoundRow(columns, title, read, more);
  return [
    createFindingsRow(columns),
    ...listSeverityRows(counts),
    createCountRow('known to be exploited', ({ exploited }) => exploited),
    createCountRow('with a fix', ({ fixable }) => fixable, { isNeutral: true }),
    createCountRow('suppressed', ({ setAside }) => setAside, { isNeutral: true }),
    createUnjustifiedRow(columns, 'without a justification'),
    createCountRow('of these, with a suggested justification', ({ suggested }) => suggested, {
      isNeutral: true,
    }),
    createCountRow(
      `review time, at ${minutesPerFinding} minutes each`,
      ({ unjustified }) => unjustified * minutesPerFinding,
      { formatValue: formatHours },
    ),
    createNumberRow({
      title: 'packages not evaluated',
      values: counts.map((one) => one?.unevaluatedPackages),
    }),
  ];
}

function formatHours(minutes: number): string {
  return `${(minutes / 60).toFixed(1)} h`;
}

function createFindingsRow(columns: readonly Column[]): PageRow {
  const row = createBoundRow(columns, 'findings', ({ total }) => total);
  return { ...row, values: readSides(columns, formatFindings) };
}

/** Creates the row of open findings without a justification. */
function createUnjustifiedRow(columns: readonly Column[], title: string): PageRow {
  return createBoundRow(columns, title, ({ unjustified }) => unjustified);
}

/** Creates a row of numbers that are lower bounds if the database does not cover a whole side. */
function createBoundRow(
  columns: readonly Column[],
  title: string,
  read: (counts: FindingCounts) => number,
  more: Pick<NumberRow, 'formatValue' | 'isNeutral'> = {},
): PageRow {
  const values = readSides(columns, (side) => {
    const counts = readJudgedCounts(side);
    return counts && read(counts);
  });
  return markBounds(columns, values, createNumberRow({ title, values, ...more }));
}

/**
 * Creates the row of everything that a person justifies when the target is approved for the first
 * time: findings, packages, and files with setuid or setgid.
 */
function createItemsRow(columns: readonly Column[]): PageRow {
  const values = columns.map(({ side, surface }) => {
    const [counts, files] = [readJudgedCounts(side), surface['setuid-files']];
    return counts && files !== undefined ? counts.unjustified + side.packages + files : undefined;
  });
  return markBounds(columns, values, createNumberRow({ title: 'items to justify', values }));
}

function markBounds(
  columns: readonly Column[],
  values: readonly (number | undefined)[],
  row: PageRow,
): PageRow {
  const isExact = readSides(columns, isJudged);
  return isExact.every(Boolean)
    ? row
    : {
        title: row.title,
        values: row.values.map((text, index) =>
          values[index] === undefined || isExact[index] ? text : `at least ${text}`,
        ),
        change: '',
      };
}

/** Formats the findings of a side: a lower bound if the database does not cover all of it. */
function formatFindings(side: Side): string {
  const { findings } = side;
  const isCounted = readJudgedCounts(side) !== undefined || (findings?.total ?? 0) > 0;
  if (findings === undefined || !isCounted) {
    return 'not evaluated';
  }
  return `${isJudged(side) ? '' : 'at least '}${formatSeverityCounts(findings)}`;
}

/** Formats counts such as `46 (1 medium, 5 low, 40 negligible)`. */
function formatSeverityCounts({ total, bySeverity }: FindingCounts): string {
  const words = formatSeverityWords(bySeverity);
  return words === '' ? groupDigits(total) : `${groupDigits(total)} (${words})`;
}

function formatSeverityWords(counts: Readonly<Record<SeverityWord, number>>): string {
  return SEVERITIES_DOWN.filter((word) => counts[word] > 0)
    .map((word) => `${groupDigits(counts[word])} ${word}`)
    .join(', ');
}

/** Returns the total, then each severity that any side has, by reachability of the packages. */
function listSeverityRows(counts: readonly (FindingCounts | undefined)[]): readonly PageRow[] {
  const words = SEVERITIES_DOWN.filter((word) =>
    counts.some((one) => (one?.bySeverity[word] ?? 0) > 0),
  );
  const createReachRow = (title: string, shown: readonly SeverityWord[]): PageRow =>
    createTextRow(
      title,
      counts.map((one) => one && reachText(one, shown)),
    );
  return [
    createReachRow('reachable / possible / unreachable', words),
    ...words.map((word) => createReachRow(`${word} only`, [word])),
  ];
}

function reachText({ byReach }: FindingCounts, words: readonly SeverityWord[]): string {
  const sumBand = (band: ReachBand): number =>
    words.reduce((sum, word) => sum + byReach[band][word], 0);
  const known = (['reachable', 'possible', 'present'] as const).map(sumBand);
  const unknown = sumBand('unknown');
  if (unknown > 0 && known.every((count) => count === 0)) {
    return NOT_KNOWN;
  }
  return `${known.map(groupDigits).join(' / ')}${unknown === 0 ? '' : `, ${groupDigits(unknown)} unknown`}`;
}

const TOOL_IDS: readonly SurfaceId[] = [
  'reachable-executables',
  'setuid-files',
  'capability-files',
  'writable-places',
  'foreign-code-folders',
  'shells',
  'package-managers',
  'downloaders',
  'interpreters',
  'compilers',
  'network-tools',
];
const RUN_IDS: readonly SurfaceId[] = [
  'exposed-ports',
  'privileged-ports',
  'listeners',
  'reachable-listeners',
  'configuration-flaws',
];
const QUALITY_IDS: readonly SurfaceId[] = [
  'unhardened-share',
  'unhardened-reachable-share',
  'live-interface-share',
  'secrets',
  'verified-secrets',
  'unexplained-share',
  'packages-behind',
  'age-days',
  'end-of-life-days',
];

function listSurfaceRows(columns: readonly Column[]): readonly PageRow[] {
  return [
    ...TOOL_IDS.map((id) => createDimensionRow(columns, id)),
    createTextRow(
      'runs as',
      readSides(columns, ({ user }) => user),
    ),
    ...RUN_IDS.map((id) => createDimensionRow(columns, id)),
    ...QUALITY_IDS.map((id) => createDimensionRow(columns, id)),
  ];
}

function createDimensionRow(columns: readonly Column[], id: SurfaceId): PageRow {
  return createNumberRow({
    title: SURFACE_TITLES[id],
    values: columns.map(({ surface }) => surface[id]),
    formatValue: SURFACE_SHARES.has(id) ? formatPercent : groupDigits,
  });
}

function formatPercent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Titles of the sums of a surface. */
const SCORE_TITLES = [
  ['methodsFromEntry', 'attack methods from the entry point'],
  ['methodsInside', 'attack methods after a break-in'],
  ['channels', 'attack channels'],
  ['data', 'attackable data'],
] as const;

function listScoreRows(columns: readonly Column[]): readonly PageRow[] {
  return columns.every(({ scores }) => scores === undefined)
    ? []
    : SCORE_TITLES.map(([name, title]) =>
        createNumberRow({
          title,
          values: columns.map(({ scores }) => scores?.[name]),
          formatValue: (value) => String(Math.round(value * 10) / 10),
        }),
      );
}

function createCoverageRow(columns: readonly Column[]): PageRow {
  return createTextRow(
    'coverage',
    readSides(columns, ({ coverage: { verdict, explainedShare } }) => {
      const word = verdict.replaceAll('-', ' ');
      return explainedShare === undefined
        ? `${word}, no executables`
        : `${word}, ${formatPercent(explainedShare)} of executable bytes`;
    }),
  );
}

/** Returns a list of names for a sentence: `a, b and c`. */
export function joinNames(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** Describes each target in one sentence. */
export function formatLead(columns: readonly Column[]): string {
  return readSides(columns, formatSideLead).join(' ');
}

function formatSideLead(side: Side): string {
  const judged = readJudgedCounts(side);
  const findings =
    judged === undefined
      ? 'findings that were not evaluated'
      : `${formatCount(judged.total, 'finding')}${formatBracketed(judged)}`;
  const executables =
    side.executables === undefined
      ? 'an unknown number of executables'
      : formatCount(side.executables, 'executable');
  return `${toShortName(side)} has ${formatCount(side.packages, 'package')}, ${executables} and ${findings}.`;
}

function formatBracketed({ bySeverity }: FindingCounts): string {
  const words = formatSeverityWords(bySeverity);
  return words === '' ? '' : ` (${words})`;
}
