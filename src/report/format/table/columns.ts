import type { EpssScore } from '../../../foundation/core/advisory.ts';
import type { FormatOptions } from '../../../foundation/core/format.ts';
import { isRecognized } from '../../../foundation/core/recognized.ts';
import { ORIGIN_TEXT } from '../../../foundation/present/origin-text.ts';
import type { TableCell, TextColumn, TextSpan } from '../../../foundation/present/text-table.ts';
import type { FindingRow } from './rows.ts';

/** Width of a risk with an aligned decimal point. */
const RISK_WIDTH = 5;

interface FindingColumn extends Omit<TextColumn<FindingRow>, 'cell'> {
  readonly cell: (row: FindingRow, options: FormatOptions) => TableCell;
  /** Returns whether a table of these rows has the column. Default: every table. */
  readonly isShown?: (rows: readonly FindingRow[], options: FormatOptions) => boolean;
}

/** Columns of the table, from the left. */
const COLUMNS: readonly FindingColumn[] = [
  { title: 'NAME', cell: (row) => row.package.name },
  { title: 'INSTALLED', cell: (row) => row.package.version },
  {
    title: 'FIXED IN',
    canShrink: true,
    cell: (row, options) => createFixCell(row, options.isColoured),
  },
  { title: 'TYPE', dropRank: 2, cell: (row) => row.package.type },
  { title: 'VULNERABILITY', cell: (row) => row.id },
  {
    title: 'SEVERITY',
    cell: (row) => [{ text: capitalizeWord(row.severity), style: row.severity }],
  },
  {
    title: 'EPSS',
    dropRank: 1,
    cell: (row) => formatEpss(row.epss),
    isShown: (rows, { isParity }) => isParity || rows.some(({ epss }) => epss !== undefined),
  },
  {
    // The numbers are aligned by their decimal points, the title by their ends.
    title: 'RISK'.padStart(RISK_WIDTH),
    dropRank: 3,
    cell: (row, options) => (options.isParity ? formatRisk(row.risk).trim() : formatRisk(row.risk)),
    isShown: (rows, { isParity }) => isParity || rows.some(({ risk }) => risk > 0),
  },
  {
    title: 'REACH',
    canShrink: true,
    dropRank: 4,
    cell: (row) => row.reach ?? '',
    isShown: (rows) => rows.some(({ reach }) => reach !== undefined),
  },
  {
    title: 'ORIGIN',
    dropRank: 5,
    cell: (row) => ORIGIN_TEXT[row.package.origin ?? 'unknown'],
    isShown: (rows) => rows.some((row) => row.package.origin !== undefined),
  },
  { title: '', canShrink: true, cell: createAnnotationCell },
];

/**
 * Returns the columns of a table of these rows. `isParity`: as Grype, which omits none on any
 * terminal and aligns every title to the left.
 */
export function selectColumns(
  rows: readonly FindingRow[],
  options: FormatOptions,
): readonly TextColumn<FindingRow>[] {
  return COLUMNS.filter(({ isShown }) => isShown?.(rows, options) ?? true).map(
    ({ isShown: _, title, cell, dropRank, ...layout }) => ({
      ...layout,
      title: options.isParity ? title.trimStart() : title,
      cell: (row) => cell(row, options),
      ...(options.isParity || dropRank === undefined ? {} : { dropRank }),
    }),
  );
}

function capitalizeWord(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

const FIX_CHARACTERS_MAX = 30;

/**
 * Lists the fixed versions. Of several, the smallest above the installed one is marked: by `*`, or
 * on color terminals by dimming the others. It is always shown, others if there is room.
 */
function createFixCell(row: FindingRow, isColoured: boolean): TableCell {
  const { fixState, fixVersions, suggestedFix } = row;
  if (fixState === 'wont-fix') {
    return "(won't fix)";
  }
  const versions = [...new Set(fixState === 'unknown' ? [] : fixVersions)];
  if (versions.length < 2) {
    return versions[0] ?? '';
  }
  const spans: TextSpan[] = [];
  let characters = 0;
  let isCut = false;
  for (const version of versions) {
    const isSuggested = version === suggestedFix;
    if (!isSuggested && characters + version.length > FIX_CHARACTERS_MAX) {
      isCut = true;
      continue;
    }
    characters += version.length;
    const separator = spans.length === 0 ? '' : ', ';
    spans.push(
      ...(isSuggested
        ? (
            [
              { text: separator, style: 'dim' },
              { text: isColoured ? version : `*${version}`, style: 'plain' },
            ] as const
          ).filter(({ text }) => text !== '')
        : [{ text: `${separator}${version}`, style: 'dim' } as const]),
    );
  }
  return isCut ? [...spans, { text: ', ...', style: 'dim' }] : spans;
}

const LEAST_SHOWN = 0.1;

/**
 * Formats the probability of exploitation in the next 30 days in percent, and the fraction of CVEs
 * with a lower one.
 */
function formatEpss(epss: EpssScore | undefined): string {
  if (epss === undefined || epss.percentile === 0) {
    return 'N/A';
  }
  const percent = epss.epss * 100;
  const shown = percent < LEAST_SHOWN ? '< 0.1%' : `${percent.toFixed(1)}%`;
  return `${shown} (${formatOrdinal(Math.floor(epss.percentile * 100))})`;
}

const ORDINAL_ENDINGS = ['th', 'st', 'nd', 'rd'];

function formatOrdinal(number: number): string {
  const isTeen = number % 100 >= 11 && number % 100 <= 13;
  return `${number}${isTeen ? 'th' : (ORDINAL_ENDINGS[number % 10] ?? 'th')}`;
}

/** Formats a risk from 0 to 100 with an aligned decimal point. */
function formatRisk(risk: number): string {
  if (risk === 0) {
    return 'N/A'.padStart(RISK_WIDTH);
  }
  return risk < LEAST_SHOWN ? '< 0.1' : risk.toFixed(1).padStart(RISK_WIDTH);
}

function createAnnotationCell(row: FindingRow, { isColoured, isParity }: FormatOptions): TableCell {
  const words = [
    ...(row.isNew ? ['new'] : []),
    ...(row.isExploited && !isColoured ? ['kev'] : []),
    ...(row.suppressedBy === undefined
      ? []
      : [row.suppressedBy === 'vex' ? 'suppressed by VEX' : 'suppressed']),
    ...(row.isGuess && !isParity ? ['guess'] : []),
    ...(isRecognized(row.package) && !isParity ? ['recognized'] : []),
    ...(row.hasNotes && !isParity ? ['note'] : []),
  ];
  return [
    ...(row.isExploited && isColoured ? [{ text: ' KEV ', style: 'alarm' } as const] : []),
    ...(words.length > 0 ? [{ text: `(${words.join(', ')})`, style: 'dim' } as const] : []),
  ];
}
