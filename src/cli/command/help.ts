import { COMMAND_NAMES } from '../../foundation/config/command-names.data.ts';
import { EXIT_STATUS, UserError } from '../../foundation/core/error.ts';
import { suggestWord } from '../../foundation/core/option-suggestion.ts';
import type { Command } from '../command.ts';
import { COMMANDS } from '../command-table.ts';
import {
  formatCommandHelp,
  formatLimitsHelp,
  formatOverview,
  formatRenamedHelp,
} from '../help-text.ts';
import { refuseRenamed } from '../parse-arguments.ts';

/** Prints the overview, the page of one command, or the limits. */
export const help: Command = {
  run: async (context) => {
    context.print(formatTopic(context.positionals.join(' '), context.terminal.resultColumns));
    return EXIT_STATUS.fine;
  },
};

function formatTopic(topic: string, columns: number | undefined): string {
  if (topic === '') {
    return formatOverview(columns);
  }
  if (topic === 'limits') {
    return formatLimitsHelp(columns);
  }
  if (topic === 'renamed') {
    return formatRenamedHelp(columns);
  }
  const command = COMMANDS.find(({ name }) => name === topic);
  if (command === undefined) {
    refuseRenamed(topic);
    throw new UserError('E_USAGE', `no help for "${topic}"`, {
      hint: suggestWord(topic, [...COMMAND_NAMES, 'limits', 'renamed']),
    });
  }
  return formatCommandHelp(command, columns);
}
