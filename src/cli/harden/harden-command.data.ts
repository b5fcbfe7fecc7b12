/* Origin: our own. */

import type { CommandDescription } from '../command.ts';

export const HARDEN_COMMAND: CommandDescription = {
  name: 'harden',
  usage: 'plimsoll harden plan IMAGE [options]',
  summary: 'plan the removal of everything that an image does not need',
  examples: [
    {
      line: 'plimsoll harden plan app.tar',
      does: 'list edits, best first, with the findings and bytes that they remove',
    },
    {
      line: 'plimsoll harden plan app.tar --kubernetes deploy.yaml -o html=plan.html',
      does: 'also keep what probes and commands of a manifest need, and write a page',
    },
    {
      line: "plimsoll harden plan app.tar --also 'sh' --keep '/etc/app/**'",
      does: 'keep a shell and a directory',
    },
  ],
  words: { plan: 'print the edits and the bets' },
  notes: [
    'A bet drops a file although a reference to it was found, and is printed with its evidence. If it',
    'cannot be decided what the image needs, the reason is printed instead. Formats are table, json,',
    'markdown and html; see docs/harden.md.',
  ],
  positionalsMax: 2,
  takesFiles: true,
};
