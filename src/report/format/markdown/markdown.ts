import type { FindingChange } from '../../../foundation/core/change.ts';
import { findBlindReason } from '../../../foundation/core/coverage.ts';
import { isExploited, isGuess, SEVERITIES } from '../../../foundation/core/finding.ts';
import type { Format, FormatOptions, Report } from '../../../foundation/core/format.ts';
import {
  type Inventory,
  type InventoryPackage,
  isComplete,
  type SuppressedPackage,
} from '../../../foundation/core/inventory.ts';
import {
  compareDanger,
  type LocatedFinding,
  listLocatedFindings,
  listSuppressedFindings,
} from '../../../foundation/core/located-finding.ts';
import { findPackageLayer } from '../../../foundation/core/package-layer.ts';
import { sortPackages } from '../../../foundation/core/package-order.ts';
import { describePolicyVerdict } from '../../../foundation/core/policy-verdict.ts';
import { isRecognized } from '../../../foundation/core/recognized.ts';
import { escapeText, formatCount, groupDigits } from '../../../foundation/core/screen-text.ts';
import type { Sink } from '../../../foundation/core/sink.ts';
import { formatTargetTitle } from '../../../foundation/core/target-title.ts';
import type { Column } from '../../../foundation/present/column.ts';
import { describeConfiguration } from '../../../foundation/present/describe-configuration.ts';
import { listVerdictRows } from '../../../foundation/present/policy-text.ts';

/** Findings, or packages if no findings were requested, for merge requests and wikis. */
export const markdown: Format = {
  id: 'markdown',
  aliases: ['md'],
  title: 'Markdown',
  spec: 'docs/formats.md',
  carries: ['inventory', 'findings'],
  isForTerminal: false,
  omittedFacts: [
    'licenses',
    'locations',
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
  ],
  write: writeMarkdown,
};

function writeMarkdown(report: Report, sink: Sink, options: FormatOptions): void {
  const { inventory, findings } = report;
  sink.write(`## ${formatCode(formatTargetTitle(inventory.target))}\n\n`);
  if (findings === undefined) {
    writePackages(report, sink);
  } else if (findings.database === undefined) {
    sink.write('**Vulnerabilities were not evaluated**: there was no advisory database.\n');
  } else if (report.changes !== undefined) {
    writeChanges(report.changes, inventory, sink);
    writeAside(report, sink);
  } else {
    writeFindings(report, sink);
    writeAside(report, sink);
  }
  if (options.isSuppressedShown === true) {
    writeSuppressed(report, sink);
    writeSuppressedPackages(inventory, sink);
  }
  const blind = findBlindReason(report);
  if (blind !== undefined) {
    sink.write(`\n**Not evaluated**: ${formatCode(blind)}\n`);
  }
  writeVerdict(report, sink);
  for (const { message } of findings?.alerts ?? []) {
    sink.write(`\n> ${formatCode(message)}\n`);
  }
  const configuration = describeConfiguration(report);
  if (configuration !== undefined) {
    sink.write(`\nConfiguration: ${formatCode(configuration)}\n`);
  }
  if (!isComplete(inventory)) {
    const count = inventory.problems.length + inventory.problemsNotListed;
    sink.write(`\n**The inventory is incomplete**: ${formatCount(count, 'problem')}.\n`);
  }
}

interface MarkdownColumn<Row> extends Column<Row> {
  /** Numbers are aligned to the right. */
  readonly isNumber?: true;
}

/** Packages without a record are marked. */
function formatPackageName(item: InventoryPackage): string {
  return `${formatCode(item.name)}${isRecognized(item) ? ' (recognized)' : ''}`;
}

const PACKAGE_COLUMNS: readonly MarkdownColumn<InventoryPackage>[] = [
  { title: 'Package', cell: formatPackageName },
  { title: 'Version', cell: ({ version }) => formatCode(version) },
  { title: 'Type', cell: ({ type }) => formatCode(type) },
];

const FINDING_COLUMNS: readonly MarkdownColumn<LocatedFinding>[] = [
  { title: 'Package', cell: (row) => formatPackageName(row.package) },
  { title: 'Installed', cell: (row) => formatCode(row.package.version) },
  { title: 'Fixed in', cell: ({ finding }) => formatFix(finding) },
  { title: 'Vulnerability', cell: ({ finding }) => formatCode(finding.id) },
  { title: 'Severity', cell: ({ finding }) => finding.severity },
  {
    title: 'Risk',
    isNumber: true,
    cell: ({ finding: { risk } }) => (risk === 0 ? 'N/A' : risk.toFixed(1)),
  },
  {
    title: '',
    cell: ({ finding }) =>
      [...(isExploited(finding) ? ['kev'] : []), ...(isGuess(finding) ? ['guess'] : [])].join(' '),
  },
];

interface ChangeRow extends Pick<FindingChange, 'cause' | 'detail'> {
  readonly found: NonNullable<FindingChange['after']>;
  /** The layer with the package; empty if it is unknown. */
  readonly layer: string;
}

