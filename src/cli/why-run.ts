import type { OpenAssessment } from '../assess/assess.ts';
import type { CommandName } from '../config/command-names.data.ts';
import type { AdvisoryDatabase } from '../core/advisory.ts';
import { defined } from '../core/defined.ts';
import { UserError } from '../core/error.ts';
import { formatJson } from '../core/json-document.ts';
import { suggestWord } from '../core/option-suggestion.ts';
import type { Question } from '../explain/explain-finding.ts';
import { fitLines } from '../present/fitted-lines.ts';
import { assessTarget, createMissingDatabaseError } from './command/scan.ts';
import type { Context } from './command.ts';

const FORMATS = ['text', 'json'] as const;

/** A question about a target, with all that is needed to answer it. */
export interface WhyRun extends OpenAssessment {
  readonly advisories: AdvisoryDatabase;
  readonly question: Question;
  readonly format: (typeof FORMATS)[number];
}

/** Asks about every vulnerability. */
export const EVERY_ID = '*';

/**
 * Understands `TARGET ID [PACKAGE]` and scans the target.
 *
 * @param usualId what is asked where no id is given; absent: one must be
 */
export async function askAbout(
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
  const format = whyFormat(command, context);
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

/** Prints explanations as JSON, or blocks of lines with an empty line between them. */
export function printAnswers<Answer>(
  answers: readonly Answer[],
  { format }: Pick<WhyRun, 'format'>,
  { context, linesOf }: { readonly context: Context; linesOf(answer: Answer): readonly string[] },
): void {
  context.print(
    format === 'json'
      ? `${formatJson({ answers })}\n`
      : fitLines(
          answers.map((answer) => `${linesOf(answer).join('\n')}\n`).join('\n'),
          context.terminal.resultColumns,
        ),
  );
}

/** `-o text` or `-o json`. */
export function whyFormat(command: CommandName, context: Context): WhyRun['format'] {
  const wish = context.resolved.origins.output === 'flag' ? context.resolved.values.output : [];
  const word = wish.at(-1) ?? 'text';
  const format = FORMATS.find((known) => known === word);
  if (format === undefined) {
    throw new UserError('E_FORMAT', `unsupported format "${word}" for "plimsoll ${command}"`, {
      hint: suggestWord(word, FORMATS),
    });
  }
  return format;
}
