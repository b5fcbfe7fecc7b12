// Origin: flags and settings are those that `grype --help` and `grype config` print (Apache-2.0,
// compared at anchore/grype 4562c55cebba; see NOTICE); their mapping is ours.

import {
  type FlagHandling,
  type Peer,
  type PeerFlag,
  type PeerSetting,
  toIgnored,
  toSame,
  toUnsupported,
} from '../peer/peer-flag.ts';

/** The command of a Grype command line; `scan` if it names none. */
export type GrypeCommand = 'scan' | (typeof GRYPE_COMMANDS)[number];

/** Names of Grype's commands. */
const GRYPE_COMMANDS = ['completion', 'config', 'db', 'explain', 'help', 'version'] as const;

const SCANNING = ['scan'] as const;
const SEARCHING = ['db'] as const;
const EVERY = ['scan', ...GRYPE_COMMANDS] as const;

const own = (why: string): FlagHandling => ({ kind: 'own', why });

const SEARCHED = own('becomes a search term of "plimsoll db search"');
const NO_SEARCH = 'use "plimsoll db search -o json" and filter with jq';
const BOTH_TOLD = toIgnored('packages and their vulnerabilities are both printed');
const OFFLINE_ARCHIVES = 'use "plimsoll db import"; archives are detected by content';

/** Every flag of `grype --help` and of the help of its commands. */
export const GRYPE_FLAGS: readonly PeerFlag<GrypeCommand>[] = [
  {
    flag: 'add-cpes-if-none',
    takes: 'nothing',
    commands: SCANNING,
    handling: toSame('add-cpes-if-none'),
  },
  { flag: 'by-cve', takes: 'nothing', commands: SCANNING, handling: toSame('by-cve') },
  {
    flag: 'config',
    short: 'c',
    takes: 'list',
    commands: EVERY,
    handling: own('a Grype configuration file; the table of keys lists how it is translated'),
  },
  { flag: 'distro', takes: 'text', commands: SCANNING, handling: toSame('distro') },
  { flag: 'exclude', takes: 'list', commands: SCANNING, handling: toSame('exclude') },
  { flag: 'fail-on', short: 'f', takes: 'text', commands: SCANNING, handling: toSame('fail-on') },
  { flag: 'file', takes: 'text', commands: SCANNING, handling: own('becomes -o FORMAT=FILE') },
  { flag: 'from', takes: 'list', commands: SCANNING, handling: toSame('from') },
  { flag: 'ignore-states', takes: 'text', commands: SCANNING, handling: toSame('ignore-states') },
  { flag: 'name', takes: 'text', commands: SCANNING, handling: toSame('name') },
  { flag: 'only-fixed', takes: 'nothing', commands: SCANNING, handling: toSame('only-fixed') },
  {
    flag: 'only-notfixed',
    takes: 'nothing',
    commands: SCANNING,
    handling: toSame('only-notfixed'),
  },
  {
    flag: 'output',
    short: 'o',
    takes: 'list',
    commands: [...SCANNING, 'db', 'version'],
    handling: toSame('output'),
  },
  { flag: 'platform', takes: 'text', commands: SCANNING, handling: toSame('platform') },
  {
    flag: 'profile',
    takes: 'list',
    commands: EVERY,
    handling: toUnsupported('write the configuration to its own file and name it with -c'),
  },
  { flag: 'scope', short: 's', takes: 'text', commands: SCANNING, handling: toSame('scope') },
  {
    flag: 'show-suppressed',
    takes: 'nothing',
    commands: SCANNING,
    handling: toSame('show-suppressed'),
  },
  { flag: 'sort-by', takes: 'text', commands: SCANNING, handling: toSame('sort-by') },
  { flag: 'template', short: 't', takes: 'text', commands: SCANNING, handling: toSame('template') },
  { flag: 'vex', takes: 'list', commands: SCANNING, handling: toSame('vex') },
  {
    flag: 'id',
    takes: 'list',
    commands: ['explain'],
    handling: own('becomes "plimsoll why - ID" on the standard input'),
  },
  {
    flag: 'load',
    takes: 'nothing',
    commands: ['config'],
    handling: toIgnored('the configuration is always read and validated'),
  },
  { flag: 'packages', takes: 'nothing', commands: SEARCHING, handling: BOTH_TOLD },
  { flag: 'vulns', takes: 'nothing', commands: SEARCHING, handling: BOTH_TOLD },
  {
    flag: 'broad-cpe-matching',
    takes: 'nothing',
    commands: SEARCHING,
    handling: toUnsupported(NO_SEARCH),
  },
  { flag: 'distro', takes: 'list', commands: SEARCHING, handling: own('becomes --distro') },
  { flag: 'ecosystem', takes: 'text', commands: SEARCHING, handling: toUnsupported(NO_SEARCH) },
  { flag: 'fixed-state', takes: 'list', commands: SEARCHING, handling: toUnsupported(NO_SEARCH) },
  {
    flag: 'limit',
    takes: 'text',
    commands: SEARCHING,
    handling: toIgnored('all results are printed'),
  },
  {
    flag: 'modified-after',
    takes: 'text',
    commands: SEARCHING,
    handling: toUnsupported(NO_SEARCH),
  },
  { flag: 'pkg', takes: 'list', commands: SEARCHING, handling: SEARCHED },
  { flag: 'provider', takes: 'list', commands: SEARCHING, handling: toUnsupported(NO_SEARCH) },
  {
    flag: 'published-after',
    takes: 'text',
    commands: SEARCHING,
    handling: toUnsupported(NO_SEARCH),
  },
  { flag: 'vuln', takes: 'list', commands: SEARCHING, handling: SEARCHED },
  {
    flag: 'no-descriptions',
    takes: 'nothing',
    commands: ['completion'],
    handling: toIgnored('completions have no descriptions'),
  },
  { flag: 'quiet', short: 'q', takes: 'nothing', commands: EVERY, handling: toSame('quiet') },
  { flag: 'verbose', short: 'v', takes: 'nothing', commands: EVERY, handling: toSame('verbose') },
  {
    flag: 'help',
    short: 'h',
    takes: 'nothing',
    commands: EVERY,
    handling: own('prints this table'),
  },
  { flag: 'version', takes: 'nothing', commands: EVERY, handling: own('prints the version') },
];

