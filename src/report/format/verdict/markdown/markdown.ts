import {
  type ControlResult,
  countControls,
  OPEN_PART,
} from '../../../../foundation/core/control.ts';
import { describePolicyVerdict } from '../../../../foundation/core/policy-verdict.ts';
import { formatCount } from '../../../../foundation/core/screen-text.ts';
import type { Sink } from '../../../../foundation/core/sink.ts';
import { formatTargetTitle } from '../../../../foundation/core/target-title.ts';
import type { VerdictFormat, VerdictReport } from '../../../../foundation/core/verdict-format.ts';
import { describeEvidence } from '../../../../foundation/present/control-text.ts';
import { escapeMarkdown } from '../../../../foundation/present/escape-markdown.ts';
import { listDecidedGroups } from '../decided-findings.ts';
import {
  describeControlChange,
  listDueNext,
  listOpenParts,
  listSubjectEvidence,
  listUnanswered,
} from '../evidence.ts';

/** The auditor's page for wikis, merge requests and archives of text. */
export const markdown: VerdictFormat = {
  id: 'markdown',
  aliases: ['md'],
  title: "auditor's page in Markdown",
  carries: ['findings'],
  write: writeMarkdown,
};

function writeMarkdown(report: VerdictReport, sink: Sink): void {
  writeHead(report, sink);
  writeOpenParts(report, sink);
  writeControls(report, sink);
  writeRules(report, sink);
  writeEvidence(report, sink);
  writeAccepted(report, sink);
  writeInputs(report, sink);
}

function writeHead(report: VerdictReport, sink: Sink): void {
  const { verdict, assessment, tool } = report;
  const { controls = [], policies } = verdict;
  const names = policies.map(({ name, version }) => `${name} ${version}`.trim()).join(', ');
  sink.write(`# ${escapeMarkdown(formatTargetTitle(assessment.target))}: ${verdict.outcome}\n\n`);
  writeLine(sink, describePolicyVerdict(verdict));
  const data = assessment.database?.builtAt ?? 'none';
  writeLine(
    sink,
    `Evaluated ${verdict.evaluatedAt} by ${names} with ${tool.name} ${tool.version}; advisories: ${data}`,
  );
  if (controls.length > 0) {
    const counts = [...countControls(controls)].map(
      ([status, count]) => `${count} ${status.replace('-', ' ')}`,
    );
    writeLine(sink, `${formatCount(controls.length, 'control')}: ${counts.join(', ')}`);
  }
  const due = listDueNext(report).map(({ date, text }) => `${date.slice(0, 10)}: ${text}`);
  if (due.length > 0) {
    sink.write('## Due next\n\n');
    writeList(sink, due);
  }
}

function writeOpenParts(report: VerdictReport, sink: Sink): void {
  const parts = listOpenParts(report);
  sink.write('## Not evaluated\n\n');
  const waiting = listUnanswered(report);
  if (parts.length + waiting.length === 0) {
    writeLine(sink, 'Everything that the rules and controls require was evaluated.');
    return;
  }
  writeList(sink, [
    ...parts.map(({ reason, names }) => [reason, names.join(', ')].filter(Boolean).join(': ')),
    ...waiting.map(({ key, title, cannotAnswer = '' }) =>
      [`waiting for a statement: ${key}, ${title}`, cannotAnswer].filter(Boolean).join('; '),
    ),
  ]);
}

function writeControls(report: VerdictReport, sink: Sink): void {
  const { packs = [], controls = [] } = report.verdict;
  for (const { id, version, title, authority, notes } of packs) {
    sink.write(`## ${escapeMarkdown(`${id} ${version}: ${title}`)}\n\n`);
    writeLine(sink, `Required by ${authority}.`);
    writeList(sink, notes);
    writeTable(
      sink,
      ['Control', 'Status', 'Force', 'Title and cause', 'Source', 'Due'],
      controls
        .filter(({ pack }) => pack === id)
        .map((control) => [
          control.id,
          control.status.replace('-', ' '),
          control.force,
          describeControl(control, report),
          describeSource(control),
          control.dueAt?.slice(0, 10) ?? '',
        ]),
    );
  }
}

function describeControl(control: ControlResult, { history }: VerdictReport): string {
  const { title, reasons, cannotAnswer, examined, statement, rules, results } = control;
  return [
    title,
    ...reasons,
    ...(cannotAnswer === undefined ? [] : [`${OPEN_PART}${cannotAnswer}`]),
    ...(rules.length === 0 ? [] : [`rules: ${rules.join(', ')}`]),
    ...(examined.length === 0 ? [] : [`examined: ${examined.join(', ')}`]),
    ...(statement === undefined
      ? []
      : [`statement of ${statement.by} until ${statement.expires}: ${statement.evidence}`]),
    ...results.map((evidence) => `other tool: ${describeEvidence(evidence)}`),
    describeControlChange(control, history) ?? '',
  ]
    .filter((text) => text !== '')
    .join('; ');
}