type SuppressedRow = ReturnType<typeof listSuppressedFindings>[number];

const SUPPRESSED_COLUMNS: readonly MarkdownColumn<SuppressedRow>[] = [
  { title: 'Package', cell: (row) => formatCode(row.package.name) },
  { title: 'Version', cell: (row) => formatCode(row.package.version) },
  { title: 'Vulnerability', cell: ({ finding }) => formatCode(finding.id) },
  { title: 'Severity', cell: ({ finding }) => finding.severity },
  {
    title: 'By',
    cell: ({ decisions: [decision] }) =>
      decision === undefined ? 'matching' : `${decision.kind}, ${formatCode(decision.author)}`,
  },
  { title: 'Why', cell: ({ reason }) => formatCode(reason) },
];

const SUPPRESSED_PACKAGE_COLUMNS: readonly MarkdownColumn<SuppressedPackage>[] = [
  { title: 'Package', cell: ({ name }) => formatCode(name) },
  { title: 'Version', cell: ({ version }) => formatCode(version) },
  { title: 'At', cell: ({ paths }) => formatCode(paths.join(', ')) },
  { title: 'Why', cell: ({ reason }) => formatCode(reason) },
];

const CHANGE_COLUMNS: readonly MarkdownColumn<ChangeRow>[] = [
  { title: 'Package', cell: ({ found }) => formatCode(found.package.name) },
  { title: 'Version', cell: ({ found }) => formatCode(found.package.version) },
  { title: 'Fixed in', cell: ({ found }) => formatFix(found.finding) },
  { title: 'Vulnerability', cell: ({ found }) => formatCode(found.finding.id) },
  { title: 'Severity', cell: ({ found }) => found.finding.severity },
  { title: 'Layer', cell: ({ layer }) => layer },
  { title: 'Because of', cell: ({ cause = '' }) => cause },
  { title: '', cell: ({ detail }) => formatCode(detail) },
];

const INSTRUCTION_CHARS_MAX = 100;

/** Returns the number of the layer with the primary evidence of a package, and its instruction. */
function formatLayer(inventory: Inventory, item: InventoryPackage): string {
  const layer = findPackageLayer(inventory, item);
  if (layer === undefined) {
    return '';
  }
  const { number, instruction } = layer;
  const isLong = instruction.length > INSTRUCTION_CHARS_MAX;
  const text = isLong ? `${instruction.slice(0, INSTRUCTION_CHARS_MAX)}…` : instruction;
  return [String(number), formatCode(text)].join(' ').trimEnd();
}

function writeHead<Row>(columns: readonly MarkdownColumn<Row>[], sink: Sink): void {
  const titles = columns.map(({ title }) => (title === '' ? ' |' : ` ${title} |`)).join('');
  const rules = columns.map(({ isNumber }) => (isNumber === true ? '--:|' : '---|')).join('');
  sink.write(`\n|${titles}\n|${rules}\n`);
}

function formatRows<Row>(columns: readonly MarkdownColumn<Row>[], rows: readonly Row[]): string[] {
  return rows.map((row) => `| ${columns.map(({ cell }) => cell(row)).join(' | ')} |\n`);
}

function formatFix({ fixState, fixVersions }: LocatedFinding['finding']): string {
  return fixState === 'wont-fix' ? "won't fix" : fixVersions.map(formatCode).join(', ');
}

function writePackages({ inventory }: Report, sink: Sink): void {
  sink.write(`${formatCount(inventory.packages.length, 'package')}\n`);
  if (inventory.packages.length > 0) {
    writeHead(PACKAGE_COLUMNS, sink);
  }
  writeRows(formatRows(PACKAGE_COLUMNS, sortPackages(inventory)), 'package', sink);
}

/**
 * Maximum number of characters of a table's rows: a comment on GitHub is limited to 65,536
 * characters in all.
 */
const ROWS_CHARS_MAX = 24_000;

/** Writes rows up to the limit, and the number of omitted ones. */
function writeRows(rows: readonly string[], noun: string, sink: Sink): void {
  let chars = 0;
  for (const [index, row] of rows.entries()) {
    chars += row.length;
    if (chars > ROWS_CHARS_MAX) {
      sink.write(
        `\n${formatCount(rows.length - index, `more ${noun}`)} not shown: the report has reached its size limit.\n`,
      );
      return;
    }
    sink.write(row);
  }
}

function writeFindings(report: Report, sink: Sink): void {
  const located = listLocatedFindings(report).sort(compareDanger);
  sink.write(`${formatSummary(located, findBlindReason(report) !== undefined)}\n`);
  if (located.length > 0) {
    writeHead(FINDING_COLUMNS, sink);
  }
  writeRows(formatRows(FINDING_COLUMNS, located), 'finding', sink);
}

