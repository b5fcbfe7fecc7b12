import type { OpenAssessment } from '../assess/assess.ts';
import { createFixedReport, findFixed, type PatchEffect } from '../assess/fixed-findings.ts';
import { documentWriters } from '../document/writers.generated.ts';
import { present } from '../foundation/core/assert.ts';
import { assessCompleteness, type Completeness } from '../foundation/core/assessment.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../foundation/core/error.ts';
import { isComplete } from '../foundation/core/inventory.ts';
import { escapeText, formatCount } from '../foundation/core/screen-text.ts';
import { BufferedSink } from './buffered-sink.ts';
import type { Context } from './command.ts';
import { printJson } from './db-output.ts';
import { chooseExitStatus, reportOutcome } from './exit-status.ts';
import { describeIncompleteness } from './fix-output.ts';
import { chooseFlagFormat } from './flag-format.ts';
import { createReportFrame } from './report-run.ts';

/** `patch IMAGE --after RESULT`: reports the effect of updates that were carried out. */
export async function printPatchEffect(
  before: OpenAssessment,
  after: OpenAssessment,
  context: Context,
): Promise<ExitStatus> {
  const format = chooseFlagFormat(['table', 'json', 'openvex'], '"plimsoll fix --after"', context);
  const effect = findFixed(before, after);
  const completeness = assessCompleteness(after);
  if (format === 'openvex') {
    await writeStatements(after, effect, context);
  } else if (format === 'json') {
    printJson(context, { schema: 'plimsoll-patch-effect/1', ...effect, completeness });
  } else {
    printEffect(effect, completeness, context);
  }
  reportOutcome({ completeness }, context);
  return effect.introduced.length > 0
    ? EXIT_STATUS.gateFailed
    : chooseExitStatus({ completeness }, context);
}

/** An unread file could contain the old version, so nothing is stated about an incomplete scan. */
async function writeStatements(
  after: OpenAssessment,
  effect: PatchEffect,
  context: Context,
): Promise<void> {
  if (!isComplete(after.inventory)) {
    throw new UserError(
      'E_UNSUPPORTED',
      'the result could not be read completely, so nothing is stated as fixed',
      {
        hint: 'see the problems with "plimsoll scan"',
      },
    );
  }
  const report = { ...createReportFrame(context), ...createFixedReport(after, effect) };
  const loader = present(
    documentWriters.find(({ id }) => id === 'openvex'),
    'the writer of OpenVEX',
  );
  const openvex = await loader.load();
  const refusal = openvex.findRefusal?.(report);
  if (refusal !== undefined) {
    throw new UserError('E_NOTHING_STATED', refusal, { hint: 'no finding was fixed by an update' });
  }
  const sink = new BufferedSink((text) => context.print(text));
  openvex.write(report, sink, { isColoured: false, isParity: false });
  sink.flush();
}

function printEffect(
  { fixed, remaining, introduced, notShown }: PatchEffect,
  completeness: Completeness,
  context: Context,
): void {
  const count = new Set(fixed.map(({ finding }) => `${finding.packageKey} ${finding.id}`)).size;
  context.print(`${formatCount(count, 'finding is', 'findings are')} fixed, `);
  context.print(`${formatCount(remaining.length, 'remains', 'remain')}.\n`);
  for (const { finding, decisions } of fixed) {
    context.print(`  ${escapeText(`${finding.id}: ${decisions[0]?.reason ?? ''}`)}\n`);
  }
  for (const { id } of notShown) {
    context.print(`  ${escapeText(`${id}: the package is gone, unchanged or not evaluated`)}\n`);
  }
  for (const { id } of introduced) {
    context.print(`  Warning: ${escapeText(`${id} is new`)}\n`);
  }
  describeIncompleteness(completeness).forEach((line) => context.print(`${line}\n`));
}
