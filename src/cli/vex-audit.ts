import { readVexFiles } from '../assess/read-vex-files.ts';
import { EXIT_STATUS, type ExitStatus } from '../foundation/core/error.ts';
import { formatJson } from '../foundation/core/json-document.ts';
import { escapeText, formatCount } from '../foundation/core/screen-text.ts';
import { type Audit, checkStatements } from '../vulnerability/decide/vex/audit-statements.ts';
import { assessTarget } from './command/scan.ts';
import type { Context } from './command.ts';
import { chooseWhyFormat } from './why/why-run.ts';

/**
 * Checks the statements of documents against the content of a target and the files its entry point
 * loads. Fails if one of them is contradicted.
 */
export async function checkDocuments(
  target: string,
  files: readonly string[],
  context: Context,
): Promise<ExitStatus> {
  const format = chooseWhyFormat('justify vex', context);
  const documents = readVexFiles(files, context.resolved.values.limits);
  const { inventory, findings } = await assessTarget(target, enableReach(context));
  const audits = checkStatements(documents, inventory, findings);
  const text = format === 'json' ? formatAuditsJson(audits) : formatAuditsText(audits);
  context.print(`${text}\n`);
  const isContradicted = audits.some(({ verdict }) => verdict === 'contradicted');
  return isContradicted ? EXIT_STATUS.gateFailed : EXIT_STATUS.fine;
}

/** Enables reachability regardless of the options, because statements are checked against it. */
function enableReach(context: Context): Context {
  const { resolved } = context;
  return { ...context, resolved: { ...resolved, values: { ...resolved.values, reach: true } } };
}

function formatAuditsJson(audits: readonly Audit[]): string {
  const statements = audits.map(({ document: { origin, author }, ...rest }) => ({
    origin,
    author,
    ...rest,
  }));
  return formatJson({ statements });
}

function formatAuditsText(audits: readonly Audit[]): string {
  const count = (word: Audit['verdict']): number =>
    audits.filter(({ verdict }) => verdict === word).length;
  return [
    ...audits.flatMap(formatAudit),
    `${formatCount(audits.length, 'statement')}: ${count('contradicted')} contradicted, ${count('supported')} supported, ${count('open')} open`,
  ]
    .map(escapeText)
    .join('\n');
}

function formatAudit({ document, statement, verdict, reasons, way }: Audit): readonly string[] {
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
