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
    fate: toSame('output'),
  },
  { flag: 'template', short: 't', takes: 'text', commands: WRITING, fate: toSame('template') },
  {
    flag: 'file',
    takes: 'text',
    commands: WRITING,
    fate: { kind: 'own', why: 'becomes -o FORMAT=FILE' },
  },
  { flag: 'scope', short: 's', takes: 'text', commands: SCANNING, fate: toSame('scope') },
  {
    flag: 'show-hidden',
    short: 's',
    takes: 'nothing',
    commands: ['cataloger'],
    fate: { kind: 'ignored', why: 'the list is always complete' },
  },
  { flag: 'platform', takes: 'text', commands: SCANNING, fate: toSame('platform') },
  { flag: 'from', takes: 'list', commands: SCANNING, fate: toSame('from') },
  { flag: 'exclude', takes: 'list', commands: SCANNING, fate: toSame('exclude') },
  {
    flag: 'select-catalogers',
    takes: 'list',
    commands: [...SCANNING, 'cataloger'],
    fate: toSame('select-catalogers'),
  },
  {
    flag: 'override-default-catalogers',
    takes: 'list',
    commands: [...SCANNING, 'cataloger'],
    fate: toSame('override-default-catalogers'),
  },
  { flag: 'source-name', takes: 'text', commands: SCANNING, fate: toSame('name') },
  { flag: 'source-version', takes: 'text', commands: SCANNING, fate: toSame('target-version') },
  { flag: 'source-supplier', takes: 'text', commands: SCANNING, fate: toSame('target-supplier') },
  {
    flag: 'parallelism',
    takes: 'text',
    commands: SCANNING,
    fate: { kind: 'ignored', why: 'it does not affect the result' },
  },
  {
    flag: 'base-path',
    takes: 'text',
    commands: SCANNING,
    fate: {
      kind: 'unsupported',
      why: 'links are never followed out of the named directory, and paths are relative to it',
    },
  },
  {
    flag: 'enrich',
    takes: 'list',
    commands: SCANNING,
    fate: {
      kind: 'unsupported',
      why: 'packages are described by the target alone, without network access',
    },
  },
  {
    flag: 'key',
    short: 'k',
    takes: 'text',
    commands: ['attest'],
    fate: { kind: 'unsupported', why: 'plimsoll syft does not create attestations' },
  },
  {
    flag: 'config',
    short: 'c',
    takes: 'list',
    commands: EVERY,
    fate: {
      kind: 'own',
      why: 'a Syft configuration file; the table of keys lists how it is translated',
    },
  },
  {
    flag: 'profile',
    takes: 'list',
    commands: EVERY,
    fate: {
      kind: 'unsupported',
      why: 'write the configuration to its own file and name it with -c',
    },
  },
  {
    flag: 'no-descriptions',
    takes: 'nothing',
    commands: ['completion'],
    fate: toIgnored('completions have no descriptions'),
  },
  {
    flag: 'all',
    takes: 'nothing',
    commands: ['config'],
    fate: toIgnored('every searched path is always listed'),
  },
  {
    flag: 'load',
    takes: 'nothing',
    commands: ['config'],
    fate: { kind: 'ignored', why: 'the configuration is always read and validated' },
  },
  {
    flag: 'username',
    short: 'u',
    takes: 'text',
    commands: ['login'],
    fate: { kind: 'unsupported', why: 'plimsoll uses the Docker logins' },
  },
  {
    flag: 'password',
    short: 'p',
    takes: 'text',
    commands: ['login'],
    fate: { kind: 'unsupported', why: 'plimsoll uses the Docker logins' },
  },
  {
    flag: 'password-stdin',
    takes: 'nothing',
    commands: ['login'],
    fate: { kind: 'unsupported', why: 'plimsoll uses the Docker logins' },
  },
  { flag: 'quiet', short: 'q', takes: 'nothing', commands: EVERY, fate: toSame('quiet') },
  { flag: 'verbose', short: 'v', takes: 'nothing', commands: EVERY, fate: toSame('verbose') },
  {
    flag: 'help',
    short: 'h',
    takes: 'nothing',
    commands: EVERY,
    fate: { kind: 'own', why: 'prints this table' },
  },
  {
    flag: 'version',
    takes: 'nothing',
    commands: EVERY,
    fate: { kind: 'own', why: 'prints the version' },
  },
];

const ONLINE: FlagHandling = {
  kind: 'unsupported',
  why: 'packages are described by the target alone, without network access',
};

/** Keys that change the packages or the output; all others have no effect, which is reported. */
export const SYFT_SETTINGS: readonly PeerSetting[] = [
  { key: 'output', takes: 'list', fate: toSame('output') },
  { key: 'format.template.path', takes: 'text', fate: toSame('template') },
  { key: 'scope', takes: 'text', fate: toSame('scope') },
  { key: 'platform', takes: 'text', fate: toSame('platform') },
  { key: 'from', takes: 'list', fate: toSame('from') },
  { key: 'exclude', takes: 'list', fate: toSame('exclude') },
  { key: 'select-catalogers', takes: 'list', fate: toSame('select-catalogers') },
  { key: 'default-catalogers', takes: 'list', fate: toSame('override-default-catalogers') },
  { key: 'source.name', takes: 'text', fate: toSame('name') },
  { key: 'source.version', takes: 'text', fate: toSame('target-version') },
  { key: 'source.supplier', takes: 'text', fate: toSame('target-supplier') },
  { key: 'license.content', takes: 'text', fate: toSame('license-content') },
  { key: 'file.metadata.selection', takes: 'text', fate: toSame('file-selection') },
  { key: 'file.metadata.digests', takes: 'list', fate: toSame('file-digests') },
  {
    key: 'registry.insecure-skip-tls-verify',
    takes: 'boolean',
    fate: toSame('insecure-skip-tls-verify'),
  },
  { key: 'registry.insecure-use-http', takes: 'boolean', fate: toSame('insecure-use-http') },
  { key: 'registry.ca-cert', takes: 'text', fate: toSame('ca-file') },
  { key: 'log.quiet', takes: 'boolean', fate: toSame('quiet') },
  { key: 'quiet', takes: 'boolean', fate: toSame('quiet') },
  { key: 'parallelism', takes: 'text', fate: toIgnored('it does not affect the result') },
  {
    key: 'check-for-app-update',
    takes: 'boolean',
    fate: toIgnored('plimsoll does not query the network for it'),
  },
  {
    key: 'format.pretty',
    takes: 'boolean',
    fate: toIgnored('JSON output has one element per line'),
  },
  {
    key: 'format.json.pretty',
    takes: 'boolean',
    fate: toIgnored('JSON output has one element per line'),
  },
  { key: 'enrich', takes: 'list', fate: ONLINE },
  { key: 'java.use-network', takes: 'boolean', fate: ONLINE },
  { key: 'golang.search-remote-licenses', takes: 'boolean', fate: ONLINE },
  { key: 'javascript.search-remote-licenses', takes: 'boolean', fate: ONLINE },
  { key: 'python.search-remote-licenses', takes: 'boolean', fate: ONLINE },
  { key: 'source.base-path', takes: 'text', fate: { kind: 'unsupported', why: 'see --base-path' } },
];

export const SYFT: Peer<SyftCommand> = {
  name: 'syft',
  title: 'Syft',
  commands: SYFT_COMMANDS,
  usualCommand: 'scan',
  flags: SYFT_FLAGS,
  settings: SYFT_SETTINGS,
};
