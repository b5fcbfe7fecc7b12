import type { FindingChange } from '../../../foundation/core/change.ts';
import { compareText } from '../../../foundation/core/compare-text.ts';
import type { Decision } from '../../../foundation/core/decision.ts';
import {
  type DispositionedFinding,
  type Finding,
  type Findings,
  isGuess,
  SEVERITIES,
  type Unevaluated,
} from '../../../foundation/core/finding.ts';
import type { FormatOptions, Report } from '../../../foundation/core/format.ts';
import { isComplete } from '../../../foundation/core/inventory.ts';
import type { PackageUpdate } from '../../../foundation/core/package-update.ts';
import { escapeText, formatCount, groupDigits } from '../../../foundation/core/screen-text.ts';
import type { Sink } from '../../../foundation/core/sink.ts';
import { describeCoverage } from '../../../foundation/present/coverage-summary.ts';
import { describeBase } from '../../../foundation/present/origin-text.ts';
import { writeProblemSummary } from '../../../foundation/present/problem-summary.ts';

/**
 * Writes the facts that a table cannot show: the number of findings, and everything that was not
 * evaluated or could not be read.
 */
export function writeSummary(sink: Sink, report: Report, options: FormatOptions): void {
  const { inventory, findings, coverage } = report;
  const lines = [
    ...(findings?.database === undefined ? [] : formatSummary(findings, report.updates, options)),
    ...(findings?.database === undefined ? [] : formatReach(report)),
    ...describeBase(report),
    ...formatChanges(report.changes),
    ...describeCoverage(coverage),
  ];
  if (lines.length === 0 && isComplete(inventory)) {
    return;
  }
  sink.write('\n');
  for (const line of lines) {
    sink.write(`${line}\n`);
  }
  writeProblemSummary(sink, inventory);
}

function formatSummary(
  findings: Findings,
  updates: readonly PackageUpdate[] = [],
  { isAll = false }: FormatOptions,
): string[] {
  return [
    ...countLines(findings),
    ...formatUpdates(updates, findings),
    ...guessLines(findings, isAll),
    ...formatNotes(findings),
    ...formatUnevaluated(findings.unevaluated),
    ...formatAlerts(findings),
  ];
}

function countLines(all: Findings): string[] {
  const { findings, ignored } = all;
  const counts = SEVERITIES.toReversed().flatMap((word) => {
    const count = findings.filter(({ severity }) => severity === word).length;
    return count === 0 ? [] : [`${groupDigits(count)} ${word}`];
  });
  const found =
    findings.length === 0
      ? []
      : [`${formatCount(findings.length, 'finding')}: ${counts.join(', ')}.`];
  const setAside =
    ignored.length === 0
      ? []
      : [
          `${formatCount(ignored.length, 'finding was', 'findings were')} suppressed by matching rules.`,
        ];
  return [...found, ...formatDecisions(all), ...setAside];
}

const DECIDED_BY: Readonly<Record<Decision['kind'], string>> = {
  rule: 'by your rules',
  vex: 'by VEX statements',
  derived: 'by derived justifications',
};

/** A filter of the command line is not a decision: it only hides findings. */
function isLeftOut({ decisions: [first] }: DispositionedFinding): boolean {
  return first?.kind === 'rule' && first.source.startsWith('--');
}

function formatLeftOut(dispositioned: readonly DispositionedFinding[]): string[] {
  const byFilter = Map.groupBy(
    dispositioned.filter(isLeftOut),
    ({ decisions: [first] }) => first?.source ?? '',
  );
  return [...byFilter].map(
    ([filter, { length }]) =>
      `${formatCount(length, 'more finding was', 'more findings were')} ignored because of ${filter}.`,
  );
}

