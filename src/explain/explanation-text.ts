import { compareText } from '../core/compare-text.ts';
import type { Comparison } from '../core/comparison.ts';
import type { Decision } from '../core/decision.ts';
import type { PackageLabel, PlaceInImage, SourceView } from '../core/package-context.ts';
import { countOf, escapeText } from '../core/screen-text.ts';
import type {
  AbsenceExplanation,
  FindingExplanation,
  PackageExplanation,
  Rejection,
  StatementStep,
} from './explanation.ts';

const LABEL_COLUMNS = 15;

/** A label with lines beside it; nothing where there are no lines. */
function block(label: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `${(index === 0 ? label : '').padEnd(LABEL_COLUMNS)}${line}`);
}

/** One finding for a person, as lines that are safe to print. */
export function findingLines(one: FindingExplanation): string[] {
  const aliases = one.aliases.length === 0 ? '' : ` (${one.aliases.join(', ')})`;
  return [
    `${one.id}${aliases}: ${one.severity} severity, ${nameOf(one.package)} (${one.package.type})`,
    ...block('Found by', [one.foundBy]),
    ...block('Location', placesLines(one.places)),
    ...block('Included by', one.owners.map(nameOf)),
    ...block('Needed by', one.neededBy.length === 0 ? [] : [one.neededBy.map(nameOf).join(' → ')]),
    ...block('Advisory', one.statements.flatMap(statementLines)),
    ...block('Severity', one.views.map(viewText)),
    ...block('Note', one.notes),
    ...block('Status', [stateText(one)]),
    ...block('Decision', one.decisions.flatMap(decisionLines)),
    ...block('Fix', [one.remedy]),
  ].map(escapeText);
}

function nameOf({ name, version }: PackageLabel): string {
  return `${name} ${version}`.trim();
}

/** Where several files tell of a package, the layer is named below the last of them. */
function placesLines(places: readonly PlaceInImage[]): string[] {
  return places.flatMap(({ path, line, ...made }, index) => {
    const file = line === undefined ? path : `${path}:${line}`;
    const origin = originLines(made);
    const next = places[index + 1];
    const isNamedBelow = next !== undefined && originLines(next).join('\n') === origin.join('\n');
    return [file, ...(isNamedBelow ? [] : origin)];
  });
}

function originLines({ layer, instruction }: Omit<PlaceInImage, 'path'>): string[] {
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

function statementLines(step: StatementStep): string[] {
  return [
    `${step.source} lists ${step.vulnerability}, ${howFound(step)}`,
    `  key: ${step.key}`,
    `  ${step.effect}: ${step.range}`,
    ...step.comparisons.map(comparisonText),
    ...symbolLines(step),
  ];
}

const SYMBOLS_SHOWN = 5;

/** Which functions were looked for in the executable; of many the first, and how many there are. */
function symbolLines({ symbols }: StatementStep): string[] {
  if (symbols === undefined) {
    return [];
  }
  const { searched, found } = symbols;
  const shown = searched.slice(0, SYMBOLS_SHOWN).join(', ');
  const more = searched.length - SYMBOLS_SHOWN;
  const held = found.length === 0 ? 'none' : `${found.length} of ${searched.length}`;
  return [
    `  vulnerable functions: ${shown}${more > 0 ? ` and ${countOf(more, 'more', 'more')}` : ''}`,
    `  found in the executable: ${held}${found.length === 0 ? '' : `, such as ${found[0]}`}`,
  ];
}

/** A package may be another than it is called. */
function howFound({ by, confidence }: StatementStep): string {
  return by === 'direct' && confidence < 1 ? 'matched by possible name' : BY_TEXT[by];
}

function comparisonText({ comparator, left, operator, right, holds }: Comparison): string {
  return `  ${left} ${operator} ${right}: ${holds ? 'true' : 'false'} (${comparator})`;
}

function viewText({ source, id, severity, status }: SourceView): string {
  return `${source} rates ${id} as ${severity}${status === '' || status === 'active' ? '' : `, ${status}`}`;
}

function stateText({ state, rule }: FindingExplanation): string {
  switch (state) {
    case 'open':
      return 'open: needs review';
    case 'ignored':
      return `suppressed by the matching rule "${rule ?? ''}"`;
    case 'dispositioned':
      return 'suppressed by a decision';
  }
}

function decisionLines(decision: Decision): string[] {
  const { effect, status, justification, reason, author, source, expiresAt, trace } = decision;
  const why = justification === undefined ? '' : `, ${justification}`;
  return [
    `${effect}: ${status}${why}`,
    `  ${reason}`,
    `  by ${author}, in ${source}${expiresAt === undefined ? '' : `, until ${expiresAt}`}`,
    ...trace.map((test) => `  - ${test}`),
  ];
}

/** Why there is no finding, for a person. */
export function absenceLines(one: AbsenceExplanation): string[] {
  const others = one.ids.filter((id) => id !== one.id);
  const aliases = others.length === 0 ? '' : ` (${others.join(', ')})`;
  return [
    `${one.id}${aliases}: no finding`,
    ...block('Reason', [one.summary]),
    ...block('Listed by', one.knownBy.length === 0 ? ['no source'] : [one.knownBy.join(', ')]),
    ...block('Searched', [
      `${countOf(one.packagesSearched, 'package')} with ${countOf(one.keysSearched, 'key')}`,
    ]),
    ...one.considered.flatMap(({ package: item, rejections }) =>
      block('Package', [nameOf(item), ...rejections.flatMap(rejectionLines)]),
    ),
    ...block('Not evaluated', unjudgedLines(one.unjudged)),
    ...block(
      'Alert',
      one.alerts.map(({ message }) => message),
    ),
  ].map(escapeText);
}

const NAMES_SHOWN_MAX = 4;

/** One line for each reason: often it is the same for every package of a system. */
function unjudgedLines(unjudged: AbsenceExplanation['unjudged']): string[] {
  const byDetail = Map.groupBy(unjudged, ({ detail }) => detail);
  return [...byDetail].map(([detail, list]) => {
    const names = list.map((one) => nameOf(one.package)).toSorted(compareText);
    const more = names.length - NAMES_SHOWN_MAX;
    const shown = names.slice(0, NAMES_SHOWN_MAX).join(', ');
    return `${shown}${more > 0 ? ` and ${more} more` : ''}: ${detail}`;
  });
}

/** What was held against a package, for a person. */
export function packageLines(one: PackageExplanation): string[] {
  const { found, rejections, unjudged } = one;
  const count = countOf(rejections.length, 'advisory did', 'advisories did');
  return [
    `${nameOf(one.package)}: ${countOf(found.length, 'finding')}, ${count} not match`,
    ...block('Found', found.length === 0 ? [] : [found.join(', ')]),
    ...block('No match', rejections.flatMap(rejectionLines)),
    ...block('Not evaluated', unjudged),
  ].map(escapeText);
}

function rejectionLines({ source, vulnerability, key, why, detail, comparisons }: Rejection) {
  return [
    `  ${source}, ${vulnerability} (${key}): ${why}`,
    `    ${detail}`,
    ...comparisons.map((one) => `  ${comparisonText(one)}`),
  ];
}
