import { compareText } from '../core/compare-text.ts';
import type { Comparison } from '../core/comparison.ts';
import type { Decision } from '../core/decision.ts';
import { formatSourceView, type PackageLabel, type PlaceInImage } from '../core/package-context.ts';
import { escapeText, formatCount } from '../core/screen-text.ts';
import { formatDisagreement, formatStatementState } from '../match/source-statement.ts';
import type {
  AbsenceExplanation,
  FindingExplanation,
  PackageExplanation,
  Rejection,
  SourceAnswer,
  StatementStep,
} from './explanation.ts';
import {
  formatCvss,
  formatEpss,
  formatExploitation,
  formatLinks,
  formatRank,
  formatSsvc,
  formatSummary,
} from './facts-text.ts';

const LABEL_COLUMNS = 15;

/** Formats a label with lines next to it; empty if there are no lines. */
function formatBlock(label: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `${(index === 0 ? label : '').padEnd(LABEL_COLUMNS)}${line}`);
}

/** Formats one finding as human-readable lines that are safe to print. */
export function formatFinding(one: FindingExplanation): string[] {
  const aliases = one.aliases.length === 0 ? '' : ` (${one.aliases.join(', ')})`;
  return [
    `${one.id}${aliases}: ${one.severity} severity, ${formatName(one.package)} (${one.package.type})`,
    ...formatBlock('Summary', formatSummary(one)),
    ...formatBlock('Found by', [one.foundBy]),
    ...formatBlock('Location', formatPlaces(one.places)),
    ...formatBlock('Included by', one.owners.map(formatName)),
    ...formatBlock(
      'Needed by',
      one.neededBy.length === 0 ? [] : [one.neededBy.map(formatName).join(' → ')],
    ),
    ...formatBlock('Advisory', one.statements.flatMap(formatStatement)),
    ...formatBlock('Sources', (one.sources ?? []).flatMap(formatSourceAnswer)),
    ...formatBlock('Disagreement', (one.disagreements ?? []).map(formatDisagreement)),
    ...formatBlock('Severity', one.views.map(formatSourceView)),
    ...formatBlock('CVSS', formatCvss(one)),
    ...formatBlock('EPSS', formatEpss(one)),
    ...formatBlock('Exploited', one.exploited.flatMap(formatExploitation)),
    ...formatBlock('SSVC', formatSsvc(one)),
    ...formatBlock('Rank', formatRank(one)),
    ...formatBlock('Note', one.notes),
    ...formatBlock('Status', [formatState(one)]),
    ...formatBlock('Decision', one.decisions.flatMap(formatDecision)),
    ...formatBlock('Fix', [one.remedy]),
    ...formatBlock('Links', formatLinks(one)),
  ].map(escapeText);
}

function formatName({ name, version }: PackageLabel): string {
  return `${name} ${version}`.trim();
}

/** If several files identify a package, the layer follows the last of them. */
function formatPlaces(places: readonly PlaceInImage[]): string[] {
  return places.flatMap(({ path, line, ...made }, index) => {
    const file = line === undefined ? path : `${path}:${line}`;
    const origin = formatOrigin(made);
    const next = places[index + 1];
    const isNamedBelow = next !== undefined && formatOrigin(next).join('\n') === origin.join('\n');
    return [file, ...(isNamedBelow ? [] : origin)];
  });
}

function formatOrigin({ layer, instruction }: Omit<PlaceInImage, 'path'>): string[] {
  return [
    ...(layer === undefined
      ? []
      : [
          `  layer ${layer.number} of ${layer.of}, ${layer.diffId.slice(0, 'sha256:'.length + 12)}`,
        ]),
    ...(instruction === undefined ? [] : [`  created by: ${instruction}`]),
  ];
}

const BY_TEXT: Readonly<Record<StatementStep['by'], string>> = {
  direct: 'matched by package name',
  indirect: 'matched by source package',
  cpe: 'matched by CPE',
};

function formatStatement(step: StatementStep): string[] {
  return [
    `${step.source} lists ${step.vulnerability}, ${describeIdentification(step)}`,
    `  key: ${step.key}`,
    `  ${step.effect}: ${step.range}`,
    ...step.comparisons.map(formatComparison),
    ...formatSymbols(step),
  ];
}

const VERDICT_TEXT: Readonly<Record<SourceAnswer['verdict'], string>> = {
  affected: 'includes the installed version',
  'not-affected': 'does not include the installed version',
  undecided: 'could not be compared with the installed version',
};

function formatSourceAnswer(answer: SourceAnswer): string[] {
  const { source, affected, fixVersions, state, severity, date, verdict } = answer;
  const facts = [
    formatStatementState(state),
    ...(fixVersions.length === 0 ? [] : [`fix ${fixVersions.join(', ')}`]),
    `severity ${severity}`,
    ...(date === undefined ? [] : [date]),
  ];
  return [
    `${source}: ${facts.join(', ')}`,
    ...(affected === '' ? [] : [`  affected: ${affected}`]),
    `  ${VERDICT_TEXT[verdict]}`,
  ];
}

