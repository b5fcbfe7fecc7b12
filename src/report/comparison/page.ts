import type { BareDifference, FindingCounts, ReachBand, Side } from '../../compare/difference.ts';
import { SEVERITIES_DOWN } from '../../compare/side.ts';
import type { SeverityWord } from '../../core/finding.ts';
import { formatBytes, formatCount, groupDigits } from '../../core/screen-text.ts';
import { SURFACE_SHARES, SURFACE_TITLES, type SurfaceId } from '../../core/surface.ts';

/** One row of the page that two targets are compared on. */
export interface PageRow {
  readonly title: string;
  readonly before: string;
  readonly after: string;
  /** What the second has more, with its sign; empty where that says nothing. */
  readonly change: string;
  /** Whether the second is better off, for whoever attacks it; absent: neither. */
  readonly isBetter?: boolean;
}

export interface PageOptions {
  /** What a person needs for one finding that nobody has justified. */
  readonly minutesPerFinding: number;
}

/** Said of a number that is not known. Never zero. */
export const NOT_KNOWN = 'unknown';

/** Every row of the page, in the order of `docs/compare.md`. All of it is made of numbers. */
export function pageRows(difference: BareDifference, options: PageOptions): readonly PageRow[] {
  return [
    ...identityRows(difference),
    ...contentRows(difference),
    ...findingRows(difference, options),
    ...surfaceRows(difference),
    ...scoreRows(difference),
    coverageRow(difference),
  ];
}

/** The ten rows that a decision between two targets rests on. */
export function mainRows(difference: BareDifference): readonly PageRow[] {
  const counted = (read: (counts: FindingCounts) => number): Ends<number | undefined> =>
    endsOf(difference, ({ findings }) => findings && read(findings));
  const [before, after] = endsOf(difference, ({ findings }) => findings);
  return [
    textRow(
      'system',
      endsOf(difference, ({ system }) => system),
    ),
    {
      ...numberRow({ title: 'findings', ends: counted(({ total }) => total) }),
      before: before === undefined ? 'not evaluated' : severityText(before),
      after: after === undefined ? 'not evaluated' : severityText(after),
    },
    numberRow({ title: 'findings to justify', ends: counted((one) => one.unjustified) }),
    numberRow({ title: 'packages', ends: endsOf(difference, ({ packages }) => packages) }),
    numberRow({
      title: 'size of files',
      ends: endsOf(difference, ({ fileBytes }) => fileBytes),
      textOf: formatBytes,
    }),
    numberRow({ title: 'executables', ends: endsOf(difference, (side) => side.executables) }),
    dimensionRow(difference, 'reachable-executables'),
    dimensionRow(difference, 'setuid-files'),
    dimensionRow(difference, 'shells'),
    coverageRow(difference),
  ];
}

type Ends<Value> = readonly [before: Value, after: Value];

function endsOf<Value>(
  { before, after }: Pick<BareDifference, 'before' | 'after'>,
  read: (side: Side) => Value,
): Ends<Value> {
  return [read(before), read(after)];
}

function textRow(title: string, [before, after]: Ends<string | undefined>): PageRow {
  return { title, before: before ?? NOT_KNOWN, after: after ?? NOT_KNOWN, change: '' };
}

interface NumberRow {
  readonly title: string;
  readonly ends: Ends<number | undefined>;
  textOf?(value: number): string;
  /** More of it is neither good nor bad. */
  readonly isNeutral?: boolean;
}

function numberRow({ title, ends, textOf = groupDigits, isNeutral = false }: NumberRow): PageRow {
  const [before, after] = ends;
  const told = (value: number | undefined): string =>
    value === undefined ? NOT_KNOWN : textOf(value);
  if (before === undefined || after === undefined || before === after) {
    return { title, before: told(before), after: told(after), change: '' };
  }
  const sign = after > before ? '+' : '−';
  return {
    title,
    before: told(before),
    after: told(after),
    change: `${sign}${textOf(Math.abs(after - before))}`,
    ...(isNeutral ? {} : { isBetter: after < before }),
  };
}

const DIGEST_CHARS = 19;

function identityRows(difference: BareDifference): readonly PageRow[] {
  return [
    textRow(
      'digest',
      endsOf(difference, ({ digest }) => digest?.slice(0, DIGEST_CHARS) ?? 'none'),
    ),
    textRow(
      'platform',
      endsOf(difference, ({ platform, kind }) => platform ?? `none (${kind})`),
    ),
    textRow(
      'operating system',
      endsOf(difference, ({ system }) => system),
    ),
    textRow(
      'created',
      endsOf(difference, ({ createdAt }) => createdAt?.slice(0, 10)),
    ),
    textRow(
      'C library',
      endsOf(difference, ({ cLibrary, executables }) =>
        executables === undefined ? undefined : (cLibrary ?? 'none'),
      ),
    ),
  ];
}

function contentRows(difference: BareDifference): readonly PageRow[] {
  const { layers } = difference;
  const layerCount = (side: 'before' | 'after'): string => {
    const own = layers.rows.filter((row) => row[side] !== undefined);
    const shared = own.filter(({ before, after }) => before !== undefined && after !== undefined);
    return own.length === 0 ? 'none' : `${own.length}, ${shared.length} shared`;
  };
  return [
    numberRow({ title: 'packages', ends: endsOf(difference, ({ packages }) => packages) }),
    numberRow({ title: 'executables', ends: endsOf(difference, (side) => side.executables) }),
    dimensionRow(difference, 'scripts'),
    dimensionRow(difference, 'commands'),
    numberRow({ title: 'files', ends: endsOf(difference, ({ files }) => files) }),
    numberRow({
      title: 'file size',
      ends: endsOf(difference, ({ fileBytes }) => fileBytes),
      textOf: formatBytes,
    }),
    numberRow({
      title: 'layer size',
      ends: endsOf(difference, ({ layerBytes }) => layerBytes),
      textOf: formatBytes,
    }),
    textRow('layers', [layerCount('before'), layerCount('after')]),
  ];
}

