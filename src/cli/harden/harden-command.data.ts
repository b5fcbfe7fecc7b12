/* Origin: our own. */

import type { CommandDescription } from '../command.ts';

export const HARDEN_COMMAND: CommandDescription = {
  name: 'harden',
  usage:
    'plimsoll harden plan IMAGE [options] | plimsoll harden check IMAGE BASE [options] | plimsoll harden emit IMAGE -o FORM=PATH [options] | plimsoll harden recipe IMAGE -o KIND[=FILE] [options] | plimsoll harden verify ORIGINAL SLIM [options] [-- COMMAND…]',
  summary: 'remove what an image does not need, and identify base images',
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
    {
      line: 'plimsoll harden recipe app.tar -o apt',
      does: 'print the apt-get purge that comes closest to the plan, with its coverage',
    },
    {
      line: 'plimsoll harden check app.tar debian:13-slim',
      does: 'check whether the application runs on another base image, and what it lacks',
    },
    {
      line: 'plimsoll harden recipe app.tar --on debian:13-slim',
      does: 'print a Dockerfile that moves the application to it',
    },
    {
      line: 'plimsoll harden verify app.tar oci-dir:slim -- curl -sf localhost:80/',
      does: 'run both images, with the command beside each, and compare their behavior',
    },
    {
      line: 'plimsoll harden verify job.tar oci-dir:slim --expect job.json --repair 10',
      does: 'also require a recorded result, and find all missing files',
    },
  ],
  words: {
    plan: 'print the edits and the bets, and other base images on which the application runs',
    check: 'check whether the application of IMAGE runs on BASE: a known base image, or an image',
    emit: 'write an image that only has the files of the plan',
    recipe: 'print a build or commands that apply the plan',
    verify: 'run an image and its slim version, and compare their behavior',
  },
  notes: [
    'A bet drops a file although a reference to it was found, and is printed with its evidence. If it',
    'cannot be decided what the image needs, the reason is printed instead. Formats are table, json,',
    'markdown and html; see docs/harden.md.',
    'An emitted image is an oci-dir, oci-archive or docker-archive. The same image and options always',
    'give the same digest. Existing files are never replaced.',
    'The exit status of "check" is 0 for "yes" and "yes with", 2 for "no", and 4 for "unknown".',
    'Recipes are dockerfile, apt, apk, apko and chisel.',
    '"verify" runs programs of the images: on Linux, as root, without network. COMMAND is a program of',
    'this machine. The exit status is 0 if the images behave the same, and 2 if not. Formats are table',
    'and json.',
  ],
  // The command of "verify" has any number of arguments.
  positionalsMax: 1_000,
  takesFiles: true,
};
