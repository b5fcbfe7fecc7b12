/* Origin: our own. */

import type { CommandDescription } from './command.ts';

/** Commands about base images and updates, in the order of the help. */
export const BASE_COMMANDS: readonly CommandDescription[] = [
  {
    name: 'harden base',
    usage: 'plimsoll harden base which|add|list|show|remove|export|import [options]',
    summary: 'identify the base image of an image, and manage the known base images',
    examples: [
      {
        line: 'plimsoll harden base add debian.tar --name debian:12-slim',
        does: 'add a base image to the known ones',
      },
      { line: 'plimsoll harden base which app.tar', does: 'identify the base image of app.tar' },
      { line: 'plimsoll harden base list', does: 'list the known base images' },
      {
        line: 'plimsoll harden base export debian:12-slim debian.base.json',
        does: 'write the facts about a base image to a file for "harden base import"',
      },
    ],
    notes: [
      'Only facts about a base image are stored: layers, history, packages and digests of files, but not',
      'their content. If an image and a base image have no layers in common, their files are compared. If',
      'too few files are left, only the release is reported. The network is only used for images in a',
      'registry.',
    ],
    words: {
      which: 'identify the base image of IMAGE, and show the evidence; -o text or json',
      add: 'add the base images IMAGE...; --name names a single one',
      list: 'list the known base images; -o table or json',
      show: 'print the facts about NAME; -o text or json',
      remove: 'remove NAME',
      export: 'write the facts about NAME to FILE',
      import: 'add the base images in FILE...',
    },
    positionalsMax: 1_000,
    takesFiles: true,
  },
  {
    name: 'fix',
    usage: 'plimsoll fix TARGET [options]',
    summary: 'plan the updates that fix the most findings, and print the commands',
    examples: [
      { line: 'plimsoll fix app.tar', does: 'print updates, commands and open findings' },
      {
        line: 'plimsoll fix app.tar -o dockerfile > Dockerfile.patch',
        does: 'write the updates as a Dockerfile on top of the image',
      },
      {
        line: 'plimsoll fix app.tar --max-packages 3',
        does: 'choose the three packages whose updates remove the most risk',
      },
      {
        line: 'plimsoll fix app.tar --check-index Packages',
        does: 'only plan versions that the index of a mirror contains',
      },
      {
        line: 'plimsoll fix app.tar --after patched.tar -o openvex > fixed.vex.json',
        does: 'state the findings that the updates fixed',
      },
    ],
    notes: [
      'Packages of one source are updated together, to the lowest version that fixes all their findings.',
      'The new versions are matched again, to count the findings that an update leaves or introduces.',
      'Formats are table, json, dockerfile and script; with --after table, json and openvex.',
    ],
    positionalsMax: 1,
    takesFiles: true,
  },
  {
    name: 'attest',
    usage: 'plimsoll attest IMAGE --key FILE --type TYPE [options]',
    summary: 'sign and verify statements about an image: SBOM, vulnerabilities, VEX or verdict',
    examples: [
      {
        line: 'plimsoll attest app.tar --key release.pem --type vulns > vulns.dsse.json',
        does: 'sign the result of the scan',
      },
      {
        line: 'plimsoll attest oci-dir:app --key release.pem --type sbom --attach',
        does: 'attach a signed SBOM to the image in its layout',
      },
      {
        line: 'plimsoll attest app.tar --key release.pem --type vsa --policy shop.yaml',
        does: 'sign the verdict of a policy: passed or failed',
      },
    ],
    notes: [
      'The statement is an in-toto statement about the manifest digest of the image, in a DSSE envelope.',
      'The key is an ECDSA (P-256, P-384, P-521) or Ed25519 key. Incomplete or unknown results are never',
      'signed as "none found" or "passed".',
    ],
    positionalsMax: 1,
    takesFiles: true,
  },
  {
    name: 'attest verify',
    usage: 'plimsoll attest verify IMAGE [FILE...] --key FILE [options]',
    summary: 'verify signed statements about an image',
    examples: [
      {
        line: 'plimsoll attest verify app.tar vulns.dsse.json --key release.pub',
        does: 'verify the statements in a file',
      },
      {
        line: 'plimsoll attest verify registry:ghcr.io/example/app:1 --key release.pub --type vulns --max-age 7',
        does: 'require an attached scan of the last 7 days',
      },
    ],
    notes: [
      'Without files, all statements that are attached to the image in a registry or layout are verified.',
      'The exit status is 0 if a statement of the requested type is verified, and 2 otherwise.',
    ],
    positionalsMax: 100,
    takesFiles: true,
  },
];
