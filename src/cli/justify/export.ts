import { exportRules } from '../../compliance/justify/file/export-rules.ts';
import { readJustifications } from '../../compliance/justify/file/read-entries.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../foundation/core/error.ts';
import { isSigned } from '../../foundation/core/justification.ts';
import { formatCount } from '../../foundation/core/screen-text.ts';
import type { Context } from '../command.ts';
import { chooseFlagFormat } from '../flag-format.ts';
import { readNamedJustifications } from '../justification-files.ts';

/** Prints signed reasons as rules of another format. */
export async function exportSignatures(context: Context): Promise<ExitStatus> {
  const [, file] = context.positionals;
  if (file === undefined) {
    throw new UserError('E_USAGE', '"plimsoll justify export" needs a file or directory', {
      hint: 'for example: plimsoll justify export justifications -o ignore-rules',
    });
  }
  const format = chooseFlagFormat(['ignore-rules', 'accept'], '"plimsoll justify export"', context);
  const entries = readJustifications(readNamedJustifications(file)).filter(isSigned);
  const { text, rules, left } = exportRules(entries, format);
  context.print(text);
  context.notify(
    `${formatCount(rules, 'rule')} for ${formatCount(entries.length, 'signed entry', 'signed entries')}`,
  );
  if (left > 0) {
    context.notify(
      `${formatCount(left, 'entry is', 'entries are')} of another kind: use the other format`,
    );
  }
  return await Promise.resolve(EXIT_STATUS.fine);
}
