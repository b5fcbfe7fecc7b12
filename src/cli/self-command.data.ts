/* Origin: our own. */

import type { CommandDescription } from './command.ts';

/** The command about the program itself. */
export const SELF_COMMAND: CommandDescription = {
  name: 'self',
  usage: 'plimsoll self verify --key FILE',
  summary: 'verify that the running program is the released one',
  examples: [
    {
      line: 'plimsoll self verify --key plimsoll.pub',
      does: 'compare all files of the program with its signed manifest',
    },
  ],
  notes: [
    'The manifest lists the files of the program, and one digest for each package that it loads. The key',
    'must come from another place than the program. Exit status 2: a file differs, or the signature does',
    'not verify. Node.js itself is only verified in the executable, which contains it.',
  ],
  words: { verify: 'compare the running program with its signed manifest' },
  positionalsMax: 1,
  takesFiles: false,
};
