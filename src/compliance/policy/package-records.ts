import { hash } from 'node:crypto';
import type { InventoryFile, InventoryPackage } from '../../foundation/core/inventory.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import {
  getGivenText,
  getRecord,
  getRecords,
  getText,
  type JsonRecord,
} from '../../foundation/syntax/json/member.ts';
import { listReadingProblems, type PolicyInput, type SubjectList } from './fact.ts';
import { FileFinder } from './file-finder.ts';
import { formatPackageTitle } from './package-identity.ts';

export const CONTENT_STATES = ['matches', 'changed', 'missing'] as const;
export const COMPARISONS = ['digest', 'link-length', 'existence'] as const;

/** A file in the record of a system package, with the file in the target. */
export interface RecordSubject {
  readonly path: string;
  readonly item: InventoryPackage;
  /** `true` if users are expected to change it. */
  readonly isConfiguration: boolean;
  readonly content: RecordAnswer<(typeof CONTENT_STATES)[number]>;
  readonly mode: RecordAnswer<'matches' | 'changed' | 'missing'>;
  readonly comparison: (typeof COMPARISONS)[number];
}

/** The result of one comparison, or the reason why it is unknown. */
type RecordAnswer<Word extends string> =
  | { readonly state: Word; readonly detail?: string }
  | { readonly state: undefined; readonly reason: string };

/** Lists the files in the records of dpkg, rpm and apk. */
export function listRecords(input: PolicyInput): SubjectList<RecordSubject> {
  const { assessment, areFilesListed } = input;
  if (!areFilesListed) {
    return { subjects: [], missing: ['not all files of the target are listed'] };
  }
  const finder = new FileFinder(assessment.inventory.files);
  const recorded = assessment.inventory.packages.flatMap((item) => {
    const read = READERS.get(item.metadata?.kind ?? '');
    return read === undefined ? [] : [{ item, entries: listRecorded(item), read }];
  });
  const silent = recorded.filter(
    ({ item, entries }) => item.type === 'deb' && entries.length === 0,
  );
  const [first] = silent;
  return {
    subjects: recorded.flatMap(({ item, entries, read }) =>
      entries.flatMap((entry) => judgeEntry(item, read(entry), finder) ?? []),
    ),
    missing: [
      ...(recorded.length === 0 ? ['no package of the target has a record with files'] : []),
      ...(first === undefined
        ? []
        : [`the record of ${formatPackageTitle(first.item, '')} lists no files`]),
      ...listReadingProblems(assessment),
    ],
  };
}

function listRecorded({ metadata }: InventoryPackage): readonly JsonRecord[] {
  return getRecords(metadata?.value ?? {}, 'files');
}

/** One entry of a record in the same form for all package managers. */
interface RecordEntry {
  readonly path: string;
  readonly digests: readonly { readonly algorithm: string; readonly digits: string }[];
  /** Permissions with setuid, setgid and sticky. */
  readonly mode?: number;
  readonly type?: 'regular' | 'directory' | 'symlink';
  readonly linkLength?: number;
  readonly isConfiguration: boolean;
  /** `true` if the package does not install it, or it may be left out. */
  readonly isOptional: boolean;
  /** `true` if the digest of a link is that of its target's path. */
  readonly isLinkDigest: boolean;
}

const READERS: ReadonlyMap<string, (entry: JsonRecord) => RecordEntry> = new Map([
  ['dpkg-db-entry', readDpkgEntry],
  ['apk-db-entry', readApkEntry],
  ['rpm-db-entry', readRpmEntry],
]);

/** Lists of dpkg have MD5 digests of regular files, and paths alone. */
function readDpkgEntry(entry: JsonRecord): RecordEntry {
  return {
    ...createEntry(entry),
    digests: listDigests(entry['digest']),
    isConfiguration: entry['isConfigFile'] === true,
  };
}

function createEntry(entry: JsonRecord): Omit<RecordEntry, 'digests' | 'isConfiguration'> {
  return { path: getText(entry, 'path'), isOptional: false, isLinkDigest: false };
}

const DIGITS: ReadonlyMap<string, number> = new Map([
  ['md5', 32],
  ['sha1', 40],
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
]);

function listDigests(value: unknown): RecordEntry['digests'] {
  return [value].flat().flatMap((one) => {
    const digest = isRecord(one) ? one : {};
    const algorithm = getText(digest, 'algorithm').toLowerCase();
    const digits = getText(digest, 'value').toLowerCase();
    return digits.length === DIGITS.get(algorithm) ? [{ algorithm, digits }] : [];
  });
}

/** Files below these directories are configuration for apk. apk-tools, protected_paths. */
const PROTECTED = /^\/etc\//;

/**
 * Digests of apk are `Q1` and SHA-1, or `Q2` and SHA-256, in base64; directories have none.
 * Permissions of 755 for directories and 644 for files are left out. apk-tools, database.c.
 */
function readApkEntry(entry: JsonRecord): RecordEntry {
  const text = getText(getRecord(entry, 'digest') ?? {}, 'value');
  const algorithm = { Q1: 'sha1', Q2: 'sha256' }[text.slice(0, 2) as 'Q1'];
  const digits = Buffer.from(text.slice(2), 'base64').toString('hex');
  const permissions = getGivenText(entry, 'permissions') ?? (digits === '' ? '755' : '644');
  const isGiven = /^[0-7]{3,4}$/.test(permissions);
  const path = getText(entry, 'path');
  return {
    ...createEntry(entry),
    digests: algorithm === undefined ? [] : [{ algorithm, digits }],
    ...(isGiven ? { mode: Number.parseInt(permissions, 8) } : {}),
    isConfiguration: PROTECTED.test(path),
    isLinkDigest: true,
  };
}

