import { COMMAND_NAMES } from '../../foundation/config/command-names.data.ts';
import { EXIT_STATUS, UserError } from '../../foundation/core/error.ts';
import { suggestWord } from '../../foundation/core/option-suggestion.ts';
import type { Command } from '../command.ts';
import { COMMANDS } from '../command-table.ts';
import { formatCommandHelp, formatLimitsHelp, formatOverview } from '../help-text.ts';

/** Prints the overview, the page of one command, or the limits. */
export const help: Command = {
  run: async (context) => {
    context.print(formatTopic(context.positionals[0], context.terminal.resultColumns));
    return EXIT_STATUS.fine;
  },
};

function formatTopic(topic: string | undefined, columns: number | undefined): string {
  if (topic === undefined) {
    return formatOverview(columns);
  }
  if (topic === 'limits') {
    return formatLimitsHelp(columns);
  }
  const command = COMMANDS.find(({ name }) => name === topic);
  if (command === undefined) {
    throw new UserError('E_USAGE', `no help for "${topic}"`, {
      hint: suggestWord(topic, [...COMMAND_NAMES, 'limits']),
    });
  }
  return formatCommandHelp(command, columns);
}
