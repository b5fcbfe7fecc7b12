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
      'The advisory database is fetched where there is none or a newer one (see "help db"). Where none',
      'can be had, the inventory is printed, and that nothing was evaluated.',
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
    name: 'cataloger',
    usage: 'plimsoll cataloger list [options]',
    summary: 'the catalogers: what each finds and can tell, and which of them would run',
    examples: [
      { line: 'plimsoll cataloger list', does: 'list all of them with their tags' },
      {
        line: 'plimsoll cataloger list --override-default-catalogers image --select-catalogers os',
        does: 'show which would run on an image',
      },
      { line: 'plimsoll cataloger list -o json', does: 'for programs' },
    ],
    words: { list: 'list the catalogers; -o table or json' },
    positionalsMax: 1,
    takesFiles: false,
    load: async () => (await import('./command/cataloger.ts')).cataloger,
  },
  {
    name: 'db',
    usage:
      'plimsoll db status|update|check|list|verify|providers|delete [options] | plimsoll db import FILE',
    summary: 'the advisory database: its state, and what fills, renews and removes it',
    examples: [
      { line: 'plimsoll db update', does: 'fetch the newest database, where there is a newer one' },
      { line: 'plimsoll db status', does: 'say what the database holds and how old it is' },
      { line: 'plimsoll db check', does: 'ask for a newer one: the exit status is 100 then' },
      {
        line: 'plimsoll db update --db-url https://mirror.example/databases',
        does: 'fetch it from a mirror; see also PLIMSOLL_DB_URL',
      },
      {
        line: 'plimsoll db import vulnerability-db.tar.zst',
        does: 'fill it from a Grype database',
      },
      { line: 'plimsoll db providers -o json', does: 'list the sources of its advisories' },
    ],
    notes: [
      'A scan updates the database by itself where there is none, where it is too old, and every two',
      'hours where a newer one is published; never with --offline or --no-db-auto-update.',
      'status, check, list, verify and providers print JSON with -o json. status and verify end with',
      'status 4 where there is no sound database that is new enough.',
    ],
    words: {
      status: 'print path, age and sources of the database',
      update: 'fetch the newest database and make it the one in use',
      check: 'say whether a newer database is published; exit status 100: there is one',
      list: 'print what is published',
      import: 'fill the database from FILE, a Grype v6 database archive',
      verify: 'read every byte of the database and compare its digests',
      providers: 'list the sources of its advisories',
      delete: 'remove the database',
    },
    positionalsMax: 2,
    takesFiles: true,
    load: async () => (await import('./command/db.ts')).db,
  },
  {
    name: 'cache',
    usage: 'plimsoll cache status|clear|key',
    summary: 'the cache of what layers hold: its state, and emptying it',
    examples: [
      { line: 'plimsoll cache status', does: 'say where the cache is and how large' },
      { line: 'plimsoll cache clear', does: 'delete what is in it' },
      { line: 'plimsoll cache key', does: 'a key under which a pipeline may carry it along' },
    ],
    notes: [
      'A layer is known by the digest of its content, and read once for all images that have it.',
      'The key changes with whatever makes the content of the cache useless, such as a new version.',
    ],
    words: {
      status: 'print folder, entries and size of the cache',
      clear: 'delete every entry',
      key: 'print a key that is the same while what is in the cache is of use',
    },
    positionalsMax: 1,
    takesFiles: false,
    load: async () => (await import('./command/cache.ts')).cache,
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
