import type { CommandName } from '../foundation/config/command-names.data.ts';
import { present } from '../foundation/core/assert.ts';
import { BASE_COMMANDS } from './base-commands.data.ts';
import type { CommandDescription } from './command.ts';
import { DATABASE_COMMAND } from './database-command.data.ts';
import { HARDEN_COMMAND } from './harden/harden-command.data.ts';
import { JUSTIFY_COMMAND } from './justify/justify-command.data.ts';
import { POLICY_COMMANDS } from './policy-commands.data.ts';
import { SCAN_FORMATS } from './scan-formats.data.ts';
import { SELF_COMMAND } from './self-command.data.ts';
import { SERVER_COMMANDS } from './server-commands.data.ts';

/**
 * Every command, in the order of the help. The code is referenced by `command-loaders.ts` only,
 * because commands such as `help` import this table.
 */
export const COMMANDS: readonly CommandDescription[] = [
  {
    name: 'scan',
    usage: 'plimsoll [scan] TARGET [options]',
    summary: 'find the packages in an image and their known vulnerabilities',
    examples: [
      { line: 'plimsoll alpine.tar', does: 'scan an image archive and print a table' },
      { line: 'plimsoll scan dir:/srv/root', does: 'scan an unpacked file system' },
      {
        line: 'plimsoll app.tar -o table -o json=app.json',
        does: 'print a table and save the complete result as JSON',
      },
      {
        line: 'plimsoll app.tar -q --fail-incomplete',
        does: 'in CI: fail if the result is incomplete',
      },
    ],
    notes: [
      'TARGET is an image archive, an OCI layout, a directory, a file, the disk of a virtual machine,',
      'or an image in a registry. To choose the source yourself, write docker-archive:FILE,',
      'oci-archive:FILE, oci-dir:DIR, dir:DIR, file:FILE, disk:FILE, registry:NAME, or host: for the',
      'files of this machine.',
      'The advisory database is downloaded if it is missing or outdated (see "help db"). Without a',
      'database, the scan prints the packages and reports that vulnerabilities were not evaluated.',
      `FORMAT is one of: ${SCAN_FORMATS.join(', ')}.`,
    ],
    positionalsMax: 1,
    takesFiles: true,
  },
  {
    name: 'sbom',
    usage: 'plimsoll sbom TARGET [options]',
    summary: 'list the packages of a target, and write, convert, merge and grade SBOMs',
    examples: [
      { line: 'plimsoll sbom alpine.tar', does: 'print the packages as a table' },
      { line: 'plimsoll sbom app.tar -o syft-json=app.json', does: 'write an SBOM to a file' },
      {
        line: 'plimsoll sbom app.cdx.xml -o spdx-json=app.spdx.json -o purls=app.purls',
        does: 'convert an SBOM to two formats at once',
      },
      {
        line: 'plimsoll sbom dir:. --name app -o json',
        does: 'set the name of the target in the SBOM',
      },
      {
        line: 'plimsoll sbom --merge app.cdx.json base.spdx.json -o json',
        does: 'merge several SBOMs into one',
      },
      {
        line: 'plimsoll sbom app.cdx.json --grade',
        does: 'list the missing minimum elements',
      },
    ],
    notes: [
      'If TARGET is an SBOM, its findings are part of the conversion. Data that an output format cannot',
      'represent is listed on standard error, with counts; see docs/formats.md.',
    ],
    positionalsMax: 1_000,
    takesFiles: true,
  },
  {
    name: 'why',
    usage:
      'plimsoll why TARGET ID [PACKAGE] | plimsoll why TARGET PACKAGE | plimsoll why BEFORE AFTER | plimsoll why IMAGE FILE...',
    summary: 'explain a finding or its absence, a change between results, or the need for a file',
    examples: [
      {
        line: 'plimsoll why app.tar CVE-2023-0286 libssl1.1',
        does: 'explain a finding, or why it is not reported; without a package, for all packages',
      },
      { line: 'plimsoll why app.tar libssl1.1', does: 'list the findings of a package' },
      {
        line: "plimsoll why app.tar '*' openssl",
        does: 'list every advisory that did not match a package; without it, any package',
      },
      {
        line: 'plimsoll why main.json app.tar',
        does: 'explain which findings are new or gone between two results or images',
      },
      {
        line: 'plimsoll why app.tar /usr/lib/libssl.so.3',
        does: 'show how the entry point reaches a file',
      },
    ],
    notes: [
      'ID is any id or alias of the vulnerability. PACKAGE is a name, NAME@VERSION, a package URL or a',
      'package key. Suppressed findings are explained, too, with the rule or decision.',
      'AFTER is an image, an SBOM or a result of "plimsoll scan TARGET -o json=FILE" on this machine, or',
      'any target with its source, such as registry:app:2 or dir:app. The cause of a change is "image"',
      '(packages), "catalog" (same bytes, other packages found), "data", "matcher" or "decision".',
      'FILE is a path in the image and begins with a slash. Every step names the file and the string that',
      'prove it. Code that no rule can follow, such as a shell that runs any command, is listed.',
    ],
    positionalsMax: 100,
    takesFiles: true,
  },
  {
    name: 'why verify',
    usage: 'plimsoll why verify IMAGE [options]',
    summary: 'verify the reachability analysis of an image',
    examples: [
      {
        line: 'plimsoll why verify app.tar',
        does: 'exit with status 2 if a step is not confirmed',
      },
    ],
    notes: ['To run the analysis alone, use "plimsoll scan IMAGE --reach".'],
    positionalsMax: 1,
    takesFiles: true,
  },
  {
    name: 'justify vex',
    usage: 'plimsoll justify vex draft TARGET | apply|explain|audit TARGET DOC… | merge DOC…',
    summary: 'write, apply, explain, audit and merge VEX documents',
    examples: [
      {
        line: 'plimsoll justify vex draft app.tar -o openvex=app.openvex.json',
        does: 'write derived and suggested justifications to a document for review',
      },
      {
        line: 'plimsoll justify vex apply app.tar vendor.json own.json',
        does: 'scan with the statements, and report the effect of each one',
      },
      {
        line: 'plimsoll justify vex explain app.tar vendor.json',
        does: 'list the findings that each statement matches, or the nearest miss',
      },
      {
        line: 'plimsoll justify vex audit app.tar vendor.json',
        does: 'list statements that the image contradicts, with the path to the code',
      },
      {
        line: 'plimsoll justify vex merge vendor.json own.json -o csaf-vex@2.1',
        does: 'merge documents; the latest of conflicting statements wins',
      },
    ],
    notes: [
      'Supported formats are OpenVEX, CSAF and CycloneDX, also inside attestations. The output formats',
      'are openvex, csaf-vex and cyclonedx-vex. See docs/decisions.md.',
    ],
    words: {
      draft: 'write derived and suggested justifications for the findings of TARGET',
      apply: 'scan TARGET and apply the documents',
      explain: 'report the effect of each statement; -o text or json',
      audit: 'check each statement against the image and its reachability; -o text or json',
      merge: 'merge the documents',
    },
    positionalsMax: 1_000,
    takesFiles: true,
  },
  {
    name: 'compare',
    usage: 'plimsoll compare A B [C …] [options]',
    summary: 'compare the packages, findings and attack surface of targets',
    examples: [
      {
        line: 'plimsoll compare debian.tar alpine.tar',
        does: 'compare two images, including what the second one cannot do',
      },
      {
        line: 'plimsoll compare debian.tar slim.tar hardened.tar -o html=choice.html',
        does: 'compare several images side by side, each with the first',
      },
      {
        line: 'plimsoll compare app-1.json app-2.tar -o html=changes.html',
        does: 'compare a saved result with an image on an HTML page',
      },
      {
        line: 'plimsoll compare main.json app.tar --fail-on-difference findings,privileges',
        does: 'in CI: fail if the new image is worse',
      },
    ],
    notes: [
      'Targets are scan targets, SBOMs, or results saved with "plimsoll scan -o json=FILE". All are',
      'matched with the same advisory database. Formats are table, json, markdown and html; see',
      'docs/compare.md. --fail-on-difference, --accept and --earlier-db need exactly two targets.',
    ],
    positionalsMax: 8,
    takesFiles: true,
  },
  ...POLICY_COMMANDS,
  JUSTIFY_COMMAND,
  HARDEN_COMMAND,
  {
    name: 'syft',
    usage: 'plimsoll syft [scan] TARGET [flags of Syft] | plimsoll syft convert SBOM -o FORMAT',
    summary: 'run Syft command lines and print Syft output',
    examples: [
      { line: 'plimsoll syft alpine.tar', does: 'the same as "syft alpine.tar"' },
      { line: 'plimsoll syft --help', does: 'list every Syft flag and how it is translated' },
    ],
    notes: ['A link named "syft" that points to plimsoll behaves the same. See docs/syft.md.'],
    positionalsMax: 1,
    takesFiles: true,
  },
  {
    name: 'grype',
    usage: 'plimsoll grype TARGET [flags of Grype] | plimsoll grype db|explain|config …',
    summary: 'run Grype command lines and print Grype output',
    examples: [
      { line: 'plimsoll grype alpine.tar', does: 'the same as "grype alpine.tar"' },
      { line: 'plimsoll grype --help', does: 'list every Grype flag and how it is translated' },
    ],
    notes: ['A link named "grype" that points to plimsoll behaves the same. See docs/grype.md.'],
    positionalsMax: 1,
    takesFiles: true,
  },
  {
    name: 'cataloger',
    usage: 'plimsoll cataloger list [options]',
    summary: 'list the package catalogers and their capabilities',
    examples: [
      { line: 'plimsoll cataloger list', does: 'list all catalogers with their tags' },
      {
        line: 'plimsoll cataloger list --override-default-catalogers image --select-catalogers os',
        does: 'list the catalogers that would run on an image',
      },
      { line: 'plimsoll cataloger list -o json', does: 'print the list as JSON' },
    ],
    words: { list: 'list the catalogers; -o table or json' },
    positionalsMax: 1,
    takesFiles: false,
  },
  DATABASE_COMMAND,
  ...BASE_COMMANDS,
  ...SERVER_COMMANDS,
  {
    name: 'cache',
    usage: 'plimsoll cache status|clear|key',
    summary: 'manage the layer cache',
    examples: [
      { line: 'plimsoll cache status', does: 'print the path and size of the cache' },
      { line: 'plimsoll cache clear', does: 'delete all entries' },
      { line: 'plimsoll cache key', does: 'print a cache key for CI' },
    ],
    notes: [
      'Layers are cached by content digest, so each layer is read once for all images that contain it.',
      'The key changes when the cached data becomes unusable, for example in a new version.',
    ],
    words: {
      status: 'print the directory, entries and size of the cache',
      clear: 'delete all entries',
      key: 'print a key that stays the same while the cached data is usable',
    },
    positionalsMax: 1,
    takesFiles: false,
  },
  {
    name: 'demo',
    usage: 'plimsoll demo',
    summary: 'show the main commands on built-in samples; needs no network',
    examples: [{ line: 'plimsoll demo', does: 'scan, explain and compare two sample images' }],
    positionalsMax: 0,
    takesFiles: false,
  },
  {
    name: 'config',
    usage: 'plimsoll config [locations]',
    summary: 'print all options with their values and origins',
    examples: [
      { line: 'plimsoll config', does: 'print the effective configuration' },
      { line: 'plimsoll config > .plimsoll.yaml', does: 'create a configuration file' },
      {
        line: 'plimsoll config locations',
        does: 'list the paths searched for configuration files',
      },
    ],
    words: { locations: 'list the paths searched for configuration files' },
    positionalsMax: 1,
    takesFiles: false,
  },
  {
    name: 'completion',
    usage: 'plimsoll completion bash|zsh|fish|powershell',
    summary: 'print a shell completion script',
    examples: [
      { line: 'source <(plimsoll completion bash)', does: 'load it in this shell' },
      {
        line: 'plimsoll completion fish > ~/.config/fish/completions/plimsoll.fish',
        does: 'load it in every new shell',
      },
    ],
    words: {
      bash: 'print the script for bash',
      zsh: 'print the script for zsh',
      fish: 'print the script for fish',
      powershell: 'print the script for PowerShell',
    },
    positionalsMax: 1,
    takesFiles: false,
  },
  SELF_COMMAND,
  {
    name: 'help',
    usage: 'plimsoll help [COMMAND | limits | renamed]',
    summary: 'show help for a command, or list the limits',
    examples: [
      { line: 'plimsoll help scan', does: 'list the options of a command' },
      { line: 'plimsoll help limits', does: 'list every limit with its value' },
    ],
    words: {
      limits: 'list every limit with its value',
      renamed: 'list commands of old texts with their new names',
    },
    positionalsMax: 2,
    takesFiles: false,
  },
  {
    name: 'version',
    usage: 'plimsoll version',
    summary: 'print the versions of plimsoll and Node.js',
    examples: [
      {
        line: 'plimsoll version',
        does: 'print both versions; --version prints only the version of plimsoll',
      },
    ],
    positionalsMax: 0,
    takesFiles: false,
  },
];

export function describeCommand(name: CommandName): CommandDescription {
  return present(
    COMMANDS.find((command) => command.name === name),
    `a description of the command ${name}`,
  );
}

/** Returns the words that may follow the name of a command, with their meanings. */
export function listCommandWords({ name, words = {} }: CommandDescription): [string, string][] {
  const below = COMMANDS.filter((command) => command.name.startsWith(`${name} `));
  return [
    ...Object.entries(words),
    ...below.map((command): [string, string] => [
      command.name.slice(name.length + 1),
      command.summary,
    ]),
  ];
}