const SYMBOLS_SHOWN = 5;

/**
 * Lists the functions searched in the executable; if there are many, the first ones and their
 * number.
 */
function formatSymbols({ symbols }: StatementStep): string[] {
  if (symbols === undefined) {
    return [];
  }
  const { searched, found } = symbols;
  const shown = searched.slice(0, SYMBOLS_SHOWN).join(', ');
  const more = searched.length - SYMBOLS_SHOWN;
  const held = found.length === 0 ? 'none' : `${found.length} of ${searched.length}`;
  return [
    `  vulnerable functions: ${shown}${more > 0 ? ` and ${formatCount(more, 'more', 'more')}` : ''}`,
    `  found in the executable: ${held}${found.length === 0 ? '' : `, such as ${found[0]}`}`,
  ];
}

/** A package may be another one than its name suggests. */
function describeIdentification({ by, confidence }: StatementStep): string {
  return by === 'direct' && confidence < 1 ? 'matched by possible name' : BY_TEXT[by];
}

function formatComparison({ comparator, left, operator, right, holds }: Comparison): string {
  return `  ${left} ${operator} ${right}: ${holds ? 'true' : 'false'} (${comparator})`;
}

function formatState({ state, rule }: FindingExplanation): string {
  switch (state) {
    case 'open':
      return 'open: needs review';
    case 'ignored':
      return `suppressed by the matching rule "${rule ?? ''}"`;
    case 'dispositioned':
      return 'suppressed by a decision';
  }
}

function formatDecision(decision: Decision): string[] {
  const { effect, status, justification, reason, author, source, expiresAt, trace } = decision;
  const why = justification === undefined ? '' : `, ${justification}`;
  return [
    `${effect}: ${status}${why}`,
    `  ${reason}`,
    `  by ${author}, in ${source}${expiresAt === undefined ? '' : `, until ${expiresAt}`}`,
    ...trace.map((test) => `  - ${test}`),
  ];
}

/** Formats an explanation of a missing finding as text. */
export function formatAbsence(one: AbsenceExplanation): string[] {
  const others = one.ids.filter((id) => id !== one.id);
  const aliases = others.length === 0 ? '' : ` (${others.join(', ')})`;
  return [
    `${one.id}${aliases}: no finding`,
    ...formatBlock('Reason', [one.summary]),
    ...formatBlock(
      'Listed by',
      one.knownBy.length === 0 ? ['no source'] : [one.knownBy.join(', ')],
    ),
    ...formatBlock('Searched', [
      `${formatCount(one.packagesSearched, 'package')} with ${formatCount(one.keysSearched, 'key')}`,
    ]),
    ...one.considered.flatMap(({ package: item, rejections }) =>
      formatBlock('Package', [formatName(item), ...rejections.flatMap(formatRejection)]),
    ),
    ...formatBlock('Not evaluated', formatUnjudged(one.unjudged)),
    ...formatBlock(
      'Alert',
      one.alerts.map(({ message }) => message),
    ),
  ].map(escapeText);
}

const NAMES_SHOWN_MAX = 4;

/** Groups packages by reason: often it is the same for every package of a system. */
function formatUnjudged(unjudged: AbsenceExplanation['unjudged']): string[] {
  const byDetail = Map.groupBy(unjudged, ({ detail }) => detail);
  return [...byDetail].map(([detail, list]) => {
    const names = list.map((one) => formatName(one.package)).toSorted(compareText);
    const more = names.length - NAMES_SHOWN_MAX;
    const shown = names.slice(0, NAMES_SHOWN_MAX).join(', ');
    return `${shown}${more > 0 ? ` and ${more} more` : ''}: ${detail}`;
  });
}

/** Formats the statements that were checked against a package as human-readable lines. */
export function formatPackage(one: PackageExplanation): string[] {
  const { found, rejections, unjudged } = one;
  const count = formatCount(rejections.length, 'advisory did', 'advisories did');
  return [
    `${formatName(one.package)}: ${formatCount(found.length, 'finding')}, ${count} not match`,
    ...formatBlock('Found', found.length === 0 ? [] : [found.join(', ')]),
    ...formatBlock('No match', rejections.flatMap(formatRejection)),
    ...formatBlock('Not evaluated', unjudged),
  ].map(escapeText);
}

function formatRejection({ source, vulnerability, key, why, detail, comparisons }: Rejection) {
  return [
    `  ${source}, ${vulnerability} (${key}): ${why}`,
    `    ${detail}`,
    ...comparisons.map((one) => `  ${formatComparison(one)}`),
  ];
}
