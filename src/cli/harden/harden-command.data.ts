/* Origin: our own. */

import type { CommandDescription } from '../command.ts';

export const HARDEN_COMMAND: CommandDescription = {
  name: 'harden',
  usage: 'plimsoll harden plan IMAGE [options] | plimsoll harden emit IMAGE -o FORM=PATH [options]',
  summary: 'remove everything that an image does not need',
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
    {
      line: 'plimsoll harden emit app.tar -o oci-dir=slim',
      does: 'write an image that only has the files of the plan',
    },
    {
      line: 'plimsoll harden emit app.tar -o docker-archive=slim.tar -o cyclonedx-json=slim.cdx.json -o openvex=slim.vex.json',
      does: 'also write its SBOM, and what the removal settles',
    },
  ],
  words: {
    plan: 'print the edits and the bets',
    emit: 'write an image that only has the files of the plan',
  },
  notes: [
    'A bet drops a file although a reference to it was found, and is printed with its evidence. If it',
    'cannot be decided what the image needs, the reason is printed instead. Formats are table, json,',
    'markdown and html; see docs/harden.md.',
    'An emitted image is an oci-dir, oci-archive or docker-archive. The same image and options always',
    'give the same digest. Existing files are never replaced.',
  ],
  positionalsMax: 2,
  takesFiles: true,
};
