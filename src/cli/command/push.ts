import { basename } from 'node:path';
import { assignBase } from '../../assess/assess.ts';
import { readVexContent } from '../../assess/read-vex-files.ts';
import { defined } from '../../foundation/core/defined.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../foundation/core/error.ts';
import { SEVERITIES } from '../../foundation/core/finding.ts';
import { formatJson } from '../../foundation/core/json-document.ts';
import { escapeText, formatCount } from '../../foundation/core/screen-text.ts';
import { type TextColumn, writeTextTable } from '../../foundation/present/text-table.ts';
import { writeInventoryDocument } from '../../server/engine/inventory-document.ts';
import { type PushedImage, pushDocument } from '../../server/http/push-document.ts';
import type { ServerAddress } from '../../server/http/server-address.ts';
import type { Command, Context } from '../command.ts';
import { chooseExitStatus, reportOutcome } from '../exit-status.ts';
import { findContextServer } from '../find-server.ts';
import { chooseFlagFormat } from '../flag-format.ts';
import { explainMissingPackage } from '../missing-package.ts';
import { pushPlacements } from '../push-placements.ts';
import { renderError } from '../render-error.ts';
import { createReportFrame, getTarget } from '../report-run.ts';
import { createRequest, readContextInventory } from '../request.ts';
import { createTableOptions } from '../terminal.ts';

const FORMATS = ['text', 'json'] as const;

/** Reads targets and sends their inventories to a server. */
export const push: Command = { run };

/** A target that was not sent. */
interface FailedPush {
  readonly target: string;
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string };
}

/**
 * Statuses in order of precedence. Failures to send come first: the server has no verdict on these
 * images.
 */
const PRECEDENCE: readonly ExitStatus[] = [
  EXIT_STATUS.toolError,
  EXIT_STATUS.unreachable,
  EXIT_STATUS.usage,
  EXIT_STATUS.gateFailed,
  EXIT_STATUS.incomplete,
];

async function run(context: Context): Promise<ExitStatus> {
  const { placements } = context.resolved.values;
  if (placements !== undefined) {
    if (context.positionals.length > 0) {
      throw new UserError('E_USAGE', '--placements cannot be combined with targets', {
        hint: 'send them one after the other',
      });
    }
    return await pushPlacements(placements, context);
  }
  getTarget(context, 'push');
  if (context.resolved.values.vex.length > 0 && context.positionals.length > 1) {
    throw new UserError('E_USAGE', '--vex needs exactly one target', {
      hint: 'push each image with the documents about it',
    });
  }
  const format = chooseFlagFormat(FORMATS, '"plimsoll push"', context);
  const server = findContextServer(context);
  const results: (FailedPush | PushedImage)[] = [];
  const statuses = new Set<ExitStatus>();
  for (const target of context.positionals) {
    try {
      const result = await pushTarget(target, server, context);
      results.push(result);
      if (format === 'text') {
        printResult(result, context);
        printVex(result, server, context);
      }
      reportOutcome(result, context);
      statuses.add(chooseExitStatus(result, context));
    } catch (error) {
      if (context.positionals.length === 1) {
        throw error;
      }
      const { failure, status } = reportFailure(target, error, context);
      results.push(failure);
      statuses.add(status);
    }
  }
  if (format === 'json') {
    context.print(`${formatJson(results)}\n`);
  }
  return PRECEDENCE.find((status) => statuses.has(status)) ?? EXIT_STATUS.fine;
}

/** Prints the reason why a target was not sent, and returns it for the JSON output. */
function reportFailure(
  target: string,
  thrown: unknown,
  context: Context,
): { readonly failure: FailedPush; readonly status: ExitStatus } {
  const error = explainMissingPackage(thrown);
  const isVerbose = context.resolved.values.verbose;
  const text = renderError(error, { isColoured: false, isVerbose }).trimEnd();
  context.warn(`not sent: ${escapeText(target)}\n${text}`);
  const { code, message, hint, status } =
    error instanceof UserError ? error : new UserError('E_INTERNAL', String(error));
  return { failure: { target, error: { code, message, ...defined({ hint }) } }, status };
}

async function pushTarget(
  target: string,
  server: ServerAddress,
  context: Context,
): Promise<PushedImage> {
  const read = await readContextInventory(target, context);
  const inventory = await assignBase(read, await createRequest(context), context);
  const { failOn, project, limits } = context.resolved.values;
  const vex = context.resolved.values.vex.map((file) => {
    return { name: basename(file), content: readVexContent(file, limits) };
  });
  const { configuration } = createReportFrame(context);
  const document = writeInventoryDocument({ inventory, configuration });
  const gate = failOn === 'never' ? undefined : failOn;
  const onRetry = (reason: string): void =>
    context.notify(`the server could not take the inventory (${reason}): trying again`);
  return await pushDocument(server, document, {
    ...defined({ failOn: gate, project }),
    vex,
    onRetry,
  });
}

const COLUMNS: readonly TextColumn<PushedImage['newFindings'][number]>[] = [
  { title: 'NEW', canShrink: true, cell: (one) => one.package },
  { title: 'INSTALLED', canShrink: true, cell: ({ version }) => version },
  { title: 'FIXED IN', canShrink: true, cell: ({ fixVersions }) => fixVersions },
  { title: 'VULNERABILITY', cell: ({ id }) => id },
  { title: 'SEVERITY', cell: ({ severity }) => severity },
];

function printResult(result: PushedImage, context: Context): void {
  const { image, verdict, newComponents, previous, newFindings, completeness } = result;
  const counts = SEVERITIES.toReversed().map((severity) => ({
    severity,
    count: image.counts[severity] ?? 0,
  }));
  const sum = counts.reduce((total, { count }) => total + count, 0);
  const bySeverity = counts
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${severity}`);
  const outcome = verdict === undefined ? '' : `${verdict.outcome}: `;
  const details = bySeverity.length === 0 ? '' : ` (${bySeverity.join(', ')})`;
  context.print(
    `${outcome}${escapeText(image.name)}: ${formatCount(sum, 'finding')}${details} in ${formatCount(image.packages, 'package')}; ` +
      `image ${image.id}, ${formatCount(newComponents, 'new component')}\n`,
  );
  if (!completeness.isComplete) {
    const count = formatCount(completeness.reasons.length, 'reason');
    context.notify(
      `warning: the result of ${escapeText(image.name)} is incomplete: ${count} (see -o json)`,
    );
  }
  if (previous !== undefined) {
    context.print(`${formatCount(newFindings.length, 'new finding')} since image ${previous}\n`);
  }
  if (newFindings.length > 0) {
    const target = { write: (text: string) => context.print(text) };
    writeTextTable(
      target,
      { columns: COLUMNS, rows: newFindings },
      createTableOptions(context.terminal),
    );
  }
}

/** The pages have the same address as the API that the command used. */
function printVex({ vex }: PushedImage, { url }: ServerAddress, context: Context): void {
  if (vex === undefined) {
    return;
  }
  const { drafts, known, unmatched } = vex;
  const waiting = formatCount(drafts, 'statement waits', 'statements wait');
  const more = [
    ...(known === 0 ? [] : [`${known} sent before`]),
    ...(unmatched === 0 ? [] : [`${unmatched} about findings that the image does not have`]),
  ];
  const rest = more.length === 0 ? '' : ` (${more.join(', ')})`;
  context.print(`${waiting} for approval: ${url}/review${rest}\n`);
}