function findingRows(
  difference: BareDifference,
  { minutesPerFinding }: PageOptions,
): readonly PageRow[] {
  const counted = (read: (counts: FindingCounts) => number): Ends<number | undefined> =>
    endsOf(difference, ({ findings }) => findings && read(findings));
  const [before, after] = endsOf(difference, ({ findings }) => findings);
  const total = numberRow({ title: 'findings', ends: counted((counts) => counts.total) });
  return [
    {
      ...total,
      before: before === undefined ? 'not evaluated' : severityText(before),
      after: after === undefined ? 'not evaluated' : severityText(after),
    },
    ...(before === undefined && after === undefined
      ? []
      : [
          ...severityRows([before, after]),
          numberRow({ title: 'known to be exploited', ends: counted((one) => one.exploited) }),
          numberRow({ title: 'with a fix', ends: counted((one) => one.fixable), isNeutral: true }),
          numberRow({ title: 'suppressed', ends: counted((one) => one.setAside), isNeutral: true }),
          numberRow({ title: 'without a justification', ends: counted((one) => one.unjustified) }),
          numberRow({
            title: 'of these, with a suggested justification',
            ends: counted((one) => one.suggested),
            isNeutral: true,
          }),
          numberRow({
            title: `review time, at ${minutesPerFinding} minutes each`,
            ends: counted((one) => one.unjustified * minutesPerFinding),
            textOf: hoursText,
          }),
          numberRow({
            title: 'packages not evaluated',
            ends: counted((one) => one.unevaluatedPackages),
          }),
        ]),
  ];
}

function hoursText(minutes: number): string {
  return `${(minutes / 60).toFixed(1)} h`;
}

/** `46 (1 medium, 5 low, 40 negligible)`. */
function severityText({ total, bySeverity }: FindingCounts): string {
  const words = severityWords(bySeverity);
  return words === '' ? groupDigits(total) : `${groupDigits(total)} (${words})`;
}

function severityWords(counts: Readonly<Record<SeverityWord, number>>): string {
  return SEVERITIES_DOWN.filter((word) => counts[word] > 0)
    .map((word) => `${groupDigits(counts[word])} ${word}`)
    .join(', ');
}

/** All, then each severity that either has, by what the entry point can load of their packages. */
function severityRows(ends: Ends<FindingCounts | undefined>): readonly PageRow[] {
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
  return textRow(title, [before && reachText(before, words), after && reachText(after, words)]);
}

function reachText({ byReach }: FindingCounts, words: readonly SeverityWord[]): string {
  const sumOf = (band: ReachBand): number =>
    words.reduce((sum, word) => sum + byReach[band][word], 0);
  const told = (['reachable', 'possible', 'present'] as const).map(sumOf);
  const unknown = sumOf('unknown');
  if (unknown > 0 && told.every((count) => count === 0)) {
    return NOT_KNOWN;
  }
  return `${told.map(groupDigits).join(' / ')}${unknown === 0 ? '' : `, ${groupDigits(unknown)} unknown`}`;
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

function surfaceRows(difference: BareDifference): readonly PageRow[] {
  return [
    ...TOOL_IDS.map((id) => dimensionRow(difference, id)),
    textRow(
      'runs as',
      endsOf(difference, ({ user }) => user),
    ),
    ...RUN_IDS.map((id) => dimensionRow(difference, id)),
    ...QUALITY_IDS.map((id) => dimensionRow(difference, id)),
  ];
}

function dimensionRow({ surface }: BareDifference, id: SurfaceId): PageRow {
  const row = surface.rows.find((one) => one.id === id);
  return numberRow({
    title: SURFACE_TITLES[id],
    ends: [row?.before, row?.after],
    textOf: SURFACE_SHARES.has(id) ? percentText : groupDigits,
  });
}

function percentText(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** What the sums of a surface are called. */
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
        numberRow({
          title,
          ends: [scores.before?.[name], scores.after?.[name]],
          textOf: (value) => String(Math.round(value * 10) / 10),
        }),
      );
}

function coverageRow(difference: BareDifference): PageRow {
  return textRow(
    'coverage',
    endsOf(difference, ({ coverage: { verdict, explainedShare } }) => {
      const word = verdict.replaceAll('-', ' ');
      return explainedShare === undefined
        ? `${word}, no executables`
        : `${word}, ${percentText(explainedShare)} of executable bytes`;
    }),
  );
}

/** The name of a target without the folders before it. */
export function shortName({ name, distinctName }: Pick<Side, 'name' | 'distinctName'>): string {
  if (distinctName !== undefined) {
    return distinctName;
  }
  return name.startsWith('/') || name.startsWith('.')
    ? name.slice(name.replace(/\/+$/, '').lastIndexOf('/') + 1)
    : name;
}

/** What the two are, in two sentences. */
export function leadText(difference: BareDifference): string {
  const [before, after] = endsOf(difference, (side) => {
    const findings =
      side.findings === undefined
        ? 'findings that were not evaluated'
        : `${formatCount(side.findings.total, 'finding')}${inBrackets(side.findings)}`;
    const executables =
      side.executables === undefined
        ? 'an unknown number of executables'
        : formatCount(side.executables, 'executable');
    return `${shortName(side)} has ${formatCount(side.packages, 'package')}, ${executables} and ${findings}.`;
  });
  return `${before} ${after}`;
}

function inBrackets({ bySeverity }: FindingCounts): string {
  const words = severityWords(bySeverity);
  return words === '' ? '' : ` (${words})`;
}
