import { parsePgpSignature } from '../../../foundation/bytes/openpgp/signature.ts';
import { type RpmHeader, TAG } from '../../../foundation/bytes/rpm/header.ts';
import type { Budget } from '../../../foundation/core/budget.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { listFixes, readMentions } from '../../../foundation/syntax/changelog/changelog.ts';

/** A file in the header of a package. */
export interface RpmFile {
  readonly path: string;
  readonly mode: number;
  readonly sizeBytes: number;
  readonly digest: string;
  readonly userName: string;
  readonly groupName: string;
  readonly flags: number;
}

/** Content of a signature, in the words of rpm's `pgpsig` format. */
export interface RpmSignature {
  readonly algo: string;
  readonly hash: string;
  readonly created: string;
  readonly issuer: string;
}

/** The header of one package, as plain data. */
export interface RpmRecord {
  readonly name: string;
  readonly version: string;
  readonly release: string;
  readonly epoch?: number;
  readonly architecture: string;
  readonly sourceRpm: string;
  readonly license: string;
  readonly vendor: string;
  readonly sizeBytes: number;
  /** Absent in manifests, which do not contain it. */
  readonly modularityLabel?: string;
  readonly signatures: readonly RpmSignature[];
  readonly digestAlgorithm: string;
  readonly provides: readonly string[];
  readonly requires: readonly string[];
  readonly files: readonly RpmFile[];
  /** Vulnerabilities that the changelog lists as fixed; absent if there are none. */
  readonly changelogFixes?: readonly { readonly id: string; readonly version: string }[];
}

const NONE = '(none)';
/** RFC 4880, 9.4, with the names that rpm prints for files. */
const FILE_DIGEST_NAMES: Readonly<Record<number, string>> = {
  1: 'md5',
  2: 'sha1',
  3: 'ripemd160',
  5: 'md2',
  6: 'tiger192',
  7: 'haval-5-160',
  8: 'sha256',
  9: 'sha384',
  10: 'sha512',
  11: 'sha224',
};
const PUBLIC_KEY_NAMES: Readonly<Record<number, string>> = { 1: 'RSA', 17: 'DSA', 22: 'EdDSA' };
const HASH_NAMES: Readonly<Record<number, string>> = {
  1: 'MD5',
  2: 'SHA1',
  8: 'SHA256',
  9: 'SHA384',
  10: 'SHA512',
  11: 'SHA224',
};

/** Reads a package from its header; `undefined` if the header names none. */
export function readRpmRecord(header: RpmHeader, budget: Budget): RpmRecord | undefined {
  const name = header.getText(TAG.name);
  const version = header.getText(TAG.version);
  if (name === undefined || name === '' || version === undefined) {
    return undefined;
  }
  const epoch = header.number(TAG.epoch);
  const changelogFixes = readChangelogFixes(header, budget);
  return {
    name,
    version,
    release: header.getText(TAG.release) ?? '',
    ...defined({ epoch }),
    architecture: header.getText(TAG.architecture) ?? '',
    sourceRpm: dropNone(header.getText(TAG.sourceRpm)),
    license: dropNone(header.getText(TAG.license)),
    vendor: dropNone(header.getText(TAG.vendor)),
    sizeBytes: header.number(TAG.size) ?? header.number(TAG.longSize) ?? 0,
    modularityLabel: header.getText(TAG.modularityLabel) ?? '',
    signatures: [TAG.signaturePgp, TAG.headerRsa].flatMap((tag) => readRpmSignature(header, tag)),
    digestAlgorithm: getDigestName(header),
    provides: header.listTexts(TAG.provideNames, (bytes) => budget.takeName(bytes)),
    requires: header.listTexts(TAG.requireNames, (bytes) => budget.takeName(bytes)),
    files: readFiles(header, budget),
    ...(changelogFixes.length === 0 ? {} : { changelogFixes }),
  };
}

/** `Jane Doe <jane@example.org> - 1.2-3`: the version is the last part, if present. */
const CHANGELOG_VERSION = /[>\s]\s*-?\s*((?:\d+:)?[\w.~^+]+-[\w.~^+]+)\s*$/;

