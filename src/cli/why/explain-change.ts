import { readSavedResult } from '../../assess/saved-result.ts';
import { assessCompleteness, createAssessment } from '../../foundation/core/assessment.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { ExitStatus } from '../../foundation/core/error.ts';
import { formatJson, writeJsonList } from '../../foundation/core/json-document.ts';
import { VERSION } from '../../foundation/core/package-version.ts';
import { fitLines } from '../../foundation/present/fitted-lines.ts';
import {
  formatChanges,
  toChangeRecord,
  toResultRecord,
} from '../../hardening/compare/change-text.ts';
import { listFindingChanges, type Result } from '../../hardening/compare/finding-changes.ts';
import { assessTarget } from '../command/scan.ts';
import type { Context } from '../command.ts';
import { chooseExitStatus, reportOutcome } from '../exit-status.ts';
import type { WhyQuestion } from './choose-question.ts';
import type { WhyFormat } from './why-run.ts';

/** Explains how each finding changed between two results, and what caused the change. */
export async function explainChange(
  question: Extract<WhyQuestion, { readonly kind: 'change' }>,
  format: WhyFormat,
  context: Context,
): Promise<ExitStatus> {
  const before = await loadResult(question.before, context);
  const after = await loadResult(question.after, context);
  const changes = listFindingChanges(before, after);
  if (format === 'json') {
    context.print(`{"before":${formatJson(toResultRecord(before))},\n`);
    context.print(`"after":${formatJson(toResultRecord(after))},\n"changes":`);
    writeJsonList({ write: (text) => context.print(text) }, changes.map(toChangeRecord));
    context.print('}\n');
  } else {
    context.print(
      fitLines(
        formatChanges(changes, { before, after })
          .map((line) => `${line}\n`)
          .join(''),
        context.terminal.resultColumns,
      ),
    );
  }
  const reasons = [before, after].flatMap(
    (result) => assessCompleteness(createAssessment(result)).reasons,
  );
  const outcome = { completeness: { isComplete: reasons.length === 0, reasons } };
  reportOutcome(outcome, context);
  return chooseExitStatus(outcome, context);
}

/** Loads a saved result, or scans the target. */
async function loadResult(target: string, context: Context): Promise<Result> {
  const saved = await readSavedResult(target, context.resolved.values.limits);
  if (saved?.findings !== undefined) {
    const { inventory, findings, toolVersion } = saved;
    return { inventory, findings, ...defined({ toolVersion }) };
  }
  const { inventory, findings } = await assessTarget(target, context);
  return { inventory, findings, toolVersion: VERSION };
}
