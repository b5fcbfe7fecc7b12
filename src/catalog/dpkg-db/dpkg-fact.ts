import { textOf, wholeOf } from '../../core/bytes.ts';
import type { Extraction, WantedFile } from '../../core/cataloger.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { parseDeb822, type Stanza } from '../../parse/deb822/deb822.ts';
import { licensesOfCopyright } from '../../parse/deb822/debian-copyright.ts';
import { textLicenseValue } from '../../parse/license/license.ts';
import { linesOf } from '../../parse/text/lines.ts';

/** A file of a package, with the member names of Syft's `dpkg-db-entry`. */
export interface DpkgFile {
  readonly path: string;
  readonly digest?: { readonly algorithm: 'md5'; readonly value: string };
  readonly isConfigFile: boolean;
}

/** A package that is on disk, from one stanza. */
export interface DpkgRecord {
  readonly package: string;
  readonly version: string;
  readonly architecture: string;
  readonly source: string;
  readonly sourceVersion: string;
  readonly maintainer: string;
  readonly installedSize: number;
  readonly provides: readonly string[];
  readonly depends: readonly string[];
  readonly preDepends: readonly string[];
  readonly conffiles: readonly DpkgFile[];
  /** Only opkg has it. */
  readonly license: string;
  readonly line: number;
  readonly digest: string;
}

export type DpkgFact =
  | { readonly kind: 'records'; readonly records: readonly DpkgRecord[] }
  | { readonly kind: 'files'; readonly files: readonly DpkgFile[] }
  | { readonly kind: 'list'; readonly paths: readonly string[] }
  | {
      readonly kind: 'copyright';
      /** Short names of licences; where there are none, the whole text is the licence. */
      readonly names: readonly string[];
      readonly text: string;
    };

/** States in which a package's files are not, or not all, on disk. dpkg(1), "Package states". */
const ABSENT_STATES: ReadonlySet<string> = new Set([
  'not-installed',
  'config-files',
  'half-installed',
]);
const SIZE = /^([0-9][0-9,]*(?:\.[0-9]+)?) ?([kmgt]?)(i?)b?$/i;
const POWERS: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3, t: 4 };

export function extractDpkgFact(file: WantedFile): Extraction<DpkgFact> {
  const kind = kindOf(file);
  if (kind === 'records') {
    return extractRecords(file);
  }
  const text = textOf(file.content);
  switch (kind) {
    case 'md5sums':
      return { fact: { kind: 'files', files: parseMd5sums(text) } };
    case 'conffiles':
      return { fact: { kind: 'files', files: parseConffiles(text) } };
    case 'list':
      return { fact: { kind: 'list', paths: parseList(text) } };
    case 'copyright': {
      const names = licensesOfCopyright(text);
      const value = names.length > 0 ? '' : textLicenseValue(wholeOf(file.content));
      return { fact: { kind: 'copyright', names, text: value } };
    }
  }
}

function kindOf(file: WantedFile): 'records' | 'md5sums' | 'conffiles' | 'list' | 'copyright' {
  if (file.role === 'copyright') {
    return 'copyright';
  }
  const suffix = /\.(md5sums|conffiles|list)$/.exec(file.path)?.[1];
  return suffix === 'md5sums' || suffix === 'conffiles' || suffix === 'list' ? suffix : 'records';
}

function extractRecords(file: WantedFile): Extraction<DpkgFact> {
  const { stanzas, problems } = parseDeb822(textOf(file.content), file.limits);
  const records: DpkgRecord[] = [];
  const notes: ProblemNote[] = [...problems];
  for (const stanza of stanzas) {
    const record = recordOf(stanza);
    if (!isOnDisk(stanza.fields.get('status'))) {
      continue;
    }
    if (record.package === '') {
      const message = 'a record names no package and was left out';
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
 * `install ok installed`: what is wanted, an error flag and the state. Images without dpkg itself
 * have none.
 */
function isOnDisk(status: string | undefined): boolean {
  const state = status?.split(/\s+/)[2];
  return state === undefined || !ABSENT_STATES.has(state);
}

function recordOf({ fields, line, digest }: Stanza): DpkgRecord {
  const field = (name: string): string => fields.get(name) ?? '';
  const [, source, sourceVersion] = /^(\S+) \((.+)\)/.exec(field('source')) ?? [];
  return {
    package: field('package'),
    version: field('version'),
    architecture: field('architecture'),
    source: source ?? field('source'),
    sourceVersion: sourceVersion ?? '',
    maintainer: field('maintainer'),
    installedSize: sizeOf(field('installed-size')),
    provides: listOf(field('provides')),
    depends: listOf(field('depends')),
    preDepends: listOf(field('pre-depends')),
    conffiles: parseConffiles(field('conffiles')),
    license: field('license'),
    line,
    digest,
  };
}

function listOf(value: string): string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/**
 * A number as dpkg writes it (of kibibytes, which is not said), or with a unit as opkg feeds have
 * it.
 */
function sizeOf(value: string): number {
  const [, digits, unit, binary] = SIZE.exec(value) ?? [];
  if (digits === undefined || unit === undefined) {
    return 0;
  }
  const base = binary === '' ? 1_000 : 1_024;
  const size = Number(digits.replaceAll(',', '')) * base ** (POWERS[unit.toLowerCase()] ?? 0);
  return Number.isSafeInteger(Math.trunc(size)) ? Math.trunc(size) : 0;
}

/** `d41d8cd98f00b204e9800998ecf8427e  usr/bin/tool` */
function parseMd5sums(text: string): DpkgFile[] {
  const files: DpkgFile[] = [];
  for (const { text: line } of linesOf(text)) {
    const blank = line.indexOf(' ');
    const path = line.slice(blank + 1).trim();
    if (blank > 0 && path !== '') {
      const digest = { algorithm: 'md5', value: line.slice(0, blank).trim() } as const;
      files.push({ path: rooted(path), digest, isConfigFile: false });
    }
  }
  return files;
}

/**
 * `/etc/tool.conf`, in the status file with its digest and maybe a flag behind it. A file that the
 * next version removes has `remove-on-upgrade` before it, see deb-conffiles(5), and is not part of
 * the package.
 */
function parseConffiles(text: string): DpkgFile[] {
  const files: DpkgFile[] = [];
  for (const { text: line } of linesOf(text)) {
    const [path = '', value] = line.trim().split(' ');
    if (path !== '' && path !== 'remove-on-upgrade') {
      const digest = value ? ({ algorithm: 'md5', value } as const) : undefined;
      files.push({ path: rooted(path), ...(digest && { digest }), isConfigFile: true });
    }
  }
  return files;
}

function parseList(text: string): string[] {
  const paths: string[] = [];
  for (const { text: line } of linesOf(text)) {
    if (line.startsWith('/') && line !== '/.') {
      paths.push(line);
    }
  }
  return paths;
}

function rooted(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
