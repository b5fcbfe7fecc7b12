import { hash } from 'node:crypto';
import { expandGzip } from '../../../foundation/bytes/compression/gunzip.ts';
import type { Budget } from '../../../foundation/core/budget.ts';
import { readText, readWhole, toBytes } from '../../../foundation/core/bytes.ts';
import type { Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import type { ProblemNote } from '../../../foundation/core/problem.ts';
import {
  classifyFile,
  type TextLicense,
} from '../../../foundation/identity/license/license-file.ts';
import {
  type ChangelogEntry,
  parseDebianChangelog,
} from '../../../foundation/syntax/changelog/changelog.ts';
import { parseDeb822 } from '../../../foundation/syntax/deb822/deb822.ts';
import { parseCopyrightLicenses } from '../../../foundation/syntax/deb822/debian-copyright.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import {
  type DpkgDiversion,
  type DpkgFile,
  type DpkgRecord,
  parseConffiles,
  parseDiversions,
  parseMd5sums,
  toDpkgRecord,
} from '../../ecosystem/dpkg/dpkg-record.ts';

export type DpkgFact =
  | { readonly kind: 'records'; readonly records: readonly DpkgRecord[] }
  | { readonly kind: 'files'; readonly files: readonly DpkgFile[] }
  | { readonly kind: 'list'; readonly paths: readonly string[] }
  | { readonly kind: 'diversions'; readonly diversions: readonly DpkgDiversion[] }
  | {
      readonly kind: 'changelog';
      readonly entries: readonly ChangelogEntry[];
      readonly md5: string;
      readonly sha256: string;
    }
  | {
      readonly kind: 'copyright';
      /** Short names of licenses, if the file is machine-readable. */
      readonly names: readonly string[];
      /** Licenses recognized in the text, if it has no short names. */
      readonly texts: readonly TextLicense[];
    };

/**
 * States in which only configuration files of a package, or none of its files, are on disk. An
 * interrupted installation (`half-installed`) leaves files. dpkg(1), "Package states".
 */
const ABSENT_STATES: ReadonlySet<string> = new Set(['not-installed', 'config-files']);

export function extractDpkgFact(file: WantedFile): Extraction<DpkgFact> {
  const kind = toFileKind(file);
  if (kind === 'records') {
    return extractRecords(file);
  }
  if (kind === 'changelog') {
    return extractChangelog(file);
  }
  const text = readText(file.content);
  const { budget } = file;
  switch (kind) {
    case 'md5sums':
      return { fact: { kind: 'files', files: parseMd5sums(text, budget) } };
    case 'conffiles':
      return { fact: { kind: 'files', files: parseConffiles(text, budget) } };
    case 'list':
      return { fact: { kind: 'list', paths: parseList(text, budget) } };
    case 'diversions':
      return extractDiversions(text, budget);
    case 'copyright': {
      const names = parseCopyrightLicenses(text);
      const texts = names.length > 0 ? [] : classifyFile(file.content, file.limits);
      return { fact: { kind: 'copyright', names, texts } };
    }
  }
}

type FileKind = Exclude<DpkgFact['kind'], 'files'> | 'md5sums' | 'conffiles';

function toFileKind(file: WantedFile): FileKind {
  if (file.role === 'copyright' || file.role === 'diversions' || file.role === 'changelog') {
    return file.role;
  }
  const suffix = /\.(md5sums|conffiles|list)$/.exec(file.path)?.[1];
  return suffix === 'md5sums' || suffix === 'conffiles' || suffix === 'list' ? suffix : 'records';
}

/** A changelog can only suppress findings, so if it cannot be read, only its evidence is lost. */
function extractChangelog({ content, limits, budget }: WantedFile): Extraction<DpkgFact> {
  const packed = readWhole(content);
  const { bytes } = expandGzip(packed, limits, 'changelogBytesMax');
  if (bytes.length === 0 || !budget.takeExpanded(bytes.length)) {
    return {};
  }
  const entries = parseDebianChangelog(readText(toBytes(bytes)));
  const mentions = entries.flatMap((entry) => entry.mentions);
  if (mentions.length === 0 || !mentions.every(({ id }) => budget.takeName(id.length))) {
    return {};
  }
  const [md5, sha256] = [hash('md5', packed), hash('sha256', packed)];
  return { fact: { kind: 'changelog', entries, md5, sha256 } };
}

function extractDiversions(text: string, budget: Budget): Extraction<DpkgFact> {
  const { diversions, isCut } = parseDiversions(text, budget);
  return {
    fact: { kind: 'diversions', diversions },
    ...(isCut
      ? { problems: [{ code: 'P_TRUNCATED', message: 'the last diversion is incomplete' }] }
      : {}),
  };
}

function extractRecords(file: WantedFile): Extraction<DpkgFact> {
  const { stanzas, problems } = parseDeb822(readText(file.content), file.limits);
  const records: DpkgRecord[] = [];
  const notes: ProblemNote[] = [...problems];
  for (const stanza of stanzas) {
    if (!isOnDisk(stanza.fields.get('status'))) {
      continue;
    }
    const record = toDpkgRecord(stanza, file.budget);
    if (record.package === '') {
      const message = 'a record was left out: it does not name a package';
      notes.push({ code: 'P_RECORD', message, line: stanza.line });
      continue;
    }
    if (record.version === '') {
      const message = `the record of ${record.package} has no version`;
      notes.push({ code: 'P_RECORD', message, line: stanza.line });
    }
    records.push(record);
  }
  return { fact: { kind: 'records', records }, problems: notes };
}

/**
 * `install ok installed`: the wanted state, an error flag and the state. Images without dpkg itself
 * have none.
 */
function isOnDisk(status: string | undefined): boolean {
  const state = status?.split(/\s+/)[2];
  return state === undefined || !ABSENT_STATES.has(state);
}

function parseList(text: string, budget: Budget): string[] {
  const paths: string[] = [];
  const listing = budget.createFileList();
  for (const { text: path } of splitLines(text)) {
    if (path.startsWith('/') && path !== '/.') {
      if (!listing.take(path.length)) {
        break;
      }
      paths.push(path);
    }
  }
  return paths;
}