/** Counts the findings that still need a person, and the others by decision. */
function formatDecisions({ findings, dispositioned = [] }: Findings): string[] {
  const suggested = findings.filter(({ decisions = [] }) =>
    decisions.some(({ kind, effect }) => kind === 'derived' && effect === 'suggestion'),
  ).length;
  const decided = dispositioned.filter((one) => !isLeftOut(one));
  const kinds = decided.map(({ decisions }) => decisions[0]?.kind);
  const counts = (['rule', 'vex', 'derived'] as const).flatMap((kind) => {
    const count = kinds.filter((one) => one === kind).length;
    return count === 0 ? [] : [`${groupDigits(count)} ${DECIDED_BY[kind]}`];
  });
  const total = findings.length + decided.length;
  return [
    ...(counts.length === 0
      ? []
      : [
          `${groupDigits(findings.length)} of ${formatCount(total, 'finding')} ${findings.length === 1 ? 'needs' : 'need'} review; suppressed: ${counts.join(', ')}.`,
        ]),
    ...formatLeftOut(dispositioned),
    ...(suggested === 0
      ? []
      : [
          `${formatCount(suggested, 'finding has', 'findings have')} a suggested justification; see "plimsoll why".`,
        ]),
  ];
}

function guessLines({ findings }: Findings, isAll: boolean): string[] {
  const guesses = findings.filter(isGuess);
  if (guesses.length === 0) {
    return [];
  }
  const matches = formatCount(guesses.length, 'low-confidence match', 'low-confidence matches');
  const listed = isAll ? '' : '; list all with --all';
  return [`${matches}: found only by a CPE, not by the name of the package${listed}.`];
}

const UPDATES_MAX = 10;

/**
 * Lists the updates that fix findings, each with the lowest version that fixes all of its package.
 */
function formatUpdates(updates: readonly PackageUpdate[], { findings }: Findings): string[] {
  if (updates.length === 0) {
    return [];
  }
  const fixed = updates.reduce((sum, { fixes }) => sum + fixes, 0);
  const more = updates.length - UPDATES_MAX;
  return [
    `Update ${formatCount(updates.length, 'package')} to fix ${groupDigits(fixed)} of ${formatCount(findings.length, 'finding')}:`,
    ...updates
      .slice(0, UPDATES_MAX)
      .map(
        ({ name, installed, version, fixes, severity }) =>
          `  ${escapeText(name)} ${escapeText(installed)} → ${escapeText(version)}  (fixes ${groupDigits(fixes)}${severity === 'unknown' ? '' : `, up to ${severity}`})`,
      ),
    ...(more > 0 ? [`  and ${formatCount(more, 'more package')}, see -o html=FILE`] : []),
  ];
}

/** Counts the findings in code that the entry point can load; reports if that is unknown. */
function formatReach({ inventory: { reach }, findings }: Report): string[] {
  if (reach === undefined || findings === undefined) {
    return [];
  }
  if (reach.unknown !== undefined) {
    return [`Reach: unknown, because ${escapeText(reach.unknown)}.`];
  }
  const total = findings.findings.length;
  if (total === 0) {
    return [];
  }
  const countOfReach = (...classes: readonly (Finding['reach'] | undefined)[]): number =>
    findings.findings.filter((one) => classes.includes(one.reach)).length;
  const loaded = countOfReach('required', 'likely');
  const rest = [
    [countOfReach('possible'), 'may be reachable'],
    [countOfReach('tainted'), 'may be reachable through code that cannot be followed'],
    [countOfReach('data'), 'as data only'],
    [countOfReach('unreachable'), 'unreachable'],
    [countOfReach('unknown'), 'unknown'],
  ] as const;
  const others = rest.flatMap(([count, what]) =>
    count === 0 ? [] : [`${groupDigits(count)} ${what}`],
  );
  const [opacity] = reach.opacities;
  return [
    `Reach: ${groupDigits(loaded)} of ${formatCount(total, 'finding')} reachable from the entry point${others.length === 0 ? '' : `; ${others.join(', ')}`}.`,
    ...(opacity === undefined
      ? []
      : [
          `  ${formatCount(reach.opacities.length, 'file')} cannot be followed, the first: ${escapeText(opacity.path)}: ${escapeText(opacity.what)}.`,
        ]),
  ];
}

const NEW_MAX = 20;