const FORMAT_BITS = 0o170000;
const FILE_FORMATS: ReadonlyMap<number, 'regular' | 'directory' | 'symlink'> = new Map([
  [0o100000, 'regular'],
  [0o040000, 'directory'],
  [0o120000, 'symlink'],
]);

/** The flags `c`, `g` and `m` are configuration, not installed, and may be missing. */
function readRpmEntry(entry: JsonRecord): RecordEntry {
  const flags = getText(entry, 'flags');
  const mode = Number(entry['mode']) & 0xff_ff;
  const type = FILE_FORMATS.get(mode & FORMAT_BITS);
  const isGhost = /[gm]/.test(flags);
  return {
    ...createEntry(entry),
    digests: isGhost ? [] : listDigests(entry['digest']),
    ...(type === undefined || isGhost ? {} : { type }),
    ...(type === 'symlink' ? { linkLength: Number(entry['size']) } : {}),
    ...(type === 'symlink' || isGhost ? {} : { mode: mode & 0o7777 }),
    isConfiguration: flags.includes('c'),
    isOptional: isGhost,
  };
}

/** File systems that a container runtime mounts over the directories in layers. */
const MOUNTED = /^\/(?:dev|proc|sys)(?:\/|$)/;

/** Returns `undefined` if the record does not describe the file. */
function judgeEntry(
  item: InventoryPackage,
  entry: RecordEntry,
  finder: FileFinder,
): RecordSubject | undefined {
  const { path, isConfiguration, isOptional } = entry;
  const own = finder.findEntry(path);
  // The record of apk is about the link itself, that of dpkg only about files that it installs.
  const isAboutLink = entry.isLinkDigest || entry.type === 'symlink';
  const file = isAboutLink ? own : (finder.resolve(path) ?? own);
  const isAbsent = file === undefined && isOptional;
  if (path === '' || path === '/' || isAbsent || MOUNTED.test(path)) {
    return undefined;
  }
  const comparison =
    entry.digests.length > 0
      ? 'digest'
      : entry.linkLength === undefined
        ? 'existence'
        : 'link-length';
  return {
    path,
    item,
    isConfiguration,
    comparison,
    content: judgeContent(entry, file),
    mode: judgeMode(entry, file),
  };
}

function judgeContent(
  entry: RecordEntry,
  file: InventoryFile | undefined,
): RecordSubject['content'] {
  const { type, linkLength, digests, isOptional } = entry;
  if (file === undefined) {
    return { state: 'missing' };
  }
  if (
    type !== undefined &&
    file.type !== type &&
    !(type === 'regular' && file.type === 'hardlink')
  ) {
    return { state: 'changed', detail: `a ${file.type}, not a ${type}` };
  }
  if (linkLength !== undefined) {
    const isSame = Buffer.byteLength(file.linkTarget ?? '') === linkLength;
    return { state: isSame ? 'matches' : 'changed', detail: `link to ${file.linkTarget ?? ''}` };
  }
  const found = listFileDigests(file, entry);
  const known = digests.filter(({ algorithm }) => found.has(algorithm));
  if (known.length > 0) {
    const isSame = known.every(({ algorithm, digits }) => found.get(algorithm) === digits);
    const algorithms = known.map(({ algorithm }) => algorithm).join(', ');
    return { state: isSame ? 'matches' : 'changed', detail: algorithms };
  }
  if (digests.length > 0) {
    return file.type === 'regular' || file.type === 'hardlink'
      ? { state: undefined, reason: `${file.path} has no digest like that of its record` }
      : { state: 'changed', detail: `a ${file.type}` };
  }
  // An empty file has no digest in records of rpm.
  const isPlain = file.type === 'regular' && !isOptional;
  return isPlain && file.sizeBytes > 0
    ? { state: undefined, reason: `the record of ${file.path} has no digest` }
    : { state: 'matches' };
}

function listFileDigests(
  file: InventoryFile,
  { isLinkDigest }: RecordEntry,
): ReadonlyMap<string, string> {
  if (file.type === 'symlink') {
    const sha1 = hash('sha1', file.linkTarget ?? '');
    const sha256 = hash('sha256', file.linkTarget ?? '');
    return new Map(isLinkDigest ? Object.entries({ sha1, sha256 }) : []);
  }
  const { sha1, sha256, otherDigests = {} } = file;
  return new Map(
    Object.entries({ ...otherDigests, sha1, sha256 }).flatMap(([name, digits]) =>
      digits === undefined ? [] : [[name, digits] as const],
    ),
  );
}

function judgeMode({ mode }: RecordEntry, file: InventoryFile | undefined): RecordSubject['mode'] {
  if (file === undefined) {
    return { state: 'missing' };
  }
  if (file.type === 'symlink') {
    return { state: 'matches', detail: 'the mode of a link has no effect' };
  }
  if (mode === undefined) {
    return { state: undefined, reason: `the record of ${file.path} has no mode` };
  }
  const actual = file.mode & 0o7777;
  const [was, is] = [mode, actual].map((bits) => bits.toString(8).padStart(4, '0'));
  return { state: actual === mode ? 'matches' : 'changed', detail: `${is}, recorded ${was}` };
}
