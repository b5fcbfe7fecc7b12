import type { BareDifference, FindingCounts, ReachBand, Side } from '../../compare/difference.ts';
import { SEVERITIES_DOWN } from '../../compare/side.ts';
import type { SeverityWord } from '../../core/finding.ts';
import { formatBytes, formatCount, groupDigits } from '../../core/screen-text.ts';
import { SURFACE_SHARES, SURFACE_TITLES, type SurfaceId } from '../../core/surface.ts';
import { isJudged, readJudgedCounts } from './judged.ts';

/** One row of the page that compares two targets. */
export interface PageRow {
  readonly title: string;
  readonly before: string;
  readonly after: string;
  /** The second value minus the first, with its sign; empty if that is meaningless. */
  readonly change: string;
  /** Whether the second side is more secure by this row; if absent, neither side is. */
  readonly isBetter?: boolean;
}

export interface PageOptions {
  /** Minutes that a person needs for one unjustified finding. */
  readonly minutesPerFinding: number;
}

/** Shown for an unknown number. Never zero. */
export const NOT_KNOWN = 'unknown';

/**
 * Returns every row of the page, in the order of `docs/compare.md`. All of it is computed from
 * numbers.
 */
export function listPageRows(difference: BareDifference, options: PageOptions): readonly PageRow[] {
  return [
    ...listIdentityRows(difference),
    ...listContentRows(difference),
    ...listFindingRows(difference, options),
    ...listSurfaceRows(difference),
    ...scoreRows(difference),
    createCoverageRow(difference),
  ];
}

/** Returns the ten rows on which a decision between two targets depends. */
export function listMainRows(difference: BareDifference): readonly PageRow[] {
  return [
    createTextRow(
      'system',
      readEnds(difference, ({ system }) => system),
    ),
    createFindingsRow(difference),
    createNumberRow({
      title: 'findings to justify',
      ends: readFindingCounts(difference, (one) => one.unjustified),
    }),
    createNumberRow({ title: 'packages', ends: readEnds(difference, ({ packages }) => packages) }),
    createNumberRow({
      title: 'size of files',
      ends: readEnds(difference, ({ fileBytes }) => fileBytes),
      formatValue: formatBytes,
    }),
    createNumberRow({
      title: 'executables',
      ends: readEnds(difference, (side) => side.executables),
    }),
    createDimensionRow(difference, 'reachable-executables'),
    createDimensionRow(difference, 'setuid-files'),
    createDimensionRow(difference, 'shells'),
    createCoverageRow(difference),
  ];
}

type Ends<Value> = readonly [before: Value, after: Value];

function readEnds<Value>(
  { before, after }: Pick<BareDifference, 'before' | 'after'>,
  read: (side: Side) => Value,
): Ends<Value> {
  return [read(before), read(after)];
}

function createTextRow(title: string, [before, after]: Ends<string | undefined>): PageRow {
  return { title, before: before ?? NOT_KNOWN, after: after ?? NOT_KNOWN, change: '' };
}

interface NumberRow {
  readonly title: string;
  readonly ends: Ends<number | undefined>;
  formatValue?(value: number): string;
  /** More of it is neither good nor bad. */
  readonly isNeutral?: boolean;
}

function createNumberRow({
  title,
  ends,
  formatValue = groupDigits,
  isNeutral = false,
}: NumberRow): PageRow {
  const [before, after] = ends;
  const formatKnown = (value: number | undefined): string =>
    value === undefined ? NOT_KNOWN : formatValue(value);
  if (before === undefined || after === undefined || before === after) {
    return { title, before: formatKnown(before), after: formatKnown(after), change: '' };
  }
  const sign = after > before ? '+' : '−';
  return {
    title,
    before: formatKnown(before),
    after: formatKnown(after),
    change: `${sign}${formatValue(Math.abs(after - before))}`,
    ...(isNeutral ? {} : { isBetter: after < before }),
  };
}

const DIGEST_CHARS = 19;

function listIdentityRows(difference: BareDifference): readonly PageRow[] {
  return [
    createTextRow(
      'digest',
      readEnds(difference, ({ digest }) => digest?.slice(0, DIGEST_CHARS) ?? 'none'),
    ),
    createTextRow(
      'platform',
      readEnds(difference, ({ platform, kind }) => platform ?? `none (${kind})`),
    ),
    createTextRow(
      'operating system',
      readEnds(difference, ({ system }) => system),
    ),
    createTextRow(
      'created',
      readEnds(difference, ({ createdAt }) => createdAt?.slice(0, 10)),
    ),
    createTextRow(
      'C library',
      readEnds(difference, ({ cLibrary, executables }) =>
        executables === undefined ? undefined : (cLibrary ?? 'none'),
      ),
    ),
  ];
}

function listContentRows(difference: BareDifference): readonly PageRow[] {
  const { layers } = difference;
  const formatLayerCount = (side: 'before' | 'after'): string => {
    const own = layers.rows.filter((row) => row[side] !== undefined);
    const shared = own.filter(({ before, after }) => before !== undefined && after !== undefined);
    return own.length === 0 ? 'none' : `${own.length}, ${shared.length} shared`;
  };
  return [
    createNumberRow({ title: 'packages', ends: readEnds(difference, ({ packages }) => packages) }),
    createNumberRow({
      title: 'executables',
      ends: readEnds(difference, (side) => side.executables),
    }),
    createDimensionRow(difference, 'scripts'),
    createDimensionRow(difference, 'commands'),
    createNumberRow({ title: 'files', ends: readEnds(difference, ({ files }) => files) }),
    createNumberRow({
      title: 'file size',
      ends: readEnds(difference, ({ fileBytes }) => fileBytes),
      formatValue: formatBytes,
    }),
    createNumberRow({
      title: 'layer size',
      ends: readEnds(difference, ({ layerBytes }) => layerBytes),
      formatValue: formatBytes,
    }),
    createTextRow('layers', [formatLayerCount('before'), formatLayerCount('after')]),
  ];
}