/** Summarizes changes since the baseline: new findings by name, the rest as numbers. */
function formatChanges(changes: readonly FindingChange[] = []): string[] {
  if (changes.length === 0) {
    return [];
  }
  const introduced = changes.filter(({ kind }) => kind === 'introduced');
  const countOfKind = (kind: FindingChange['kind']): string =>
    groupDigits(changes.filter((change) => change.kind === kind).length);
  const more = introduced.length - NEW_MAX;
  return [
    `Since the baseline: ${countOfKind('introduced')} new, ${countOfKind('resolved')} gone, ${countOfKind('kept')} unchanged.`,
    ...introduced.slice(0, NEW_MAX).map(({ after, cause = '', detail }) => {
      const what = `${after?.finding.id ?? ''} on ${after?.package.name ?? ''}`;
      return `  new: ${escapeText(what)} (${cause}: ${escapeText(detail)})`;
    }),
    ...(more > 0 ? [`  and ${formatCount(more, 'more', 'more')}`] : []),
  ];
}

const NOTES_MAX = 5;

/** Lists the notes that qualify findings, the most frequent first. */
function formatNotes({ findings }: Findings): string[] {
  const counts = new Map<string, number>();
  for (const note of findings.flatMap(({ notes = [] }) => [...new Set(notes)])) {
    counts.set(note, (counts.get(note) ?? 0) + 1);
  }
  const notes = [...counts].sort(
    ([left, leftCount], [right, rightCount]) => rightCount - leftCount || compareText(left, right),
  );
  const more = notes.length - NOTES_MAX;
  return [
    ...notes
      .slice(0, NOTES_MAX)
      .map(([note, count]) => `Note on ${formatCount(count, 'finding')}: ${escapeText(note)}.`),
    ...(more > 0 ? [`${formatCount(more, 'more note')} (see -o json).`] : []),
  ];
}

const WHY_WORDS: Readonly<Record<Unevaluated['why'], string>> = {
  'version-not-understood': 'the version is malformed',
  'range-not-understood': 'the affected range of the advisory is malformed',
  'no-version': 'the package has no version',
  'no-data-for-distro': 'the database has no advisories for this operating system',
  'no-data-for-ecosystem': 'the database has no advisories for packages of this type',
  'no-identity': 'the package has no package URL, no CPE and no known type',
  'no-distro': 'the operating system is unknown',
  'no-matcher': 'packages of this type are not supported',
};

const EXAMPLES_MAX = 3;

function formatUnevaluated(unevaluated: readonly Unevaluated[]): string[] {
  const byReason = Map.groupBy(unevaluated, ({ why }) => why);
  return [...byReason.entries()]
    .sort(([left], [right]) => compareText(left, right))
    .map(([why, entries]) => {
      const packages = new Set(entries.map(({ packageKey }) => packageKey)).size;
      const details = [...new Set(entries.map(({ detail }) => detail))]
        .filter((detail) => detail !== '')
        .sort(compareText);
      const examples = details.slice(0, EXAMPLES_MAX).map(escapeText).join('; ');
      const more = details.length > EXAMPLES_MAX ? '; …' : '';
      const about = formatCount(packages, 'package');
      // The detail is the same sentence, with the name of the system.
      if (why === 'no-data-for-distro' && examples !== '') {
        return `Not evaluated: ${about}, because ${examples}${more}.`;
      }
      const shown = examples === '' || why === 'no-version' ? '' : ` (${examples}${more})`;
      return `Not evaluated: ${about}, because ${WHY_WORDS[why]}${shown}.`;
    });
}

/** Lists alerts that are not already reported with unevaluated packages. */
function formatAlerts({ alerts, unevaluated }: Findings): string[] {
  const details = new Set(unevaluated.map(({ detail }) => detail));
  const unmentioned = alerts.filter(({ message }) => !details.has(message));
  return unmentioned.map(({ message, packageKeys }) => {
    const about =
      packageKeys.length === 0 ? '' : ` (${formatCount(packageKeys.length, 'package')})`;
    return `Alert: ${escapeText(message)}${about}.`;
  });
}
