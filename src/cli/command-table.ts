import type { CommandName } from '../config/command-names.data.ts';
import { present } from '../core/assert.ts';
import type { CommandDescription } from './command.ts';

/**
 * Every command, in the order of the help. `command-loaders.ts` knows the code of each, which this
 * table must not: commands such as `help` read it.
 */
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
  },
  {
    name: 'sbom',
    usage: 'plimsoll sbom TARGET [options]',
    summary: 'what is on board, in any SBOM format',
    examples: [
      { line: 'plimsoll sbom alpine.tar', does: 'print the packages as a table' },
      { line: 'plimsoll sbom app.tar -o syft-json=app.json', does: 'write an SBOM to a file' },
      { line: 'plimsoll sbom dir:. --name app -o json', does: 'describe a folder under a name' },
      {
        line: 'plimsoll sbom --merge app.cdx.json base.spdx.json -o json',
        does: 'make one SBOM of several',
      },
      {
        line: 'plimsoll sbom app.cdx.json --grade',
        does: 'say which minimum elements are missing',
      },
    ],
    positionalsMax: 1_000,
    takesFiles: true,
  },
  {
    name: 'why',
    usage: 'plimsoll why TARGET ID [PACKAGE] [options]',
    summary: 'why a vulnerability is found: file, layer, advisory, each comparison, the way out',
    examples: [
      { line: 'plimsoll why app.tar CVE-2023-0286', does: 'every package it is found on' },
      { line: 'plimsoll why app.tar CVE-2023-0286 libssl1.1', does: 'one package' },
      { line: 'plimsoll why app.tar CVE-2023-0286 -o json', does: 'for programs' },
    ],
    notes: [
      'ID is any id that the vulnerability goes by. PACKAGE is a name, NAME@VERSION, a package URL or a',
      'key. What was set aside is explained as well, with the rule or the decision.',
    ],
    positionalsMax: 3,
    takesFiles: true,
  },
  {
    name: 'why-not',
    usage: 'plimsoll why-not TARGET [ID [PACKAGE]] [options]',
    summary:
      'why a vulnerability is not found: what was looked up, and why each statement fell away',
    examples: [
      { line: 'plimsoll why-not app.tar CVE-2021-44228', does: 'over all packages' },
      { line: 'plimsoll why-not app.tar CVE-2023-0286 openssl', does: 'one package' },
      { line: 'plimsoll why-not app.tar -o json', does: 'every statement about every package' },
      { line: "plimsoll why-not app.tar '*' openssl", does: 'every statement about one package' },
    ],
    notes: [
      'An answer is only as good as its data: packages that could not be judged, and an operating system',
      'that the database does not know, are named in it.',
    ],
    positionalsMax: 3,
    takesFiles: true,
  },
  {
    name: 'why-changed',
    usage: 'plimsoll why-changed BEFORE AFTER [options]',
    summary: 'which findings came and went between two looks, and what made each difference',
    examples: [
      { line: 'plimsoll why-changed main.json app.tar', does: 'a saved result against an image' },
      { line: 'plimsoll why-changed monday.json friday.json', does: 'two saved results' },
      { line: 'plimsoll why-changed app-1.tar app-2.tar -o json', does: 'for programs' },
    ],
    notes: [
      'BEFORE and AFTER are targets, or results that "plimsoll scan TARGET -o json=FILE" saved.',
      'A cause is "image" (packages), "catalog" (same bytes, other packages found), "data", "matcher"',
      'or "decision".',
    ],
    positionalsMax: 2,
    takesFiles: true,
  },
  {
    name: 'why-needed',
    usage: 'plimsoll why-needed IMAGE FILE... [options]',
    summary: 'why what an image starts needs a file: each step with what shows it',
    examples: [
      {
        line: 'plimsoll why-needed app.tar /usr/lib/libssl.so.3',
        does: 'the way from the entry point to a library',
      },
    ],
    notes: [
      'Every step names the file and the text in it that show it, so that anybody can look again. What no',
      'rule can follow, such as a shell that runs what it is told, is said.',
    ],
    positionalsMax: 100,
    takesFiles: true,
  },
  {
    name: 'reach',
    usage: 'plimsoll reach verify IMAGE [options]',
    summary: 'what the entry point can load: every witness looked at again in the bytes',
    examples: [
      { line: 'plimsoll reach verify app.tar', does: 'status 2 where a step no longer holds' },
    ],
    words: { verify: 'read the image again and look at the witness of every step' },
    positionalsMax: 2,
    takesFiles: true,
  },
  {
    name: 'vex',
    usage: 'plimsoll vex draft TARGET | apply|explain|audit TARGET DOC… | merge DOC…',
    summary: 'what was decided of findings, as VEX documents: written, applied, explained, joined',
    examples: [
      {
        line: 'plimsoll vex draft app.tar -o openvex=app.openvex.json',
        does: 'what can be concluded or suggested, as a document to edit',
      },
      {
        line: 'plimsoll vex apply app.tar vendor.json own.json',
        does: 'scan with the statements, and say what each of them did',
      },
      {
        line: 'plimsoll vex explain app.tar vendor.json',
        does: 'each statement: which findings it fits and why, or the nearest miss',
      },
      {
        line: 'plimsoll vex audit app.tar vendor.json',
        does: 'which statements the bytes contradict, with the way to the code',
      },
      {
        line: 'plimsoll vex merge vendor.json own.json -o csaf-vex@2.1',
        does: 'one document of several; of statements that differ the later one counts',
      },
    ],
    notes: [
      'Documents are OpenVEX, CSAF or CycloneDX, also inside attestations. They are written as openvex,',
      'csaf-vex or cyclonedx-vex. See docs/decisions.md.',
    ],
    words: {
      draft: 'print what is concluded or suggested of the findings of TARGET',
      apply: 'scan TARGET with the documents',
      explain: 'say what each statement does; -o text or json',
      audit: 'hold each statement against the bytes and what is reached; -o text or json',
      merge: 'join the documents to one',
    },
    positionalsMax: 1_000,
    takesFiles: true,
  },
  {
    name: 'compare',
    usage: 'plimsoll compare A B [options]',
    summary: 'what differs between two targets, what that means, and which invites less attack',
    examples: [
      {
        line: 'plimsoll compare debian.tar alpine.tar',
        does: 'one page: packages, findings, surface, and what the second cannot do',
      },
      {
        line: 'plimsoll compare app-1.json app-2.tar -o html=changes.html',
        does: 'a saved result against an image, as a page with pictures',
      },
      {
        line: 'plimsoll compare main.json app.tar --fail-on-difference findings,privileges',
        does: 'in a pipeline: fail where the change brought something worse',
      },
    ],
    notes: [
      'A and B are targets as of scan, SBOMs, or results of "plimsoll scan -o json=FILE". Both are held',
      'against the same advisory database. Formats are table, json, markdown and html; see',
      'docs/compare.md.',
    ],
    positionalsMax: 2,
    takesFiles: true,
  },
  {
    name: 'convert',
    usage: 'plimsoll convert SBOM -o FORMAT[@VERSION][=FILE] [options]',
    summary: 'one format of SBOM into others, and what they cannot hold',
    examples: [
      { line: 'plimsoll convert app.syft.json -o cyclonedx-json', does: 'print it as CycloneDX' },
      {
        line: 'plimsoll convert app.cdx.xml -o spdx-json=app.spdx.json -o purls=app.purls',
        does: 'write two files at once',
      },
      { line: 'plimsoll convert - -o json', does: 'read the standard input' },
    ],
    notes: [
      'What the SBOM is written in is found out by its content. What a format has no place for is',
      'told on standard error, with counts; see docs/formats.md.',
    ],
    positionalsMax: 1,
    takesFiles: true,
  },
  {
    name: 'syft',
    usage: 'plimsoll syft [scan] TARGET [flags of Syft] | plimsoll syft convert SBOM -o FORMAT',
    summary: 'takes the command lines of Syft and prints what Syft prints',
    examples: [
      { line: 'plimsoll syft alpine.tar', does: 'as "syft alpine.tar"' },
      { line: 'plimsoll syft --help', does: 'every flag of Syft, and what becomes of it' },
    ],
    notes: ['A link named "syft" that leads to plimsoll does the same. See docs/syft.md.'],
    positionalsMax: 1,
    takesFiles: true,
  },
  {
    name: 'grype',
    usage: 'plimsoll grype TARGET [flags of Grype] | plimsoll grype db|explain|config …',
    summary: 'takes the command lines of Grype and prints what Grype prints',
    examples: [
      { line: 'plimsoll grype alpine.tar', does: 'as "grype alpine.tar"' },
      { line: 'plimsoll grype --help', does: 'every flag of Grype, and what becomes of it' },
    ],
    notes: ['A link named "grype" that leads to plimsoll does the same. See docs/grype.md.'],
    positionalsMax: 1,
    takesFiles: true,
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
  },
  {
    name: 'db',
    usage:
      'plimsoll db status|update|check|list|verify|providers|delete [options] | plimsoll db import|export FILE | plimsoll db search TERM… | plimsoll db diff OLD [NEW] | plimsoll db build PROVIDER=FILE…',
    summary:
      'the advisory database: its state, what it says, and what fills, renews and removes it',
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
      { line: 'plimsoll db search CVE-2021-44228', does: 'what it says of a vulnerability' },
      {
        line: 'plimsoll db search curl --distro alpine:3.20',
        does: 'what it says of a package, by name, package URL or CPE',
      },
      {
        line: 'plimsoll db diff last-week.tar.zst -o json',
        does: 'of which packages it says something else than another database',
      },
      {
        line: 'plimsoll db export advisories.tar',
        does: 'write it as one file, to be imported on a machine without a network',
      },
      {
        line: 'plimsoll db build osv=advisories/ debian-tracker=tracker.json',
        does: 'fill it from documents of feeds; docs/database.md lists them',
      },
    ],
    notes: [
      'A scan updates the database by itself where there is none, where it is too old, and every two',
      'hours where a newer one is published; never with --offline or --no-db-auto-update.',
      'status, check, list, verify, providers, search and diff print JSON with -o json. status and',
      'verify end with status 4 where there is no sound database that is new enough.',
      'search: ids are one or the other, and so are packages; a statement has to be about both kinds.',
    ],
    words: {
      status: 'print path, age and sources of the database',
      update: 'fetch the newest database and make it the one in use',
      check: 'say whether a newer database is published; exit status 100: there is one',
      list: 'print what is published',
      import: 'fill the database from FILE, a Grype v6 database archive or one of our own',
      export: 'write the database as FILE, one archive',
      build: 'fill the database from documents of feeds, each PROVIDER=FILE or PROVIDER=FOLDER',
      search: 'print what the database says of ids, packages and CPEs',
      diff: 'print what the database, or NEW, says otherwise than OLD: folders, or files to import',
      verify: 'read every byte of the database and compare its digests',
      providers: 'list the sources of its advisories',
      delete: 'remove the database',
    },
    positionalsMax: 200,
    takesFiles: true,
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
  },
  {
    name: 'demo',
    usage: 'plimsoll demo',
    summary: 'scan a small sample that is built in; needs no network and no database',
    examples: [{ line: 'plimsoll demo', does: 'see what a scan looks like' }],
    positionalsMax: 0,
    takesFiles: false,
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
  },
  {
    name: 'version',
    usage: 'plimsoll version',
    summary: 'the versions of plimsoll and of Node.js',
    examples: [{ line: 'plimsoll version', does: 'print both; --version prints one word' }],
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