/** The newest entry comes first. */
function readChangelogFixes(
  header: RpmHeader,
  budget: Budget,
): { readonly id: string; readonly version: string }[] {
  const texts = header.getTexts(TAG.changelogTexts, budget.limits.recordsMax);
  if (!texts.some((text) => MAY_NAME_FIX.test(text))) {
    return [];
  }
  const names = header.getTexts(TAG.changelogNames, texts.length);
  const entries = texts.map((text, index) => ({
    version: CHANGELOG_VERSION.exec(names[index] ?? '')?.[1] ?? '',
    mentions: readMentions(text),
  }));
  return listFixes(entries)
    .filter(({ id }) => budget.takeName(id.length))
    .map(({ id, entry: { version } }) => ({ id, version }));
}

const MAY_NAME_FIX = /CVE-|GHSA-/i;

function dropNone(text: string | undefined): string {
  return text === undefined || text === NONE ? '' : text;
}

/** Headers from before the tag existed have MD5 digests. */
function getDigestName(header: RpmHeader): string {
  const number = header.number(TAG.fileDigestAlgorithm);
  return FILE_DIGEST_NAMES[number ?? 1] ?? 'unknown-digest-algorithm';
}

function readFiles(header: RpmHeader, budget: Budget): RpmFile[] {
  const { recordsMax } = budget.limits;
  const folders = header.getTexts(TAG.directoryNames, recordsMax);
  const folderIndexes = header.getNumbers(TAG.directoryIndexes, recordsMax);
  const getDirectory = (index: number): string => folders[folderIndexes[index] ?? -1] ?? '/';
  const listing = budget.createFileList();
  let at = 0;
  const baseNames = header.listTexts(TAG.baseNames, (bytes) =>
    listing.take(getDirectory(at++).length + bytes),
  );
  const { length } = baseNames;
  const modes = header.getNumbers(TAG.fileModes, length);
  const sizes = header.getNumbers(TAG.fileSizes, length);
  const digests = header.getTexts(TAG.fileDigests, length);
  const users = header.getTexts(TAG.fileUserNames, length);
  const groups = header.getTexts(TAG.fileGroupNames, length);
  const flags = header.getNumbers(TAG.fileFlags, length);
  return baseNames.map((baseName, index) => ({
    path: joinFilePath(getDirectory(index), baseName),
    mode: modes[index] ?? 0,
    sizeBytes: sizes[index] ?? 0,
    digest: digests[index] ?? '',
    userName: users[index] ?? '',
    groupName: groups[index] ?? '',
    flags: flags[index] ?? 0,
  }));
}

/** Files of source packages have no directory. */
function joinFilePath(folder: string, baseName: string): string {
  if (folder === '') {
    return baseName;
  }
  const path = folder.endsWith('/') ? `${folder}${baseName}` : `${folder}/${baseName}`;
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** Reads the signature in a tag; empty if its kind has no name. */
export function readRpmSignature(header: RpmHeader, tag: number): RpmSignature[] {
  const packet = header.getBinary(tag);
  const signature = packet && parsePgpSignature(packet);
  const algo = PUBLIC_KEY_NAMES[signature?.publicKeyAlgorithm ?? 0];
  const hash = HASH_NAMES[signature?.hashAlgorithm ?? 0];
  if (signature === undefined || algo === undefined || hash === undefined) {
    return [];
  }
  const created = formatClockTime(signature.createdSeconds);
  return [{ algo, hash, created, issuer: signature.issuerKeyId }];
}

const DAYS = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed'] as const;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const DAY_SECONDS = 86_400;

/**
 * Formats the time like C's `ctime`, in UTC: `Mon Jan 23 22:49:22 2023`, the day padded with a
 * blank.
 */
function formatClockTime(seconds: number): string {
  const days = Math.floor(seconds / DAY_SECONDS);
  const { year, month, day } = toCivilDate(days);
  const rest = seconds % DAY_SECONDS;
  const clock = [Math.floor(rest / 3_600), Math.floor(rest / 60) % 60, rest % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
  return `${DAYS[days % 7]} ${MONTHS[month - 1]} ${String(day).padStart(2)} ${clock} ${year}`;
}

/** Converts days since 1970 to a Gregorian date, counting in years that begin in March. */
function toCivilDate(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
