// Origin: flags and settings are those that `syft --help` and `syft config` print (Apache-2.0,
// compared at anchore/syft bf82010f3c38; see NOTICE); their mapping is ours.

import {
  type FlagHandling,
  type Peer,
  type PeerFlag,
  type PeerSetting,
  toIgnored,
  toSame,
} from '../peer/peer-flag.ts';

/** Names of Syft's commands. `packages` is the old name of `scan`. */
export const SYFT_COMMANDS = [
  'scan',
  'packages',
  'attest',
  'cataloger',
  'completion',
  'config',
  'convert',
  'help',
  'login',
  'version',
] as const;

export type SyftCommand = (typeof SYFT_COMMANDS)[number];

const SCANNING = ['scan', 'packages', 'attest'] as const;
const WRITING = ['scan', 'packages', 'attest', 'convert'] as const;
const EVERY = SYFT_COMMANDS;

/** Every flag of `syft --help` and of the help of its commands. */
export const SYFT_FLAGS: readonly PeerFlag<SyftCommand>[] = [
  {
    flag: 'output',
    short: 'o',
    takes: 'list',
    commands: [...WRITING, 'cataloger', 'version'],
    handling: toSame('output'),
  },
  { flag: 'template', short: 't', takes: 'text', commands: WRITING, handling: toSame('template') },
  {
    flag: 'file',
    takes: 'text',
    commands: WRITING,
    handling: { kind: 'own', why: 'becomes -o FORMAT=FILE' },
  },
  { flag: 'scope', short: 's', takes: 'text', commands: SCANNING, handling: toSame('scope') },
  {
    flag: 'show-hidden',
    short: 's',
    takes: 'nothing',
    commands: ['cataloger'],
    handling: { kind: 'ignored', why: 'the list is always complete' },
  },
  { flag: 'platform', takes: 'text', commands: SCANNING, handling: toSame('platform') },
  { flag: 'from', takes: 'list', commands: SCANNING, handling: toSame('from') },
  { flag: 'exclude', takes: 'list', commands: SCANNING, handling: toSame('exclude') },
  {
    flag: 'select-catalogers',
    takes: 'list',
    commands: [...SCANNING, 'cataloger'],
    handling: toSame('select-catalogers'),
  },
  {
    flag: 'override-default-catalogers',
    takes: 'list',
    commands: [...SCANNING, 'cataloger'],
    handling: toSame('override-default-catalogers'),
  },
  { flag: 'source-name', takes: 'text', commands: SCANNING, handling: toSame('name') },
  { flag: 'source-version', takes: 'text', commands: SCANNING, handling: toSame('target-version') },
  {
    flag: 'source-supplier',
    takes: 'text',
    commands: SCANNING,
    handling: toSame('target-supplier'),
  },
  {
    flag: 'parallelism',
    takes: 'text',
    commands: SCANNING,
    handling: { kind: 'ignored', why: 'it does not affect the result' },
  },
  {
    flag: 'base-path',
    takes: 'text',
    commands: SCANNING,
    handling: {
      kind: 'unsupported',
      why: 'links are never followed out of the named directory, and paths are relative to it',
    },
  },
  {
    flag: 'enrich',
    takes: 'list',
    commands: SCANNING,
    handling: {
      kind: 'unsupported',
      why: 'packages are described by the target alone, without network access',
    },
  },
  {
    flag: 'key',
    short: 'k',
    takes: 'text',
    commands: ['attest'],
    handling: { kind: 'unsupported', why: 'plimsoll syft does not create attestations' },
  },
  {
    flag: 'config',
    short: 'c',
    takes: 'list',
    commands: EVERY,
    handling: {
      kind: 'own',
      why: 'a Syft configuration file; the table of keys lists how it is translated',
    },
  },
  {
    flag: 'profile',
    takes: 'list',
    commands: EVERY,
    handling: {
      kind: 'unsupported',
      why: 'write the configuration to its own file and name it with -c',
    },
  },
  {
    flag: 'no-descriptions',
    takes: 'nothing',
    commands: ['completion'],
    handling: toIgnored('completions have no descriptions'),
  },
  {
    flag: 'all',
    takes: 'nothing',
    commands: ['config'],
    handling: toIgnored('every searched path is always listed'),
  },
  {
    flag: 'load',
    takes: 'nothing',
    commands: ['config'],
    handling: { kind: 'ignored', why: 'the configuration is always read and validated' },
  },
  {
    flag: 'username',
    short: 'u',
    takes: 'text',
    commands: ['login'],
    handling: { kind: 'unsupported', why: 'plimsoll uses the Docker logins' },
  },
  {
    flag: 'password',
    short: 'p',
    takes: 'text',
    commands: ['login'],
    handling: { kind: 'unsupported', why: 'plimsoll uses the Docker logins' },
  },
  {
    flag: 'password-stdin',
    takes: 'nothing',
    commands: ['login'],
    handling: { kind: 'unsupported', why: 'plimsoll uses the Docker logins' },
  },
  { flag: 'quiet', short: 'q', takes: 'nothing', commands: EVERY, handling: toSame('quiet') },
  { flag: 'verbose', short: 'v', takes: 'nothing', commands: EVERY, handling: toSame('verbose') },
  {
    flag: 'help',
    short: 'h',
    takes: 'nothing',
    commands: EVERY,
    handling: { kind: 'own', why: 'prints this table' },
  },
  {
    flag: 'version',
    takes: 'nothing',
    commands: EVERY,
    handling: { kind: 'own', why: 'prints the version' },
  },
];

