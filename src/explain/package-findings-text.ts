import { quoteArgument } from '../core/quote-argument.ts';
import { escapeText } from '../core/screen-text.ts';
import { fitLines } from '../present/fitted-lines.ts';
import { shortenText } from '../present/markup.ts';
import { type TextColumn, type TextTableOptions, writeTextTable } from '../present/text-table.ts';
import type { FindingSummary, PackageFindings } from './explanation.ts';
import { formatHeading, formatPercent, formatRisk } from './facts-text.ts';

const VERSION_CHARS_MAX = 60;

const COLUMNS: readonly TextColumn<FindingSummary>[] = [
  { title: 'VULNERABILITY', cell: ({ id }) => id },
  {
    title: 'SEVERITY',
    canShrink: true,
    cell: ({ severity }) => [{ text: severity, style: severity }],
  },
  { title: 'FIXED IN', canShrink: true, cell: formatFix },
  { title: 'REACH', dropRank: 3, cell: ({ reach }) => reach ?? '' },
  {
    title: 'EPSS',
    dropRank: 1,
    cell: ({ epss }) => (epss === undefined ? '' : formatPercent(epss.epss)),
  },
  { title: 'RISK', dropRank: 2, cell: ({ rank }) => (rank.risk > 0 ? formatRisk(rank.risk) : '') },
  { title: '', canShrink: true, dropRank: 4, cell: formatMarks },
];

function formatFix({ fixState, fixVersion }: FindingSummary): string {
  if (fixVersion !== undefined) {
    return shortenText(fixVersion, VERSION_CHARS_MAX);
  }
  return fixState === 'unknown' ? '' : `(${NO_FIX[fixState]})`;
}

const NO_FIX = {
  fixed: 'version unknown',
  'not-fixed': 'no fix yet',
  'wont-fix': "won't fix",
  'not-affected': 'not affected',
} as const;

function formatMarks({ isExploited, state }: FindingSummary): string {
  return [...(isExploited ? ['KEV'] : []), ...(state === 'open' ? [] : ['suppressed'])].join(', ');
}

/**
 * Formats the findings of packages: a heading and one line per finding for each package, then the
 * command that explains the most urgent finding.
 *
 * @param target the target as the user named it
 */
export function formatPackageFindings(
  packages: readonly PackageFindings[],
  target: string,
  options: TextTableOptions,
): string {
  const blocks = packages.map((one) => formatBlock(one, options));
  const [first] = packages.flatMap(({ findings }) => findings);
  const command =
    first === undefined
      ? []
      : [`${escapeText(`Explain one: plimsoll why ${quoteArgument(target)} ${first.id}`)}\n`];
  return [...blocks, ...command].join('\n');
}

function formatBlock(one: PackageFindings, options: TextTableOptions): string {
  const lines = [formatHeading(one), ...one.unjudged.map((text) => `Not evaluated: ${text}`)];
  let table = '';
  if (one.findings.length > 0) {
    const sink = { write: (text: string) => void (table += text) };
    writeTextTable(sink, { columns: COLUMNS, rows: one.findings }, options);
  }
  return `${fitLines(lines.map(escapeText).join('\n'), options.columns)}\n${table}`;
}
