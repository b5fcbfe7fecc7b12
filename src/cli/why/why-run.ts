import type { OpenAssessment } from '../../assess/assess.ts';
import type { CommandName } from '../../foundation/config/command-names.data.ts';
import type { AdvisoryDatabase } from '../../foundation/core/advisory.ts';
import { formatJson } from '../../foundation/core/json-document.ts';
import { fitLines } from '../../foundation/present/fitted-lines.ts';
import { assessTarget, createMissingDatabaseError } from '../command/scan.ts';
import type { Context } from '../command.ts';
import { chooseFlagFormat } from '../flag-format.ts';
import type { WhyQuestion } from './choose-question.ts';

const FORMATS = ['text', 'json'] as const;

export type WhyFormat = (typeof FORMATS)[number];

/** A question about the findings of a target, with everything needed to answer it. */
export interface WhyRun extends OpenAssessment {
  readonly advisories: AdvisoryDatabase;
  readonly question: Extract<WhyQuestion, { readonly kind: 'finding' }>;
  readonly format: WhyFormat;
}

/** Scans the target of a question. */
export async function createWhyRun(
  question: WhyRun['question'],
  format: WhyFormat,
  context: Context,
): Promise<WhyRun> {
  const run = await assessTarget(question.target, context);
  const { advisories } = run;
  if (advisories === undefined) {
    throw createMissingDatabaseError(context);
  }
  return { ...run, advisories, format, question };
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
export function chooseWhyFormat(command: CommandName, context: Context): WhyFormat {
  return chooseFlagFormat(FORMATS, `"plimsoll ${command}"`, context);
}
