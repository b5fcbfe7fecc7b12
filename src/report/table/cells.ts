import type { EpssScore } from '../../core/advisory.ts';
import type { FormatOptions } from '../../core/format.ts';
import type { TableCell, TextSpan } from '../../present/text-table.ts';
import type { FindingRow } from './rows.ts';

/** A row's fields, in the order of the columns. */
export function cellsOf(row: FindingRow, options: FormatOptions, hasReach: boolean): TableCell[] {
  return [
    row.package.name,
    row.package.version,
    fixCell(row, options.isColoured),
    row.package.type,
    row.id,
    [{ text: capitalised(row.severity), style: row.severity }],
    epssText(row.epss),
    options.isParity ? riskText(row.risk).trim() : riskText(row.risk),
    ...(hasReach ? [row.reach ?? ''] : []),
    annotationCell(row, options),
  ];
}

/** A package in several places gives the same row several times: it is shown once. */
export function distinctRows(rows: readonly TableCell[][]): TableCell[][] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

const FIX_CHARACTERS_MAX = 30;

/**
 * The versions that fix. Of several, the smallest above the installed one is marked: by `*`, or on
 * coloured terminals by the others being dim. It is shown in any case, others while there is room.
 */
function fixCell(row: FindingRow, isColoured: boolean): TableCell {
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
 * The probability of exploitation in the next 30 days in percent, and how many CVEs have a lower
 * one.
 */
function epssText(epss: EpssScore | undefined): string {
  if (epss === undefined || epss.percentile === 0) {
    return 'N/A';
  }
  const percent = epss.epss * 100;
  const shown = percent < LEAST_SHOWN ? '< 0.1%' : `${percent.toFixed(1)}%`;
  return `${shown} (${ordinal(Math.floor(epss.percentile * 100))})`;
}

const ORDINAL_ENDINGS = ['th', 'st', 'nd', 'rd'];

function ordinal(number: number): string {
  const isTeen = number % 100 >= 11 && number % 100 <= 13;
  return `${number}${isTeen ? 'th' : (ORDINAL_ENDINGS[number % 10] ?? 'th')}`;
}

/** Columns of a risk with its point in the same place. */
export const RISK_WIDTH = 5;

/** From 0 to 100, the point always in the same place. */
function riskText(risk: number): string {
  if (risk === 0) {
    return 'N/A'.padStart(RISK_WIDTH);
  }
  return risk < LEAST_SHOWN ? '< 0.1' : risk.toFixed(1).padStart(RISK_WIDTH);
}

function annotationCell(row: FindingRow, { isColoured, isParity }: FormatOptions): TableCell {
  const words = [
    ...(row.isExploited && !isColoured ? ['kev'] : []),
    ...(row.suppressedBy === undefined
      ? []
      : [row.suppressedBy === 'vex' ? 'suppressed by VEX' : 'suppressed']),
    ...(row.isGuess && !isParity ? ['guess'] : []),
    ...(row.hasNotes && !isParity ? ['note'] : []),
  ];
  return [
    ...(row.isExploited && isColoured ? [{ text: ' KEV ', style: 'alarm' } as const] : []),
    ...(words.length > 0 ? [{ text: `(${words.join(', ')})`, style: 'dim' } as const] : []),
  ];
}