const ONLINE: FlagHandling = {
  kind: 'unsupported',
  why: 'packages are described by the target alone, without network access',
};

/** Keys that change the packages or the output; all others have no effect, which is reported. */
export const SYFT_SETTINGS: readonly PeerSetting[] = [
  { key: 'output', takes: 'list', handling: toSame('output') },
  { key: 'format.template.path', takes: 'text', handling: toSame('template') },
  { key: 'scope', takes: 'text', handling: toSame('scope') },
  { key: 'platform', takes: 'text', handling: toSame('platform') },
  { key: 'from', takes: 'list', handling: toSame('from') },
  { key: 'exclude', takes: 'list', handling: toSame('exclude') },
  { key: 'select-catalogers', takes: 'list', handling: toSame('select-catalogers') },
  { key: 'default-catalogers', takes: 'list', handling: toSame('override-default-catalogers') },
  { key: 'source.name', takes: 'text', handling: toSame('name') },
  { key: 'source.version', takes: 'text', handling: toSame('target-version') },
  { key: 'source.supplier', takes: 'text', handling: toSame('target-supplier') },
  { key: 'license.content', takes: 'text', handling: toSame('license-content') },
  { key: 'file.metadata.selection', takes: 'text', handling: toSame('file-selection') },
  { key: 'file.metadata.digests', takes: 'list', handling: toSame('file-digests') },
  {
    key: 'registry.insecure-skip-tls-verify',
    takes: 'boolean',
    handling: toSame('insecure-skip-tls-verify'),
  },
  { key: 'registry.insecure-use-http', takes: 'boolean', handling: toSame('insecure-use-http') },
  { key: 'registry.ca-cert', takes: 'text', handling: toSame('ca-file') },
  { key: 'log.quiet', takes: 'boolean', handling: toSame('quiet') },
  { key: 'quiet', takes: 'boolean', handling: toSame('quiet') },
  { key: 'parallelism', takes: 'text', handling: toIgnored('it does not affect the result') },
  {
    key: 'check-for-app-update',
    takes: 'boolean',
    handling: toIgnored('plimsoll does not query the network for it'),
  },
  {
    key: 'format.pretty',
    takes: 'boolean',
    handling: toIgnored('JSON output has one element per line'),
  },
  {
    key: 'format.json.pretty',
    takes: 'boolean',
    handling: toIgnored('JSON output has one element per line'),
  },
  { key: 'enrich', takes: 'list', handling: ONLINE },
  { key: 'java.use-network', takes: 'boolean', handling: ONLINE },
  { key: 'golang.search-remote-licenses', takes: 'boolean', handling: ONLINE },
  { key: 'javascript.search-remote-licenses', takes: 'boolean', handling: ONLINE },
  { key: 'python.search-remote-licenses', takes: 'boolean', handling: ONLINE },
  {
    key: 'source.base-path',
    takes: 'text',
    handling: { kind: 'unsupported', why: 'see --base-path' },
  },
];

export const SYFT: Peer<SyftCommand> = {
  name: 'syft',
  title: 'Syft',
  commands: SYFT_COMMANDS,
  usualCommand: 'scan',
  flags: SYFT_FLAGS,
  settings: SYFT_SETTINGS,
};
