/* Origin: our own. */

import type { CommandDescription } from './command.ts';

/** Commands that remove dead weight from images. */
export const HARDEN_COMMANDS: readonly CommandDescription[] = [
  {
    name: 'harden',
    usage: 'plimsoll harden verify ORIGINAL SLIM [options] [-- COMMAND…]',
    summary: 'prove that a slim image behaves as the original',
    examples: [
      {
        line: 'sudo plimsoll harden verify app.tar oci-dir:slim -- curl -sf localhost:80/',
        does: 'run both images, and the command beside each, and compare their behavior',
      },
      {
        line: 'sudo plimsoll harden verify job.tar oci-dir:slim -o json > job.json',
        does: 'compare a program that ends by itself, and save the result',
      },
      {
        line: 'sudo plimsoll harden verify job.tar oci-dir:slim --expect job.json',
        does: 'also require the recorded result',
      },
      {
        line: 'sudo plimsoll harden verify app.tar oci-dir:slim --repair 10 -- ./test.sh',
        does: 'find the missing files, too',
      },
    ],
    notes: [
      '"verify" runs both images: on Linux, as root, without network, with the settings of Docker.',
      'COMMAND is a program of this machine, run in the network of the image once its ports are open.',
      'The exit status is 0 if the images behave the same and 2 if not. See docs/harden.md.',
      'Formats are table and json.',
    ],
    words: { verify: 'run an original and its slim image, and compare their behavior' },
    positionalsMax: 1_000,
    takesFiles: true,
  },
];
