import type { OperatingSystem } from '../core/advisory.ts';
import { foldCase } from '../core/fold-case.ts';

/** Schema of the databases that are written. 4: a shard is a page file. */
export const SHARD_SCHEMA = 4;
/** 3: a shard is a SQLite file, which is read by `schema-3`. */
export const READABLE_SCHEMAS: readonly number[] = [3, 4];

/**
 * Kinds of shards. `scores`: EPSS, apart from `meta` because it changes daily. `records`:
 * vulnerabilities without any statement.
 */
export const SHARD_KINDS = ['meta', 'scores', 'system', 'ecosystem', 'product', 'records'] as const;
export type ShardKind = (typeof SHARD_KINDS)[number];

export const META_SHARD = 'meta';
export const SCORES_SHARD = 'epss';
export const PRODUCT_SHARD = 'cpe';
export const RECORDS_SHARD = 'records';

/**
 * First characters of the keys in a shard. The order matters: records come before the statements
 * that refer to them.
 */
export const SECTIONS = {
  /** `PROVIDER/ID` → a record. */
  record: 'r',
  /** Subject, vulnerability, provider and effect → statements. */
  statement: 's',
  /** Release and ecosystem → number of statements. Only in shards of systems. */
  coverage: 't',
  /** Alias or CVE, and the vulnerability that has it. */
  alias: 'u',
  /** Vulnerability, and a subject with statements about it. */
  subject: 'v',
} as const;

/** First characters of the keys in the shard `meta`. */
export const META_SECTIONS = {
  architectureAlias: 'a',
  ecosystemOverride: 'b',
  systemOverride: 'c',
  system: 'd',
  exploited: 'k',
  /** Key of a record → the shard that has it. */
  location: 'l',
  /** Product → the end of life of its release lines. */
  product: 'p',
  ssvc: 's',
  weaknesses: 'w',
} as const;

/** Returns the shard name of an operating-system family, such as `os-alpine`. */
export function toSystemShard(family: string): string {
  return `os-${encodeName(family)}`;
}

/** Returns the shard name of a language or vendor ecosystem, such as `ecosystem-npm`. */
export function toEcosystemShard(ecosystem: string): string {
  return `ecosystem-${encodeName(ecosystem)}`;
}

/** Names come from the data: only these characters are used in a file name unescaped. */
function encodeName(name: string): string {
  const bytes = Buffer.from(foldCase(name), 'utf8');
  let encoded = '';
  for (const byte of bytes) {
    const letter = String.fromCharCode(byte);
    encoded += /[a-z0-9_-]/.test(letter) ? letter : `%${byte.toString(16).padStart(2, '0')}`;
  }
  return encoded;
}

/** A list of releases is separated by these, and their names come from the data. */
const RELEASE_SEPARATORS = /[\0-\x1f]/g;

/**
 * Returns the key of a release within its family, such as `3.20`, `@rolling`, `9.4+eus`; unique
 * there, and stable between databases.
 */
export function toReleaseKey(system: OperatingSystem): string {
  const minor = system.minorVersion === '' ? '' : `.${system.minorVersion}`;
  const label = system.label === '' ? '' : `@${system.label}`;
  const channel = system.channel === '' ? '' : `+${system.channel}`;
  const id = foldCase(system.releaseId);
  const variant = id === '' || id === foldCase(system.name) ? '' : `~${id}`;
  const release = `${system.majorVersion}${minor}${label}${channel}${variant}`;
  return foldCase(release).replace(RELEASE_SEPARATORS, ' ');
}

/** Returns a release for people, such as `ubuntu 16.04`. */
export function formatRelease(system: OperatingSystem): string {
  return `${system.name} ${toReleaseKey(system)}`.trim();
}

/** A part of a key; parts are separated by NUL, and names from a source may have any character. */
export function toKeyPart(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '%00') : text;
}

/**
 * Returns the part of a key that names a package or product: the ecosystem and the name for
 * systems, otherwise only the name.
 */
export function toSubject(kind: ShardKind, ecosystem: string, name: string): string {
  const folded = toKeyPart(foldCase(name));
  return kind === 'system' ? `${toKeyPart(foldCase(ecosystem))}\0${folded}` : folded;
}

/** Returns the key of a provider's record of a vulnerability: `PROVIDER/ID`. */
export function toRecordKey(provider: string, id: string): string {
  const owner = foldCase(provider).replaceAll('%', '%25').replaceAll('/', '%2f');
  return toKeyPart(`${owner}/${foldCase(id)}`);
}

/** Returns the provider and the ID of a result of {@link toRecordKey}. */
export function parseRecordKey(key: string): { readonly provider: string; readonly id: string } {
  const at = key.indexOf('/');
  const provider = key.slice(0, at).replaceAll('%2f', '/').replaceAll('%25', '%');
  return { provider, id: key.slice(at + 1) };
}
