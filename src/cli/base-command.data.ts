/* Origin: our own. */

import type { CommandDescription } from './command.ts';

export const BASE_COMMAND: CommandDescription = {
  name: 'base',
  usage: 'plimsoll base which|add|list|show|remove|export|import [options]',
  summary: 'identify the base image of an image, and manage the known base images',
  examples: [
    {
      line: 'plimsoll base add debian.tar --name debian:12-slim',
      does: 'remember a base image',
    },
    { line: 'plimsoll base which app.tar', does: 'identify the base image of app.tar' },
    { line: 'plimsoll base list', does: 'list the known base images' },
    {
      line: 'plimsoll base export debian:12-slim debian.base.json',
      does: 'write the facts about a base image to a file for "base import"',
    },
  ],
  notes: [
    'Only facts about a base image are stored: layers, packages and digests of files, no content. Of an',
    'image without layers in common, the files decide. If too little is left of a base image, only the',
    'release is stated. Apart from "base add registry:NAME", nothing uses the network.',
  ],
  words: {
    which: 'identify the base image of IMAGE, with all evidence; -o text or json',
    add: 'remember the base images TARGET...; --name names a single one',
    list: 'list the known base images; -o table or json',
    show: 'print the facts about NAME; -o text or json',
    remove: 'forget NAME',
    export: 'write the facts about NAME to FILE',
    import: 'remember the base images in FILE...',
  },
  positionalsMax: 1_000,
  takesFiles: true,
};
