import { readVexFiles } from '../assess/read-vex-files.ts';
import { EXIT_STATUS, type ExitStatus } from '../core/error.ts';
import { formatJson } from '../core/json-document.ts';
import { escapeText, formatCount } from '../core/screen-text.ts';
import { type Audit, auditStatements } from '../decide/vex/audit-statements.ts';
import { assessTarget } from './command/scan.ts';
import type { Context } from './command.ts';
import { whyFormat } from './why-run.ts';

/**
 * Holds the statements of documents against the bytes of a target, and what its entry point loads.
 * Fails where one of them is contradicted.
 */
export async function auditDocuments(
  target: string,
  files: readonly string[],
  context: Context,
): Promise<ExitStatus> {
  const format = whyFormat('vex', context);
  const documents = readVexFiles(files, context.resolved.values.limits);
  const { inventory, findings } = await assessTarget(target, withReach(context));
  const audits = auditStatements(documents, inventory, findings);
  const text = format === 'json' ? jsonOf(audits) : textOf(audits);
  context.print(`${text}\n`);
  const isContradicted = audits.some(({ verdict }) => verdict === 'contradicted');
  return isContradicted ? EXIT_STATUS.gateFailed : EXIT_STATUS.fine;
}

/** Whatever was asked for: it is what statements are held against. */
function withReach(context: Context): Context {
  const { resolved } = context;
  return { ...context, resolved: { ...resolved, values: { ...resolved.values, reach: true } } };
}

function jsonOf(audits: readonly Audit[]): string {
  const statements = audits.map(({ document: { origin, author }, ...rest }) => ({
    origin,
    author,
    ...rest,
  }));
  return formatJson({ statements });
}

function textOf(audits: readonly Audit[]): string {
  const count = (word: Audit['verdict']): number =>
    audits.filter(({ verdict }) => verdict === word).length;
  return [
    ...audits.flatMap(linesOf),
    `${formatCount(audits.length, 'statement')}: ${count('contradicted')} contradicted, ${count('supported')} supported, ${count('open')} open`,
  ]
    .map(escapeText)
    .join('\n');
}

function linesOf({ document, statement, verdict, reasons, way }: Audit): readonly string[] {
  const { index, vulnerability, status, justification } = statement;
  const claim = justification === undefined ? status : `${status}, ${justification}`;
  return [
    `${verdict}: ${document.origin}, statement ${index}: ${vulnerability} (${claim})`,
    ...reasons.map((reason) => `  ${reason}`),
    ...way.map(
      ({ from, to, rule, witness }) => `    ${from} → ${to} (${rule}: "${witness.token}")`,
    ),
  ];
}
