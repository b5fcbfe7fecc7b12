/* Origin: our own. */

import type { CommandDescription } from '../command.ts';

/** Describes `plimsoll justify`. */
export const JUSTIFY_COMMAND: CommandDescription = {
  name: 'justify',
  usage:
    'plimsoll justify queue TARGET [--baseline APPROVED] | justify next FILE | justify carry OLD NEW | justify export FILE',
  summary: 'list what is left to justify, sign reasons for it, and work with VEX documents',
  examples: [
    {
      line: 'plimsoll justify queue app.tar --baseline approved.json',
      does: 'list open findings, and every difference from the approved result',
    },
    {
      line: 'plimsoll justify queue app.tar -o yaml=justifications/app.yaml',
      does: 'write the entries to a file, for people to fill in and commit',
    },
    {
      line: 'plimsoll justify next justifications/app.yaml',
      does: 'ask for a reason for each entry, the most severe first',
    },
    {
      line: 'plimsoll justify carry justifications app-2.tar -o yaml=app-2.yaml',
      does: 'carry signatures to the next build, and name what changed for the others',
    },
    {
      line: 'plimsoll justify export justifications/app.yaml -o ignore-rules > rules.yaml',
      does: 'write the signed reasons as ignore rules',
    },
  ],
  notes: [
    'An entry counts if a person filled in reason, by and until, and while its evidence is unchanged.',
    'A group of findings counts until one of them gets more severe or is exploited. See docs/justify.md.',
    'Formats of queue and carry are table, json and yaml; of export ignore-rules and accept. For VEX, use',
    '"plimsoll scan TARGET --justifications DIR -o openvex".',
  ],
  words: {
    queue: 'list what is left to justify about TARGET',
    next: 'sign the entries of FILE one after the other',
    carry:
      'carry the signatures of OLD (a file or directory) to NEW (a target or a file of a queue)',
    export: 'write signed reasons as rules: -o ignore-rules or -o accept',
  },
  positionalsMax: 3,
  takesFiles: true,
};