function listFindingRows(
  difference: BareDifference,
  { minutesPerFinding }: PageOptions,
): readonly PageRow[] {
  const [before, after] = readEnds(difference, readJudgedCounts);
  return [
    createFindingsRow(difference),
    ...(before === undefined && after === undefined
      ? []
      : [
          ...listSeverityRows([before, after]),
          createNumberRow({
            title: 'known to be exploited',
            ends: readFindingCounts(difference, (one) => one.exploited),
          }),
          createNumberRow({
            title: 'with a fix',
            ends: readFindingCounts(difference, (one) => one.fixable),
            isNeutral: true,
          }),
          createNumberRow({
            title: 'suppressed',
            ends: readFindingCounts(difference, (one) => one.setAside),
            isNeutral: true,
          }),
          createNumberRow({
            title: 'without a justification',
            ends: readFindingCounts(difference, (one) => one.unjustified),
          }),
          createNumberRow({
            title: 'of these, with a suggested justification',
            ends: readFindingCounts(difference, (one) => one.suggested),
            isNeutral: true,
          }),
          createNumberRow({
            title: `review time, at ${minutesPerFinding} minutes each`,
            ends: readFindingCounts(difference, (one) => one.unjustified * minutesPerFinding),
            formatValue: formatHours,
          }),
          createNumberRow({
            title: 'packages not evaluated',
            ends: readFindingCounts(difference, (one) => one.unevaluatedPackages),
          }),
        ]),
  ];
}

function formatHours(minutes: number): string {
  return `${(minutes / 60).toFixed(1)} h`;
}

function readFindingCounts(
  difference: BareDifference,
  read: (counts: FindingCounts) => number,
): Ends<number | undefined> {
  return readEnds(difference, (side) => {
    const counts = readJudgedCounts(side);
    return counts && read(counts);
  });
}

function createFindingsRow(difference: BareDifference): PageRow {
  const [before, after] = readEnds(difference, formatFindings);
  return {
    ...createNumberRow({
      title: 'findings',
      ends: readFindingCounts(difference, ({ total }) => total),
    }),
    before,
    after,
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

/** Returns the total, then each severity that either side has, by reachability of the packages. */
function listSeverityRows(ends: Ends<FindingCounts | undefined>): readonly PageRow[] {
  const words = SEVERITIES_DOWN.filter((word) =>
    ends.some((one) => (one?.bySeverity[word] ?? 0) > 0),
  );
  return [
    reachRow('reachable / possible / unreachable', ends, words),
    ...words.map((word) => reachRow(`${word} only`, ends, [word])),
  ];
}

function reachRow(
  title: string,
  [before, after]: Ends<FindingCounts | undefined>,
  words: readonly SeverityWord[],
): PageRow {
  return createTextRow(title, [
    before && reachText(before, words),
    after && reachText(after, words),
  ]);
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

function listSurfaceRows(difference: BareDifference): readonly PageRow[] {
  return [
    ...TOOL_IDS.map((id) => createDimensionRow(difference, id)),
    createTextRow(
      'runs as',
      readEnds(difference, ({ user }) => user),
    ),
    ...RUN_IDS.map((id) => createDimensionRow(difference, id)),
    ...QUALITY_IDS.map((id) => createDimensionRow(difference, id)),
  ];
}

function createDimensionRow({ surface }: BareDifference, id: SurfaceId): PageRow {
  const row = surface.rows.find((one) => one.id === id);
  return createNumberRow({
    title: SURFACE_TITLES[id],
    ends: [row?.before, row?.after],
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

function scoreRows({ surface: { scores } }: BareDifference): readonly PageRow[] {
  return scores === undefined
    ? []
    : SCORE_TITLES.map(([name, title]) =>
        createNumberRow({
          title,
          ends: [scores.before?.[name], scores.after?.[name]],
          formatValue: (value) => String(Math.round(value * 10) / 10),
        }),
      );
}

function createCoverageRow(difference: BareDifference): PageRow {
  return createTextRow(
    'coverage',
    readEnds(difference, ({ coverage: { verdict, explainedShare } }) => {
      const word = verdict.replaceAll('-', ' ');
      return explainedShare === undefined
        ? `${word}, no executables`
        : `${word}, ${formatPercent(explainedShare)} of executable bytes`;
    }),
  );
}

/** Returns the base name of a target. */
export function toShortName({ name, distinctName }: Pick<Side, 'name' | 'distinctName'>): string {
  if (distinctName !== undefined) {
    return distinctName;
  }
  return name.startsWith('/') || name.startsWith('.')
    ? name.slice(name.replace(/\/+$/, '').lastIndexOf('/') + 1)
    : name;
}

/** Describes the two targets in two sentences. */
export function formatLead(difference: BareDifference): string {
  const [before, after] = readEnds(difference, (side) => {
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
  });
  return `${before} ${after}`;
}

function formatBracketed({ bySeverity }: FindingCounts): string {
  const words = formatSeverityWords(bySeverity);
  return words === '' ? '' : ` (${words})`;
}
