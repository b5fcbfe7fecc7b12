import { present } from '../core/assert.ts';
import type { CommandName } from '../core/option-table.data.ts';
import type { CommandDescription } from './command.ts';

/** Every command, in the order of the help. The code of each is loaded when it runs. */
export const COMMANDS: readonly CommandDescription[] = [
  {
    name: 'scan',
    usage: 'plimsoll [scan] TARGET [options]',
    summary: 'what is on board, and what of it is dangerous',
    examples: [
      { line: 'plimsoll alpine.tar', does: 'scan an image archive and print a table' },
      { line: 'plimsoll scan dir:/srv/root', does: 'scan an unpacked file system' },
      {
        line: 'plimsoll app.tar -o table -o json=app.json',
        does: 'print a table and keep the whole result',
      },
      { line: 'plimsoll app.tar -q --fail-incomplete', does: 'in a pipeline: doubt is not a pass' },
    ],
    notes: [
      'TARGET is an image archive, an image layout, a folder, a file, or an image in a registry.',
      'Where guessing is not wanted, name its source: docker-archive:FILE, oci-archive:FILE,',
      'oci-dir:FOLDER, dir:FOLDER, file:FILE, registry:NAME.',
      'Without an advisory database the inventory is printed, and that nothing was evaluated.',
    ],
    positionalsMax: 1,
    takesFiles: true,
    load: async () => (await import('./command/scan.ts')).scan,
  },
  {
    name: 'sbom',
    usage: 'plimsoll sbom TARGET [options]',
    summary: 'what is on board, in any SBOM format',
    examples: [
      { line: 'plimsoll sbom alpine.tar', does: 'print the packages as a table' },
      { line: 'plimsoll sbom app.tar -o syft-json=app.json', does: 'write an SBOM to a file' },
      { line: 'plimsoll sbom dir:. --name app -o json', does: 'describe a folder under a name' },
    ],
    positionalsMax: 1,
    takesFiles: true,
    load: async () => (await import('./command/sbom.ts')).sbom,
  },
  {
    name: 'db',
    usage: 'plimsoll db status | plimsoll db import FILE',
    summary: 'the advisory database: its state, and filling it',
    examples: [
      { line: 'plimsoll db status', does: 'say what the database holds and how old it is' },
      {
        line: 'plimsoll db import vulnerability-db.tar.zst',
        does: 'fill it from a Grype database',
      },
    ],
    words: {
      status: 'print path, age and sources of the database',
      import: 'fill the database from FILE, a Grype v6 database archive',
    },
    positionalsMax: 2,
    takesFiles: true,
    load: async () => (await import('./command/db.ts')).db,
  },
  {
    name: 'demo',
    usage: 'plimsoll demo',
    summary: 'scan a small sample that is built in; needs no network and no database',
    examples: [{ line: 'plimsoll demo', does: 'see what a scan looks like' }],
    positionalsMax: 0,
    takesFiles: false,
    load: async () => (await import('./command/demo.ts')).demo,
  },
  {
    name: 'config',
    usage: 'plimsoll config [locations]',
    summary: 'every option with its value and where that came from',
    examples: [
      { line: 'plimsoll config', does: 'print the configuration in force' },
      { line: 'plimsoll config > .plimsoll.yaml', does: 'begin a configuration file' },
      { line: 'plimsoll config locations', does: 'print where a file is looked for' },
    ],
    words: { locations: 'print where a configuration file is looked for' },
    positionalsMax: 1,
    takesFiles: false,
    load: async () => (await import('./command/config.ts')).config,
  },
  {
    name: 'completion',
    usage: 'plimsoll completion bash|zsh|fish',
    summary: 'a script that lets the shell complete commands and options',
    examples: [
      { line: 'source <(plimsoll completion bash)', does: 'for this shell' },
      {
        line: 'plimsoll completion fish > ~/.config/fish/completions/plimsoll.fish',
        does: 'for every shell to come',
      },
    ],
    words: { bash: 'for bash', zsh: 'for zsh', fish: 'for fish' },
    positionalsMax: 1,
    takesFiles: false,
    load: async () => (await import('./command/completion.ts')).completion,
  },
  {
    name: 'help',
    usage: 'plimsoll help [COMMAND | limits]',
    summary: 'help on a command, or the list of limits',
    examples: [
      { line: 'plimsoll help scan', does: 'all options of a command' },
      { line: 'plimsoll help limits', does: 'every limit with its value' },
    ],
    words: { limits: 'every limit with its value' },
    positionalsMax: 1,
    takesFiles: false,
    load: async () => (await import('./command/help.ts')).help,
  },
  {
    name: 'version',
    usage: 'plimsoll version',
    summary: 'the versions of plimsoll and of Node.js',
    examples: [{ line: 'plimsoll version', does: 'print both; --version prints one word' }],
    positionalsMax: 0,
    takesFiles: false,
    load: async () => (await import('./command/version.ts')).version,
  },
];

export function describeCommand(name: CommandName): CommandDescription {
  return present(
    COMMANDS.find((command) => command.name === name),
    `a description of the command ${name}`,
  );
}
