import type { OpenAssessment } from '../assess/assess.ts';
import type { CommandName } from '../foundation/config/command-names.data.ts';
import type { AdvisoryDatabase } from '../foundation/core/advisory.ts';
import { defined } from '../foundation/core/defined.ts';
import { UserError } from '../foundation/core/error.ts';
import { formatJson } from '../foundation/core/json-document.ts';
import { fitLines } from '../foundation/present/fitted-lines.ts';
import type { Question } from '../vulnerability/explain/explain-finding.ts';
import { assessTarget, createMissingDatabaseError } from './command/scan.ts';
import type { Context } from './command.ts';
import { chooseFlagFormat } from './flag-format.ts';

const FORMATS = ['text', 'json'] as const;

/** A question about a target, with everything needed to answer it. */
export interface WhyRun extends OpenAssessment {
  readonly advisories: AdvisoryDatabase;
  readonly question: Question;
  readonly format: (typeof FORMATS)[number];
}

/** Stands for every vulnerability. */
export const EVERY_ID = '*';

/**
 * Parses `TARGET ID [PACKAGE]` and scans the target.
 *
 * @param usualId the default ID; if absent, one must be given
 */
export async function createWhyRun(
  command: CommandName,
  context: Context,
  usualId?: string,
): Promise<WhyRun> {
  const [target, id = usualId, wanted] = context.positionals;
  if (target === undefined || id === undefined) {
    throw new UserError('E_USAGE', `"plimsoll ${command}" needs a target and a vulnerability id`, {
      hint: `name both, for example: plimsoll ${command} app.tar CVE-2023-0286`,
    });
  }
  const format = chooseWhyFormat(command, context);
  const run = await assessTarget(target, context);
  const { advisories } = run;
  if (advisories === undefined) {
    throw createMissingDatabaseError(context);
  }
  return {
    ...run,
    advisories,
    format,
    question: { id, ...defined({ package: wanted }) },
  };
}

/** Prints explanations as JSON, or as blocks of lines separated by an empty line. */
export function printAnswers<Answer>(
  answers: readonly Answer[],
  { format }: Pick<WhyRun, 'format'>,
  {
    context,
    formatLines,
  }: { readonly context: Context; formatLines(answer: Answer): readonly string[] },
): void {
  context.print(
    format === 'json'
      ? `${formatJson({ answers })}\n`
      : fitLines(
          answers.map((answer) => `${formatLines(answer).join('\n')}\n`).join('\n'),
          context.terminal.resultColumns,
        ),
  );
}

/** `-o text` or `-o json`. */
export function chooseWhyFormat(command: CommandName, context: Context): WhyRun['format'] {
  return chooseFlagFormat(FORMATS, `"plimsoll ${command}"`, context);
}
