/* Origin: our own. */

import type { CommandDescription } from './command.ts';

/** Commands about base images and updates, in the order of the help. */
export const BASE_COMMANDS: readonly CommandDescription[] = [
  {
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
  },
  {
    name: 'patch',
    usage: 'plimsoll patch TARGET [options]',
    summary: 'plan the updates that fix the most, with exact commands',
    examples: [
      { line: 'plimsoll patch app.tar', does: 'print updates, commands, and what stays open' },
      {
        line: 'plimsoll patch app.tar -o dockerfile > Dockerfile.patch',
        does: 'write the updates as a Dockerfile on top of the image',
      },
      {
        line: 'plimsoll patch app.tar --max-packages 3',
        does: 'choose the three packages whose updates remove the most risk',
      },
      {
        line: 'plimsoll patch app.tar --check-index Packages',
        does: 'only plan versions that the index of a mirror contains',
      },
    ],
    notes: [
      'Packages of one source are updated together, to the lowest version that ends all their findings.',
      'The result is matched again, so that the plan counts what an update leaves or introduces.',
      'Formats are table, json, dockerfile and script.',
    ],
    positionalsMax: 1,
    takesFiles: true,
  },
];