function describeSource({ source, isSourceVerified }: ControlResult): string {
  const mark = isSourceVerified ? source.mark : `${source.mark}: unverified`;
  return `${source.title}, ${source.section}, read on ${source.readOn} (${mark})`;
}

function writeRules({ verdict }: VerdictReport, sink: Sink): void {
  sink.write('## Rules\n\n');
  writeTable(
    sink,
    ['Rule', 'Outcome', 'Condition', 'Subjects'],
    verdict.rules.map(({ rule, outcome, mode, subject, conditions, evaluated }) => [
      rule,
      mode === 'log' ? `${outcome} (only logged)` : outcome,
      [subject, ...conditions.map(({ text }) => text)].join(': '),
      String(evaluated),
    ]),
  );
}

const SUBJECTS_MAX = 500;

function writeEvidence({ verdict }: VerdictReport, sink: Sink): void {
  const subjects = listSubjectEvidence(verdict);
  if (subjects.length === 0) {
    return;
  }
  sink.write('## Evidence\n\n');
  writeTable(
    sink,
    ['Subject', 'Fires', 'Unknown', 'Accepted', 'Facts'],
    subjects
      .slice(0, SUBJECTS_MAX)
      .map(({ title, failed, unknown, accepted, values }) => [
        title,
        failed.join(', '),
        unknown.join(', '),
        accepted.join(', '),
        values.join('; '),
      ]),
  );
  const more = subjects.length - SUBJECTS_MAX;
  if (more > 0) {
    writeLine(sink, `and ${more} more: see -o json`);
  }
}

function writeAccepted({ verdict, assessment }: VerdictReport, sink: Sink): void {
  const { exceptions, statements = [] } = verdict;
  const rows = [
    ...exceptions.map((one) => [
      `exception (${one.state})`,
      `${one.rule}: ${one.about}`,
      one.approvedBy,
      one.reason,
      one.evidence,
      one.expires,
    ]),
    ...statements.map((one) => [
      `statement (${one.state})`,
      `${one.control}: ${one.answer.replace('-', ' ')}`,
      one.by,
      one.reason ?? '',
      one.evidence,
      one.expires,
    ]),
    ...listDecidedGroups(assessment).map((one) => [
      `decision (${one.kind})`,
      one.findings.join(', '),
      one.author,
      one.reason,
      one.ticket ?? one.source,
      one.expiresAt?.slice(0, 10) ?? 'no end',
    ]),
  ];
  sink.write('## Exceptions and justifications\n\n');
  if (rows.length === 0) {
    writeLine(sink, 'Nothing was accepted.');
    return;
  }
  writeTable(sink, ['Kind', 'About', 'Author', 'Reason', 'Evidence', 'Until'], rows);
}

function writeInputs({ verdict, assessment, command }: VerdictReport, sink: Sink): void {
  const { target } = assessment;
  sink.write('## Inputs and replay\n\n');
  writeTable(
    sink,
    ['Input', 'Digest'],
    [
      ...(target.kind === 'image' ? [['image manifest', target.manifestDigest]] : []),
      ...Object.entries(verdict.inputs ?? {}).map(([name, digest]) => [name, String(digest)]),
      ...verdict.policies.map(({ name, version, digest }) => [`${name} ${version}`, digest]),
      ['this verdict', verdict.proof ?? ''],
    ],
  );
  const line = escapeMarkdown(`${command} --replay verdict.json`);
  sink.write(`Save the verdict with -o json=verdict.json, and replay it: ${line}\n`);
}

function writeLine(sink: Sink, text: string): void {
  sink.write(`${escapeMarkdown(text)}\n\n`);
}

function writeList(sink: Sink, texts: readonly string[]): void {
  if (texts.length > 0) {
    sink.write(`${texts.map((text) => `- ${escapeMarkdown(text)}\n`).join('')}\n`);
  }
}

function writeTable(
  sink: Sink,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const toLine = (cells: readonly string[]): string =>
    `| ${cells.map(escapeMarkdown).join(' | ')} |\n`;
  sink.write(`${toLine(heads)}|${heads.map(() => ' --- |').join('')}\n`);
  for (const row of rows) {
    sink.write(toLine(row));
  }
  sink.write('\n');
}