const BY_NAME_ONLY = toUnsupported('packages of this kind are only matched by their own name');
const EPOCHS = toIgnored('a missing epoch is treated as the package manager does');
const CHANNELS = toIgnored('use --distro or os-release to name the channel, e.g. ubuntu:20.04+esm');
const ARCHIVES = toIgnored(OFFLINE_ARCHIVES);
const UPDATES = 'run "plimsoll db update" first and check its exit status';
const LIMITED = 'the timeouts are fixed limits';
const AS_THERE = toIgnored('always enabled, as in Grype by default');

const RULES = { kind: 'own', why: 'use --ignore-file to read rules from a file' } as const;

/** Keys that change the findings or the output; all others have no effect, which is reported. */
export const GRYPE_SETTINGS: readonly PeerSetting[] = [
  { key: 'output', takes: 'list', handling: toSame('output') },
  { key: 'file', takes: 'text', handling: own('becomes -o FORMAT=FILE') },
  { key: 'output-template-file', takes: 'text', handling: toSame('template') },
  { key: 'distro', takes: 'text', handling: toSame('distro') },
  { key: 'add-cpes-if-none', takes: 'boolean', handling: toSame('add-cpes-if-none') },
  { key: 'only-fixed', takes: 'boolean', handling: toSame('only-fixed') },
  { key: 'only-notfixed', takes: 'boolean', handling: toSame('only-notfixed') },
  { key: 'ignore-wontfix', takes: 'text', handling: toSame('ignore-states') },
  { key: 'platform', takes: 'text', handling: toSame('platform') },
  { key: 'search.scope', takes: 'text', handling: toSame('scope') },
  {
    key: 'search.indexed-archives',
    takes: 'boolean',
    handling: toIgnored('archives are always searched'),
  },
  {
    key: 'search.unindexed-archives',
    takes: 'boolean',
    handling: toIgnored('archives are always searched'),
  },
  {
    key: 'ignore',
    takes: 'list',
    handling: { ...RULES, fromProject: 'allowed' },
  },
  { key: 'exclude', takes: 'list', handling: toSame('exclude') },
  { key: 'fail-on-severity', takes: 'text', handling: toSame('fail-on') },
  { key: 'show-suppressed', takes: 'boolean', handling: toSame('show-suppressed') },
  { key: 'by-cve', takes: 'boolean', handling: toSame('by-cve') },
  { key: 'sort-by', takes: 'text', handling: toSame('sort-by') },
  { key: 'name', takes: 'text', handling: toSame('name') },
  { key: 'from', takes: 'list', handling: toSame('from') },
  { key: 'default-image-pull-source', takes: 'text', handling: toSame('from') },
  { key: 'vex-documents', takes: 'list', handling: toSame('vex') },
  {
    key: 'vex-add',
    takes: 'list',
    handling: toUnsupported('statements with these states never suppress a finding'),
  },
  { key: 'db.update-url', takes: 'text', handling: toSame('db-url') },
  { key: 'db.ca-cert', takes: 'text', handling: toSame('ca-file') },
  { key: 'db.auto-update', takes: 'boolean', handling: toSame('db-auto-update') },
  { key: 'db.validate-age', takes: 'boolean', handling: own('"false" becomes --db-max-age 0') },
  { key: 'db.max-allowed-built-age', takes: 'text', handling: own('becomes --db-max-age') },
  {
    key: 'db.cache-dir',
    takes: 'text',
    handling: toIgnored('plimsoll has its own database; PLIMSOLL_DB names its directory'),
  },
  { key: 'db.validate-by-hash-on-start', takes: 'boolean', handling: AS_THERE },
  {
    key: 'registry.insecure-skip-tls-verify',
    takes: 'boolean',
    handling: toSame('insecure-skip-tls-verify'),
  },
  { key: 'registry.insecure-use-http', takes: 'boolean', handling: toSame('insecure-use-http') },
  { key: 'registry.ca-cert', takes: 'text', handling: toSame('ca-file') },
  {
    key: 'registry.auth',
    takes: 'list',
    handling: toIgnored('plimsoll uses the Docker logins and credential helpers'),
  },
  { key: 'db.require-update-check', takes: 'boolean', handling: toUnsupported(UPDATES) },
  { key: 'db.update-available-timeout', takes: 'text', handling: toIgnored(LIMITED) },
  { key: 'db.update-download-timeout', takes: 'text', handling: toIgnored(LIMITED) },
  {
    key: 'db.max-update-check-frequency',
    takes: 'text',
    handling: toIgnored('plimsoll checks for a newer database every two hours'),
  },
  { key: 'external-sources.enable', takes: 'boolean', handling: toUnsupported(OFFLINE_ARCHIVES) },
  { key: 'external-sources.maven.search-maven-upstream', takes: 'boolean', handling: ARCHIVES },
  { key: 'external-sources.maven.base-url', takes: 'text', handling: ARCHIVES },
  { key: 'external-sources.maven.rate-limit', takes: 'text', handling: ARCHIVES },
  { key: 'match.stock.using-cpes', takes: 'boolean', handling: AS_THERE },
  { key: 'match.jvm.using-cpes', takes: 'boolean', handling: AS_THERE },
  { key: 'match.java.using-cpes', takes: 'boolean', handling: BY_NAME_ONLY },
  { key: 'match.dotnet.using-cpes', takes: 'boolean', handling: BY_NAME_ONLY },
  { key: 'match.golang.using-cpes', takes: 'boolean', handling: BY_NAME_ONLY },
  { key: 'match.javascript.using-cpes', takes: 'boolean', handling: BY_NAME_ONLY },
  { key: 'match.python.using-cpes', takes: 'boolean', handling: BY_NAME_ONLY },
  { key: 'match.ruby.using-cpes', takes: 'boolean', handling: BY_NAME_ONLY },
  { key: 'match.rust.using-cpes', takes: 'boolean', handling: BY_NAME_ONLY },
  { key: 'match.hex.using-cpes', takes: 'boolean', handling: BY_NAME_ONLY },
  { key: 'match.dpkg.using-cpes', takes: 'boolean', handling: BY_NAME_ONLY },
  { key: 'match.rpm.using-cpes', takes: 'boolean', handling: BY_NAME_ONLY },
  { key: 'match.dpkg.use-cpes-for-eol', takes: 'boolean', handling: BY_NAME_ONLY },
  { key: 'match.rpm.use-cpes-for-eol', takes: 'boolean', handling: BY_NAME_ONLY },
  { key: 'match.dpkg.missing-epoch-strategy', takes: 'text', handling: EPOCHS },
  { key: 'match.rpm.missing-epoch-strategy', takes: 'text', handling: EPOCHS },
  { key: 'match.golang.always-use-cpe-for-stdlib', takes: 'boolean', handling: BY_NAME_ONLY },
  {
    key: 'match.golang.allow-main-module-pseudo-version-comparison',
    takes: 'boolean',
    handling: toUnsupported('the pseudo-version of a main module is not a release version'),
  },
  { key: 'fix-channel.redhat-eus.apply', takes: 'text', handling: CHANNELS },
  { key: 'fix-channel.redhat-eus.versions', takes: 'text', handling: CHANNELS },
  { key: 'fix-channel.ubuntu-esm.apply', takes: 'text', handling: CHANNELS },
  { key: 'fix-channel.ubuntu-esm.versions', takes: 'text', handling: CHANNELS },
  {
    key: 'match-upstream-kernel-headers',
    takes: 'boolean',
    handling: toUnsupported('kernel headers are not the kernel; --show-suppressed lists them'),
  },
  { key: 'log.quiet', takes: 'boolean', handling: toSame('quiet') },
  { key: 'quiet', takes: 'boolean', handling: toSame('quiet') },
  { key: 'log.level', takes: 'text', handling: toIgnored('-v prints more') },
  { key: 'pretty', takes: 'boolean', handling: toIgnored('JSON output has one element per line') },
  {
    key: 'timestamp',
    takes: 'boolean',
    handling: toIgnored('documents carry the current time; --reproducible omits it'),
  },
  { key: 'alerts.enable-eol-distro-warnings', takes: 'boolean', handling: AS_THERE },
  {
    key: 'check-for-app-update',
    takes: 'boolean',
    handling: toIgnored('plimsoll does not check for newer versions of itself'),
  },
];

export const GRYPE: Peer<GrypeCommand> = {
  name: 'grype',
  title: 'Grype',
  commands: GRYPE_COMMANDS,
  usualCommand: 'scan',
  flags: GRYPE_FLAGS,
  settings: GRYPE_SETTINGS,
};
