import { OPTION_LIST } from '../../foundation/config/option-table.ts';
import { type ExitStatus, UserError } from '../../foundation/core/error.ts';
import type { Command, Context } from '../command.ts';
import { chooseQuestion } from '../why/choose-question.ts';
import { chooseWhyFormat } from '../why/why-run.ts';

/** Explains a finding or its absence, a change between two results, or the need for a file. */
export const why: Command = { run };

async function run(context: Context): Promise<ExitStatus> {
  const question = await chooseQuestion(context.positionals);
  const format = chooseWhyFormat('why', context);
  switch (question.kind) {
    case 'finding': {
      const { explainTarget } = await import('../why/explain-target.ts');
      return await explainTarget(question, format, context);
    }
    case 'change': {
      const { explainChange } = await import('../why/explain-change.ts');
      return await explainChange(question, format, context);
    }
    case 'need': {
      refuseFindingOptions(context);
      const { explainFiles } = await import('../why/explain-files.ts');
      return await explainFiles(question, format, context);
    }
  }
}

/** No finding is part of the answer about a file, so options about findings had no effect. */
function refuseFindingOptions({ resolved: { origins } }: Context): void {
  const unused = OPTION_LIST.find(
    ({ name, spec }) => origins[name] === 'flag' && !spec.commands.includes('why verify'),
  );
  if (unused !== undefined) {
    throw new UserError('E_USAGE', `--${unused.spec.flag} has no effect on the need for a file`, {
      hint: 'remove it, or ask about a finding',
    });
  }
}
