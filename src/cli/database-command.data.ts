/* Origin: our own. */

import type { CommandDescription } from './command.ts';

export const DATABASE_COMMAND: CommandDescription = {
  name: 'db',
  usage:
    'plimsoll db status|update|check|list|verify|providers [options] | plimsoll db import|export FILE | plimsoll db publish DIR | plimsoll db keys create|rotate DIR | plimsoll db search [TERM…] | plimsoll db prove PACKAGE | plimsoll db verify --proof FILE | plimsoll db diff OLD [NEW] | plimsoll db fetch [PROVIDER…] DIR | plimsoll db build [--from DIR|ARCHIVE] [PROVIDER=FILE…] | plimsoll db delete [PROVIDER…]',
  summary: 'update, build, search, verify, import and publish the advisory database',
  examples: [
    {
      line: 'plimsoll db update',
      does: 'download the newest database if it is not installed yet',
    },
    { line: 'plimsoll db status', does: 'print the contents and age of the database' },
    {
      line: 'plimsoll db check',
      does: 'check for a newer database; exit with status 100 if there is one',
    },
    {
      line: 'plimsoll db update --db-url https://mirror.example/databases',
      does: 'download from a mirror (or set PLIMSOLL_DB_URL)',
    },
    {
      line: 'plimsoll db import vulnerability-db.tar.zst',
      does: 'import a Grype database',
    },
    {
      line: 'plimsoll db providers -o json',
      does: 'list the sources, with license, attribution and build account',
    },
    {
      line: 'plimsoll db search CVE-2021-44228',
      does: 'search for a vulnerability, and report contradictions between its sources',
    },
    {
      line: 'plimsoll db search curl --distro alpine:3.20',
      does: 'search for a package, by name, package URL or CPE',
    },
    {
      line: 'plimsoll db search --conflicts --distro alpine:3.20',
      does: 'list the vulnerabilities whose sources disagree on range, fix, state or severity',
    },
    {
      line: 'plimsoll db search --kev --ssvc automatable --since 2026-01-01',
      does: 'list recent vulnerabilities that are exploited and can be automated',
    },
    {
      line: 'plimsoll db diff last-week.tar.zst -o json',
      does: 'list the packages with different advisories in another database',
    },
    {
      line: 'plimsoll db prove openssl --distro alpine:3.20 > openssl.proof.json',
      does: 'prove the statements about a package, for "db verify --proof"',
    },
    {
      line: 'plimsoll db export advisories.tar',
      does: 'write the database to a file, to import it on an offline machine',
    },
    {
      line: 'plimsoll db export --signed advisories.tar',
      does: 'write it with its signed index, for "db import advisories.tar --db-key public.pem"',
    },
    {
      line: 'plimsoll db fetch alpine-secdb debian-tracker ./feeds',
      does: "download the vendors' own documents",
    },
    {
      line: 'plimsoll db build --from ./feeds',
      does: 'build the providers of these documents, in addition to the downloaded database',
    },
    {
      line: 'plimsoll db build osv=all.zip debian-tracker=tracker.json',
      does: 'build providers from documents that you name',
    },
    {
      line: 'plimsoll db keys create keys/',
      does: 'create the keys that sign a published database',
    },
    {
      line: 'plimsoll db publish public/ --key keys/private.pem',
      does: 'publish the database as static files, for "db update --db-url … --db-key …"',
    },
    {
      line: 'plimsoll db delete osv',
      does: 'delete the layer of one provider ("base" is the downloaded database)',
    },
  ],
  notes: [
    'A scan updates the database if it is missing or too old, and checks for a newer one every two',
    'hours. It does neither with --offline or --no-db-auto-update.',
    'status, check, list, verify, providers, search and diff print JSON with -o json. status and',
    'verify exit with status 4 if there is no valid, recent database.',
    'fetch only downloads files that have changed, and keeps the old files of a provider if it fails.',
    'It does not clone Git repositories: it downloads the archives that their hosts offer.',
    'search combines terms of one kind with "or": with IDs and packages, a result matches one of each.',
  ],
  words: {
    status: 'print the path, age and sources of the database',
    update: 'download and install the newest database',
    check: 'check for a newer database; exit with status 100 if there is one',
    list: 'list the published databases',
    import: 'import FILE, a database archive of Grype (v6) or plimsoll',
    export: 'write the database to FILE as one archive',
    publish: 'write the database to DIR as signed static files, with changes since earlier ones',
    keys: 'create DIR: create the keys of a publisher; rotate DIR: replace them',
    fetch: 'download the documents of PROVIDERs, or of all, to the directory DIR',
    build: 'build providers from their documents: a file, a directory or an archive',
    search: 'search the database for IDs, packages and CPEs',
    diff: 'compare the database, or NEW, with OLD; both are directories or files',
    prove: 'print the proof of the statements about a package as JSON',
    verify: 'read every byte of the database and verify its digests; with --proof, verify a proof',
    providers: 'list the advisory sources',
    delete: 'delete the database, or only the layers of PROVIDERs',
  },
  positionalsMax: 200,
  takesFiles: true,
};
