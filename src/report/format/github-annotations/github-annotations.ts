import { findBlindReason } from '../../../foundation/core/coverage.ts';
import type { SeverityWord } from '../../../foundation/core/finding.ts';
import type { Format, Report } from '../../../foundation/core/format.ts';
import { EVERY_FACT } from '../../../foundation/core/leaves-out.data.ts';
import {
  compareDanger,
  findPrimaryLocation,
  formatRemedy,
  type LocatedFinding,
  listLocatedFindings,
} from '../../../foundation/core/located-finding.ts';
import { describePolicyVerdict } from '../../../foundation/core/policy-verdict.ts';
import { escapeText, formatCount } from '../../../foundation/core/screen-text.ts';
import type { Sink } from '../../../foundation/core/sink.ts';
import { formatTargetTitle } from '../../../foundation/core/target-title.ts';
import { isOpenCheck, listVerdictChecks } from '../../../foundation/core/verdict-check.ts';

/** GitHub shows ten annotations of each kind per step. */
const SHOWN_MAX = 10;

/** Findings as annotations of a workflow run. GitHub documentation, "Workflow commands". */
export const githubAnnotations: Format = {
  id: 'github-annotations',
  aliases: ['github-actions'],
  title: 'GitHub Actions annotations',
  spec: 'https://docs.github.com/actions/reference/workflow-commands-for-github-actions',
  carries: ['findings'],
  isForTerminal: false,
  omittedFacts: EVERY_FACT,
  write: writeAnnotations,
};

const LEVELS = ['error', 'warning', 'notice'] as const;

const LEVEL_OF: Readonly<Record<SeverityWord, (typeof LEVELS)[number]>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'notice',
  negligible: 'notice',
  unknown: 'notice',
};

function writeAnnotations(report: Report, sink: Sink): void {
  const { findings, inventory, verdict } = report;
  const target = formatTargetTitle(inventory.target);
  if (findings?.database === undefined) {
    sink.write(
      formatCommand('error', { title: 'not evaluated' }, `${target}: no advisory database`),
    );
    writePolicy(report, sink);
    return;
  }
  const blind = findBlindReason(report);
  if (blind !== undefined) {
    sink.write(formatCommand('error', { title: 'not evaluated' }, `${target}: ${blind}`));
  }
  const located = listLocatedFindings(report).sort(compareDanger);
  for (const level of LEVELS) {
    const own = located.filter(({ finding }) => LEVEL_OF[finding.severity] === level);
    for (const one of own.slice(0, SHOWN_MAX)) {
      sink.write(formatAnnotation(level, one));
    }
    const more = own.length - SHOWN_MAX;
    if (more > 0) {
      const text = `${target}: ${formatCount(more, 'more finding', 'more findings')} of this severity`;
      sink.write(formatCommand(level, { title: 'plimsoll' }, text));
    }
  }
  for (const { gate, outcome, reason } of verdict?.gates ?? []) {
    if (outcome !== 'pass') {
      sink.write(formatCommand('error', { title: `--${gate}: ${outcome}` }, reason));
    }
  }
  writePolicy(report, sink);
}

/** The verdict, and the controls that did not pass: what was not evaluated is an error, too. */
function writePolicy({ verdict }: Report, sink: Sink): void {
  const policy = verdict?.policy;
  if (policy === undefined || policy.outcome === 'pass') {
    return;
  }
  const level = policy.outcome === 'warn' ? 'warning' : 'error';
  const title = `--policy: ${policy.outcome}`;
  sink.write(formatCommand(level, { title }, describePolicyVerdict(policy)));
  if (policy.controls === undefined) {
    return;
  }
  const open = listVerdictChecks(policy).filter(isOpenCheck);
  for (const kind of ['error', 'warning'] as const) {
    const own = open.filter(({ isRequired }) => isRequired === (kind === 'error'));
    for (const { id, title: name, status, message } of own.slice(0, SHOWN_MAX)) {
      sink.write(formatCommand(kind, { title: `${id} (${status})` }, `${name}: ${message}`));
    }
    const more = own.length - SHOWN_MAX;
    if (more > 0) {
      const text = formatCount(more, 'more control');
      sink.write(formatCommand(kind, { title: 'plimsoll' }, text));
    }
  }
}

function formatAnnotation(level: string, { finding, package: item }: LocatedFinding): string {
  const place = findPrimaryLocation(item);
  return formatCommand(
    level,
    {
      title: `${finding.id} (${finding.severity})`,
      ...(place === undefined ? {} : { file: place.path.replace(/^\//, '') }),
      ...(place?.line === undefined ? {} : { line: String(place.line) }),
    },
    `${item.name} ${item.version}: ${formatRemedy(finding)}`,
  );
}

/**
 * Texts of an image are escaped twice, so that they neither control a terminal nor begin a command.
 */
function formatCommand(
  level: string,
  properties: Readonly<Record<string, string>>,
  message: string,
): string {
  const list = Object.entries(properties)
    .map(([name, value]) => `${name}=${escapeProperty(value)}`)
    .join(',');
  return `::${level} ${list}::${escapeMessage(message)}\n`;
}

function escapeMessage(text: string): string {
  return escapeText(text).replaceAll('%', '%25');
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