/** Only writes changes: a reviewer of a merge request is not responsible for anything else. */
function writeChanges(changes: readonly FindingChange[], inventory: Inventory, sink: Sink): void {
  const filterKind = (kind: FindingChange['kind']): readonly FindingChange[] =>
    changes.filter((change) => change.kind === kind);
  const [introduced, resolved, kept] = [
    filterKind('introduced'),
    filterKind('resolved'),
    filterKind('kept'),
  ];
  sink.write(
    `${formatCount(introduced.length, 'new finding')}, ${groupDigits(resolved.length)} gone, ${groupDigits(kept.length)} unchanged.\n`,
  );
  const toRow = ({ before, after, ...change }: FindingChange): readonly ChangeRow[] => {
    const found = after ?? before;
    const layer = after === undefined ? '' : formatLayer(inventory, after.package);
    return found === undefined ? [] : [{ ...change, found, layer }];
  };
  writeChangeTable('New', introduced.flatMap(toRow), sink);
  writeChangeTable('Gone', resolved.flatMap(toRow), sink);
}

function writeChangeTable(title: string, rows: readonly ChangeRow[], sink: Sink): void {
  if (rows.length === 0) {
    return;
  }
  sink.write(`\n### ${title}\n`);
  writeHead(CHANGE_COLUMNS, sink);
  writeRows(formatRows(CHANGE_COLUMNS, rows), 'finding', sink);
}

function writeVerdict({ verdict }: Report, sink: Sink): void {
  for (const { gate, outcome, reason } of verdict?.gates ?? []) {
    sink.write(`\n**--${gate}: ${outcome}**: ${formatCode(reason)}\n`);
  }
  if (verdict?.policy !== undefined) {
    const { rows } = listVerdictRows(verdict.policy);
    const reason = describePolicyVerdict(verdict.policy);
    sink.write(`\n**--policy: ${verdict.policy.outcome}**: ${formatCode(reason)}\n`);
    sink.write(rows.length === 0 ? '' : '\n');
    for (const { outcome, rules, cause } of rows) {
      sink.write(`- **${outcome}** ${formatCode(rules.join(', '))}: ${formatCode(cause)}\n`);
    }
  }
}

function formatSummary(located: readonly LocatedFinding[], isBlind: boolean): string {
  if (located.length === 0) {
    return isBlind ? 'No vulnerabilities are known.' : 'No vulnerabilities found.';
  }
  const counts = SEVERITIES.toReversed().flatMap((word) => {
    const count = located.filter(({ finding }) => finding.severity === word).length;
    return count === 0 ? [] : [`${groupDigits(count)} ${word}`];
  });
  return `${formatCount(located.length, 'finding')}: ${counts.join(', ')}.`;
}

function writeAside({ findings }: Report, sink: Sink): void {
  const decided = findings?.dispositioned?.length ?? 0;
  if (decided > 0) {
    sink.write(
      `\n${formatCount(decided, 'finding was', 'findings were')} suppressed by decisions.\n`,
    );
  }
  const ignored = findings?.ignored.length ?? 0;
  const unevaluated = findings?.unevaluated.length ?? 0;
  if (ignored > 0) {
    sink.write(
      `\n${formatCount(ignored, 'finding was', 'findings were')} suppressed by matching rules.\n`,
    );
  }
  if (unevaluated > 0) {
    const subject = formatCount(unevaluated, 'package or advisory', 'packages or advisories');
    sink.write(`\n${subject} could not be evaluated.\n`);
  }
}

/** Writes suppressed findings with their reasons, collapsed. */
function writeSuppressed(report: Report, sink: Sink): void {
  writeCollapsed(SUPPRESSED_COLUMNS, listSuppressedFindings(report), { noun: 'finding', sink });
}

function writeSuppressedPackages({ suppressed = [] }: Inventory, sink: Sink): void {
  writeCollapsed(SUPPRESSED_PACKAGE_COLUMNS, suppressed, { noun: 'package', sink });
}

/** Writes nothing if the table has no rows. */
function writeCollapsed<Row>(
  columns: readonly MarkdownColumn<Row>[],
  rows: readonly Row[],
  { noun, sink }: { readonly noun: string; readonly sink: Sink },
): void {
  if (rows.length === 0) {
    return;
  }
  sink.write(`\n<details><summary>${formatCount(rows.length, noun)} suppressed</summary>\n`);
  writeHead(columns, sink);
  writeRows(formatRows(columns, rows), noun, sink);
  sink.write('\n</details>\n');
}

/**
 * Formats text from an image as code, in which neither markup, links, mentions nor HTML are
 * interpreted. The bar must be escaped even there, and a backslash before one would undo that.
 * GitHub Flavored Markdown, 4.10.
 */
function formatCode(text: string): string {
  if (text === '') {
    return '';
  }
  const plain = escapeText(text).replaceAll('`', "'");
  const spelled = plain.replaceAll(/\\+(?=\||$)/g, (run) => '\\u{5c}'.repeat(run.length));
  return `\`${spelled.replaceAll('|', '\\|')}\``;
}
