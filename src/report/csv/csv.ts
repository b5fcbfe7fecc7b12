import type { Format, FormatOptions, Report } from '../../core/format.ts';
import type { Inventory } from '../../core/inventory.ts';
import {
  epssOf,
  isExploited,
  type LocatedFinding,
  locatedFindings,
  primaryLocation,
  suppressedFindings,
} from '../../core/located-finding.ts';
import { sortPackages } from '../../core/package-order.ts';
import { escapeText } from '../../core/screen-text.ts';
import type { Sink } from '../../core/sink.ts';

/** Findings, or where there were none asked for packages, for spreadsheets. RFC 4180. */
export const csv: Format = {
  id: 'csv',
  aliases: [],
  title: 'Comma-separated values',
  spec: 'docs/formats.md',
  carries: ['inventory', 'findings'],
  isForTerminal: false,
  leavesOut: [
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
    'told',
    'distro',
    'imageDocuments',
    'problems',
  ],
  write: writeCsv,
};

type Row = readonly (string | number | boolean | undefined)[];

const FINDING_COLUMNS = [
  'name',
  'version',
  'type',
  'vulnerability',
  'aliases',
  'severity',
  'risk',
  'epss',
  'exploited',
  'fix_state',
  'fix_versions',
  'path',
  'layer',
  'purl',
  'status',
  'decision',
];

const PACKAGE_COLUMNS = ['name', 'version', 'type', 'licenses', 'path', 'layer', 'purl'];

function writeCsv(report: Report, sink: Sink, { isSuppressedShown = false }: FormatOptions): void {
  const { findings } = report;
  if (findings === undefined) {
    writeRows(sink, PACKAGE_COLUMNS, packageRows(report.inventory));
  } else if (findings.database === undefined) {
    // A table without lines would say that there are no vulnerabilities.
    writeRows(sink, ['error'], [['vulnerabilities were not evaluated']]);
  } else {
    const open = locatedFindings(report).map((one) => findingRow(one, 'open', ''));
    const suppressed = isSuppressedShown
      ? suppressedFindings(report).map((one) => findingRow(one, 'suppressed', one.reason))
      : [];
    writeRows(sink, FINDING_COLUMNS, [...open, ...suppressed]);
  }
}

function writeRows(sink: Sink, columns: readonly string[], rows: Iterable<Row>): void {
  sink.write(`${columns.join(',')}\r\n`);
  for (const row of rows) {
    sink.write(`${row.map((value) => cell(String(value ?? ''))).join(',')}\r\n`);
  }
}

function findingRow(
  { finding, package: pkg }: LocatedFinding,
  status: 'open' | 'suppressed',
  decision: string,
): Row {
  const location = primaryLocation(pkg);
  return [
    pkg.name,
    pkg.version,
    pkg.type,
    finding.id,
    finding.aliases.join(' '),
    finding.severity,
    finding.risk,
    epssOf(finding),
    isExploited(finding),
    finding.fixState,
    finding.fixVersions.join(' '),
    location?.path,
    location?.layer,
    pkg.purl,
    status,
    decision,
  ];
}

function packageRows(inventory: Inventory): Row[] {
  return sortPackages(inventory).map((pkg) => {
    const location = primaryLocation(pkg);
    const licenses = pkg.licenses.map(({ value, expression }) => expression || value);
    const { name, version, type, purl } = pkg;
    return [name, version, type, licenses.join('; '), location?.path, location?.layer, purl];
  });
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

function cell(text: string): string {
  const plain = escapeText(text);
  const safe = NUMBER.test(plain) ? plain : plain.replaceAll(FORMULA, "$1'");
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
