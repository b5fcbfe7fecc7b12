import { findBlindReason } from '../../../foundation/core/coverage.ts';
import { isExploited } from '../../../foundation/core/finding.ts';
import type { Format, FormatOptions, Report } from '../../../foundation/core/format.ts';
import type { InventoryPackage } from '../../../foundation/core/inventory.ts';
import {
  findPrimaryLocation,
  getEpss,
  type LocatedFinding,
  listLocatedFindings,
  listSuppressedFindings,
} from '../../../foundation/core/located-finding.ts';
import { sortPackages } from '../../../foundation/core/package-order.ts';
import { escapeText } from '../../../foundation/core/screen-text.ts';
import type { Sink } from '../../../foundation/core/sink.ts';
import type { Column } from '../../../foundation/present/column.ts';

/** Findings, or packages if no findings were requested, for spreadsheets. RFC 4180. */
export const csv: Format = {
  id: 'csv',
  aliases: [],
  title: 'Comma-separated values',
  spec: 'docs/formats.md',
  carries: ['inventory', 'findings'],
  isForTerminal: false,
  omittedFacts: [
    'cpes',
    'dependencies',
    'ownership',
    'files',
    'ownedFiles',
    'fileFacts',
    'reasons',
    'upstreams',
    'modules',
    'symbols',
    'metadata',
    'declaredFacts',
    'distro',
    'imageDocuments',
    'problems',
  ],
  write: writeCsv,
};

type Value = string | number | boolean | undefined;

interface FindingLine extends LocatedFinding {
  readonly status: 'open' | 'suppressed';
  readonly decision: string;
}

const FINDING_COLUMNS: readonly Column<FindingLine, Value>[] = [
  { title: 'name', cell: (line) => line.package.name },
  { title: 'version', cell: (line) => line.package.version },
  { title: 'type', cell: (line) => line.package.type },
  { title: 'vulnerability', cell: ({ finding }) => finding.id },
  { title: 'aliases', cell: ({ finding }) => finding.aliases.join(' ') },
  { title: 'severity', cell: ({ finding }) => finding.severity },
  { title: 'risk', cell: ({ finding }) => finding.risk },
  { title: 'epss', cell: ({ finding }) => getEpss(finding) },
  { title: 'exploited', cell: ({ finding }) => isExploited(finding) },
  { title: 'fix_state', cell: ({ finding }) => finding.fixState },
  { title: 'fix_versions', cell: ({ finding }) => finding.fixVersions.join(' ') },
  { title: 'path', cell: (line) => findPrimaryLocation(line.package)?.path },
  { title: 'layer', cell: (line) => findPrimaryLocation(line.package)?.layer },
  { title: 'purl', cell: (line) => line.package.purl },
  { title: 'status', cell: ({ status }) => status },
  { title: 'decision', cell: ({ decision }) => decision },
  { title: 'found_by', cell: (line) => line.package.foundBy },
];

const PACKAGE_COLUMNS: readonly Column<InventoryPackage, Value>[] = [
  { title: 'name', cell: ({ name }) => name },
  { title: 'version', cell: ({ version }) => version },
  { title: 'type', cell: ({ type }) => type },
  {
    title: 'licenses',
    cell: ({ licenses }) => licenses.map((one) => one.expression || one.value).join('; '),
  },
  { title: 'path', cell: (item) => findPrimaryLocation(item)?.path },
  { title: 'layer', cell: (item) => findPrimaryLocation(item)?.layer },
  { title: 'purl', cell: ({ purl }) => purl },
  { title: 'found_by', cell: ({ foundBy }) => foundBy },
];

/** A table without rows would mean that no vulnerabilities were found. */
const ERROR_COLUMNS: readonly Column<string>[] = [{ title: 'error', cell: (message) => message }];

function writeCsv(report: Report, sink: Sink, { isSuppressedShown = false }: FormatOptions): void {
  const { findings } = report;
  if (findings === undefined) {
    writeRows(sink, PACKAGE_COLUMNS, sortPackages(report.inventory));
  } else if (findings.database === undefined) {
    writeRows(sink, ERROR_COLUMNS, ['vulnerabilities were not evaluated']);
  } else {
    const open = listLocatedFindings(report).map((one): FindingLine => {
      return { ...one, status: 'open', decision: '' };
    });
    const suppressed = isSuppressedShown
      ? listSuppressedFindings(report).map((one): FindingLine => {
          return { ...one, status: 'suppressed', decision: one.reason };
        })
      : [];
    const blind = findBlindReason(report);
    if (blind !== undefined && open.length === 0) {
      writeRows(sink, ERROR_COLUMNS, [blind]);
    } else {
      writeRows(sink, FINDING_COLUMNS, [...open, ...suppressed]);
    }
  }
}

function writeRows<Row>(
  sink: Sink,
  columns: readonly Column<Row, Value>[],
  rows: Iterable<Row>,
): void {
  sink.write(`${columns.map(({ title }) => title).join(',')}\r\n`);
  for (const row of rows) {
    sink.write(`${columns.map(({ cell }) => escapeField(String(cell(row) ?? ''))).join(',')}\r\n`);
  }
}

/**
 * Start of a part that a spreadsheet would evaluate as a formula, also with wide characters. A
 * semicolon starts a part, too: it separates cells in regions whose numbers have a decimal comma,
 * and there quotes and spaces before the formula are stripped. Names such as `@scope/name` are not
 * formulas.
 */
const FORMULA = /(^|[;\t])(?=["\s]*(?:[=+\-＝＋－＠]|@(?![\w.-]+\/[\w.-]+$)))/g;
const NUMBER = /^-?\d+(?:\.\d+)?$/;
/** Separators of any region, quotes, and spaces that a reader may strip. */
const NEEDS_QUOTES = /[",;\t]|^\s|\s$/;

function escapeField(text: string): string {
  const plain = escapeText(text);
  const safe = NUMBER.test(plain) ? plain : plain.replaceAll(FORMULA, "$1'");
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
