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
    fate: toSame('add-cpes-if-none'),
  },
  { flag: 'by-cve', takes: 'nothing', commands: SCANNING, fate: toSame('by-cve') },
  {
    flag: 'config',
    short: 'c',
    takes: 'list',
    commands: EVERY,
    fate: own('a Grype configuration file; the table of keys lists how it is translated'),
  },
  { flag: 'distro', takes: 'text', commands: SCANNING, fate: toSame('distro') },
  { flag: 'exclude', takes: 'list', commands: SCANNING, fate: toSame('exclude') },
  { flag: 'fail-on', short: 'f', takes: 'text', commands: SCANNING, fate: toSame('fail-on') },
  { flag: 'file', takes: 'text', commands: SCANNING, fate: own('becomes -o FORMAT=FILE') },
  { flag: 'from', takes: 'list', commands: SCANNING, fate: toSame('from') },
  { flag: 'ignore-states', takes: 'text', commands: SCANNING, fate: toSame('ignore-states') },
  { flag: 'name', takes: 'text', commands: SCANNING, fate: toSame('name') },
  { flag: 'only-fixed', takes: 'nothing', commands: SCANNING, fate: toSame('only-fixed') },
  { flag: 'only-notfixed', takes: 'nothing', commands: SCANNING, fate: toSame('only-notfixed') },
  {
    flag: 'output',
    short: 'o',
    takes: 'list',
    commands: [...SCANNING, 'db', 'version'],
    fate: toSame('output'),
  },
  { flag: 'platform', takes: 'text', commands: SCANNING, fate: toSame('platform') },
  {
    flag: 'profile',
    takes: 'list',
    commands: EVERY,
    fate: toUnsupported('write the configuration to its own file and name it with -c'),
  },
  { flag: 'scope', short: 's', takes: 'text', commands: SCANNING, fate: toSame('scope') },
  {
    flag: 'show-suppressed',
    takes: 'nothing',
    commands: SCANNING,
    fate: toSame('show-suppressed'),
  },
  { flag: 'sort-by', takes: 'text', commands: SCANNING, fate: toSame('sort-by') },
  { flag: 'template', short: 't', takes: 'text', commands: SCANNING, fate: toSame('template') },
  { flag: 'vex', takes: 'list', commands: SCANNING, fate: toSame('vex') },
  {
    flag: 'id',
    takes: 'list',
    commands: ['explain'],
    fate: own('becomes "plimsoll why - ID" on the standard input'),
  },
  {
    flag: 'load',
    takes: 'nothing',
    commands: ['config'],
    fate: toIgnored('the configuration is always read and validated'),
  },
  { flag: 'packages', takes: 'nothing', commands: SEARCHING, fate: BOTH_TOLD },
  { flag: 'vulns', takes: 'nothing', commands: SEARCHING, fate: BOTH_TOLD },
  {
    flag: 'broad-cpe-matching',
    takes: 'nothing',
    commands: SEARCHING,
    fate: toUnsupported(NO_SEARCH),
  },
  { flag: 'distro', takes: 'list', commands: SEARCHING, fate: own('becomes --distro') },
  { flag: 'ecosystem', takes: 'text', commands: SEARCHING, fate: toUnsupported(NO_SEARCH) },
  { flag: 'fixed-state', takes: 'list', commands: SEARCHING, fate: toUnsupported(NO_SEARCH) },
  { flag: 'limit', takes: 'text', commands: SEARCHING, fate: toIgnored('all results are printed') },
  { flag: 'modified-after', takes: 'text', commands: SEARCHING, fate: toUnsupported(NO_SEARCH) },
  { flag: 'pkg', takes: 'list', commands: SEARCHING, fate: SEARCHED },
  { flag: 'provider', takes: 'list', commands: SEARCHING, fate: toUnsupported(NO_SEARCH) },
  { flag: 'published-after', takes: 'text', commands: SEARCHING, fate: toUnsupported(NO_SEARCH) },
  { flag: 'vuln', takes: 'list', commands: SEARCHING, fate: SEARCHED },
  {
    flag: 'no-descriptions',
    takes: 'nothing',
    commands: ['completion'],
    fate: toIgnored('completions have no descriptions'),
  },
  { flag: 'quiet', short: 'q', takes: 'nothing', commands: EVERY, fate: toSame('quiet') },
  { flag: 'verbose', short: 'v', takes: 'nothing', commands: EVERY, fate: toSame('verbose') },
  { flag: 'help', short: 'h', takes: 'nothing', commands: EVERY, fate: own('prints this table') },
  { flag: 'version', takes: 'nothing', commands: EVERY, fate: own('prints the version') },
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
  { key: 'output', takes: 'list', fate: toSame('output') },
  { key: 'file', takes: 'text', fate: own('becomes -o FORMAT=FILE') },
  { key: 'output-template-file', takes: 'text', fate: toSame('template') },
  { key: 'distro', takes: 'text', fate: toSame('distro') },
  { key: 'add-cpes-if-none', takes: 'boolean', fate: toSame('add-cpes-if-none') },
  { key: 'only-fixed', takes: 'boolean', fate: toSame('only-fixed') },
  { key: 'only-notfixed', takes: 'boolean', fate: toSame('only-notfixed') },
  { key: 'ignore-wontfix', takes: 'text', fate: toSame('ignore-states') },
  { key: 'platform', takes: 'text', fate: toSame('platform') },
  { key: 'search.scope', takes: 'text', fate: toSame('scope') },
  {
    key: 'search.indexed-archives',
    takes: 'boolean',
    fate: toIgnored('archives are always searched'),
  },
  {
    key: 'search.unindexed-archives',
    takes: 'boolean',
    fate: toIgnored('archives are always searched'),
  },
  {
    key: 'ignore',
    takes: 'list',
    fate: { ...RULES, fromProject: 'allowed' },
  },
  { key: 'exclude', takes: 'list', fate: toSame('exclude') },
  { key: 'fail-on-severity', takes: 'text', fate: toSame('fail-on') },
  { key: 'show-suppressed', takes: 'boolean', fate: toSame('show-suppressed') },
  { key: 'by-cve', takes: 'boolean', fate: toSame('by-cve') },
  { key: 'sort-by', takes: 'text', fate: toSame('sort-by') },
  { key: 'name', takes: 'text', fate: toSame('name') },
  { key: 'from', takes: 'list', fate: toSame('from') },
  { key: 'default-image-pull-source', takes: 'text', fate: toSame('from') },
  { key: 'vex-documents', takes: 'list', fate: toSame('vex') },
  {
    key: 'vex-add',
    takes: 'list',
    fate: toUnsupported('statements with these states never suppress a finding'),
  },
  { key: 'db.update-url', takes: 'text', fate: toSame('db-url') },
  { key: 'db.ca-cert', takes: 'text', fate: toSame('ca-file') },
  { key: 'db.auto-update', takes: 'boolean', fate: toSame('db-auto-update') },
  { key: 'db.validate-age', takes: 'boolean', fate: own('"false" becomes --db-max-age 0') },
  { key: 'db.max-allowed-built-age', takes: 'text', fate: own('becomes --db-max-age') },
  {
    key: 'db.cache-dir',
    takes: 'text',
    fate: toIgnored('plimsoll has its own database; PLIMSOLL_DB names its directory'),
  },
  { key: 'db.validate-by-hash-on-start', takes: 'boolean', fate: AS_THERE },
  {
    key: 'registry.insecure-skip-tls-verify',
    takes: 'boolean',
    fate: toSame('insecure-skip-tls-verify'),
  },
  { key: 'registry.insecure-use-http', takes: 'boolean', fate: toSame('insecure-use-http') },
  { key: 'registry.ca-cert', takes: 'text', fate: toSame('ca-file') },
  {
    key: 'registry.auth',
    takes: 'list',
    fate: toIgnored('plimsoll uses the Docker logins and credential helpers'),
  },
  { key: 'db.require-update-check', takes: 'boolean', fate: toUnsupported(UPDATES) },
  { key: 'db.update-available-timeout', takes: 'text', fate: toIgnored(LIMITED) },
  { key: 'db.update-download-timeout', takes: 'text', fate: toIgnored(LIMITED) },
  {
    key: 'db.max-update-check-frequency',
    takes: 'text',
    fate: toIgnored('plimsoll checks for a newer database every two hours'),
  },
  { key: 'external-sources.enable', takes: 'boolean', fate: toUnsupported(OFFLINE_ARCHIVES) },
  { key: 'external-sources.maven.search-maven-upstream', takes: 'boolean', fate: ARCHIVES },
  { key: 'external-sources.maven.base-url', takes: 'text', fate: ARCHIVES },
  { key: 'external-sources.maven.rate-limit', takes: 'text', fate: ARCHIVES },
  { key: 'match.stock.using-cpes', takes: 'boolean', fate: AS_THERE },
  { key: 'match.jvm.using-cpes', takes: 'boolean', fate: AS_THERE },
  { key: 'match.java.using-cpes', takes: 'boolean', fate: BY_NAME_ONLY },
  { key: 'match.dotnet.using-cpes', takes: 'boolean', fate: BY_NAME_ONLY },
  { key: 'match.golang.using-cpes', takes: 'boolean', fate: BY_NAME_ONLY },
  { key: 'match.javascript.using-cpes', takes: 'boolean', fate: BY_NAME_ONLY },
  { key: 'match.python.using-cpes', takes: 'boolean', fate: BY_NAME_ONLY },
  { key: 'match.ruby.using-cpes', takes: 'boolean', fate: BY_NAME_ONLY },
  { key: 'match.rust.using-cpes', takes: 'boolean', fate: BY_NAME_ONLY },
  { key: 'match.hex.using-cpes', takes: 'boolean', fate: BY_NAME_ONLY },
  { key: 'match.dpkg.using-cpes', takes: 'boolean', fate: BY_NAME_ONLY },
  { key: 'match.rpm.using-cpes', takes: 'boolean', fate: BY_NAME_ONLY },
  { key: 'match.dpkg.use-cpes-for-eol', takes: 'boolean', fate: BY_NAME_ONLY },
  { key: 'match.rpm.use-cpes-for-eol', takes: 'boolean', fate: BY_NAME_ONLY },
  { key: 'match.dpkg.missing-epoch-strategy', takes: 'text', fate: EPOCHS },
  { key: 'match.rpm.missing-epoch-strategy', takes: 'text', fate: EPOCHS },
  { key: 'match.golang.always-use-cpe-for-stdlib', takes: 'boolean', fate: BY_NAME_ONLY },
  {
    key: 'match.golang.allow-main-module-pseudo-version-comparison',
    takes: 'boolean',
    fate: toUnsupported('the pseudo-version of a main module is not a release version'),
  },
  { key: 'fix-channel.redhat-eus.apply', takes: 'text', fate: CHANNELS },
  { key: 'fix-channel.redhat-eus.versions', takes: 'text', fate: CHANNELS },
  { key: 'fix-channel.ubuntu-esm.apply', takes: 'text', fate: CHANNELS },
  { key: 'fix-channel.ubuntu-esm.versions', takes: 'text', fate: CHANNELS },
  {
    key: 'match-upstream-kernel-headers',
    takes: 'boolean',
    fate: toUnsupported('kernel headers are not the kernel; --show-suppressed lists them'),
  },
  { key: 'log.quiet', takes: 'boolean', fate: toSame('quiet') },
  { key: 'quiet', takes: 'boolean', fate: toSame('quiet') },
  { key: 'log.level', takes: 'text', fate: toIgnored('-v prints more') },
  { key: 'pretty', takes: 'boolean', fate: toIgnored('JSON output has one element per line') },
  {
    key: 'timestamp',
    takes: 'boolean',
    fate: toIgnored('documents carry the current time; --reproducible omits it'),
  },
  { key: 'alerts.enable-eol-distro-warnings', takes: 'boolean', fate: AS_THERE },
  {
    key: 'check-for-app-update',
    takes: 'boolean',
    fate: toIgnored('plimsoll does not check for newer versions of itself'),
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
