import { COMMAND_NAMES } from '../../config/command-names.data.ts';
import { EXIT_STATUS, UserError } from '../../core/error.ts';
import { suggestWord } from '../../core/option-suggestion.ts';
import type { Command } from '../command.ts';
import { COMMANDS } from '../command-table.ts';
import { commandText, limitsText, overviewText } from '../help-text.ts';

/** Help on everything, on one command, or on the limits. */
export const help: Command = {
  run: async (context) => {
    context.print(textOn(context.positionals[0], context.terminal.resultColumns));
    return EXIT_STATUS.fine;
  },
};

function textOn(topic: string | undefined, columns: number | undefined): string {
  if (topic === undefined) {
    return overviewText(columns);
  }
  if (topic === 'limits') {
    return limitsText(columns);
  }
  const command = COMMANDS.find(({ name }) => name === topic);
  if (command === undefined) {
    throw new UserError('E_USAGE', `no help for "${topic}"`, {
      hint: suggestWord(topic, [...COMMAND_NAMES, 'limits']),
    });
  }
  return commandText(command, columns);
}
