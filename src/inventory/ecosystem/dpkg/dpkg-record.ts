import type { Budget } from '../../../foundation/core/budget.ts';
import type { Distro } from '../../../foundation/core/distro.ts';
import type { Package } from '../../../foundation/core/package.ts';
import { formatDistroQualifier, writePurl } from '../../../foundation/identity/purl/purl.ts';
import type { Stanza } from '../../../foundation/syntax/deb822/deb822.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';

/** A file of a package, with the member names of Syft's `dpkg-db-entry`. */
export interface DpkgFile {
  readonly path: string;
  readonly digest?: { readonly algorithm: 'md5'; readonly value: string };
  readonly isConfigFile: boolean;
}

/** A package, from one stanza of a status database or the control file of an archive. */
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
  /** Only present in opkg. */
  readonly license: string;
  readonly line: number;
  readonly digest: string;
}

const SIZE = /^([0-9][0-9,]*(?:\.[0-9]+)?) ?([kmgt]?)(i?)b?$/i;
const POWERS: ReadonlyMap<string, number> = new Map(
  Object.entries({ '': 0, k: 1, m: 2, g: 3, t: 4 }),
);

/** Converts a stanza to a record; missing values are empty. */
export function toDpkgRecord({ fields, line, digest }: Stanza, budget: Budget): DpkgRecord {
  const getField = (name: string): string => fields.get(name) ?? '';
  const [, source, sourceVersion] = /^(\S+) \((.+)\)/.exec(getField('source')) ?? [];
  return {
    package: getField('package'),
    version: getField('version'),
    architecture: getField('architecture'),
    source: source ?? getField('source'),
    sourceVersion: sourceVersion ?? '',
    maintainer: getField('maintainer'),
    installedSize: parseSize(getField('installed-size')),
    provides: splitItems(getField('provides'), budget),
    depends: splitItems(getField('depends'), budget),
    preDepends: splitItems(getField('pre-depends'), budget),
    conffiles: parseConffilesField(getField('conffiles'), budget),
    license: getField('license'),
    line,
    digest,
  };
}

function splitItems(value: string, budget: Budget): string[] {
  const items: string[] = [];
  for (const part of value.split(',')) {
    const item = part.trim();
    if (item !== '') {
      if (!budget.takeName(item.length)) {
        break;
      }
      items.push(item);
    }
  }
  return items;
}

/** Parses a size in KiB without a unit as dpkg writes it, or with a unit as in opkg feeds. */
function parseSize(value: string): number {
  const [, digits, unit, binary] = SIZE.exec(value) ?? [];
  if (digits === undefined || unit === undefined) {
    return 0;
  }
  const base = binary === '' ? 1_000 : 1_024;
  const size = Number(digits.replaceAll(',', '')) * base ** (POWERS.get(unit.toLowerCase()) ?? 0);
  return Number.isSafeInteger(Math.trunc(size)) ? Math.trunc(size) : 0;
}

/** Parses lines of digest and path: `d41d8cd98f00b204e9800998ecf8427e  usr/bin/tool`. */
export function parseMd5sums(text: string, budget: Budget): DpkgFile[] {
  const files: DpkgFile[] = [];
  const listing = budget.createFileList();
  for (const { text: line } of splitLines(text)) {
    const blank = line.indexOf(' ');
    const path = line.slice(blank + 1).trim();
    if (blank > 0 && path !== '') {
      if (!listing.take(path.length)) {
        break;
      }
      const digest = { algorithm: 'md5', value: line.slice(0, blank).trim() } as const;
      files.push({ path: toRootedPath(path), digest, isConfigFile: false });
    }
  }
  return files;
}

/**
 * Parses the list of configuration files in a package, deb-conffiles(5): one path per line, which
 * may contain blanks. A flag before the path, such as `remove-on-upgrade`, marks a file of an
 * earlier version, which is not part of the package.
 */
export function parseConffiles(text: string, budget: Budget): DpkgFile[] {
  const paths = splitLines(text).map((line) => line.text.trim());
  return listConfigFiles(
    paths.filter((path) => !LEADING_FLAG.test(path)).map((path) => [path, '']),
    budget,
  );
}

/**
 * Parses the field `Conffiles` of the status file. As in dpkg, a line is read from its end: the
 * optional flags `remove-on-upgrade` and `obsolete`, the digest, and then the path, which may
 * contain blanks. A file that was not installed has a word such as `newconffile` instead of a
 * digest. A file to be removed on upgrade is not part of the package.
 */
function parseConffilesField(value: string, budget: Budget): DpkgFile[] {
  const entries = splitLines(value).flatMap(({ text }): (readonly [string, string])[] => {
    const words = text.trim().split(' ');
    if (words.at(-1) === 'remove-on-upgrade') {
      return [];
    }
    const end = words.at(-1) === 'obsolete' ? -2 : -1;
    return words.length + end < 1
      ? [[words[0] ?? '', '']]
      : [[words.slice(0, end).join(' ').trimEnd(), words.at(end) ?? '']];
  });
  return listConfigFiles(entries, budget);
}

const LEADING_FLAG = /^[a-z][a-z-]*\s/;
const MD5 = /^[0-9a-f]{32}$/i;

/** @param entries pairs of path and digest */
function listConfigFiles(
  entries: Iterable<readonly [path: string, md5: string]>,
  budget: Budget,
): DpkgFile[] {
  const files: DpkgFile[] = [];
  const listing = budget.createFileList();
  for (const [path, value] of entries) {
    if (path === '') {
      continue;
    }
    if (!listing.take(path.length)) {
      break;
    }
    const digest = MD5.test(value) ? ({ algorithm: 'md5', value } as const) : undefined;
    files.push({ path: toRootedPath(path), ...(digest && { digest }), isConfigFile: true });
  }
  return files;
}

/** A different path for a file: dpkg-divert(1). */
export interface DpkgDiversion {
  readonly from: string;
  readonly to: string;
  /** The package whose own file keeps the path; empty if the files of all packages are diverted. */
  readonly by: string;
}

/**
 * Parses the database of diversions. Each has three lines: the path, its diversion, and the package
 * that diverts the files of all others, or `:` for a local diversion.
 */
export function parseDiversions(
  text: string,
  budget: Budget,
): { readonly diversions: readonly DpkgDiversion[]; readonly isCut: boolean } {
  const diversions: DpkgDiversion[] = [];
  const listing = budget.createFileList();
  let lines: string[] = [];
  for (const { text: line } of splitLines(text)) {
    lines.push(line);
    const [from = '', to = '', by] = lines;
    if (by === undefined) {
      continue;
    }
    if (!listing.take(from.length + to.length)) {
      return { diversions, isCut: false };
    }
    diversions.push({ from, to, by: by === ':' ? '' : by });
    lines = [];
  }
  return { diversions, isCut: lines.length > 0 };
}

/** Members are as in Syft's JSON. */
export function toDpkgMetadata(
  record: DpkgRecord,
  files: readonly DpkgFile[],
): Record<string, unknown> {
  const { provides, depends, preDepends } = record;
  return {
    package: record.package,
    source: record.source,
    version: record.version,
    sourceVersion: record.sourceVersion,
    architecture: record.architecture,
    maintainer: record.maintainer,
    installedSize: record.installedSize,
    ...(provides.length > 0 ? { provides } : {}),
    ...(depends.length > 0 ? { depends } : {}),
    ...(preDepends.length > 0 ? { preDepends } : {}),
    files,
  };
}

/** Returns the source package if the stanza names one. */
export function toDpkgUpstreams({ source, sourceVersion }: DpkgRecord): Package['upstreams'] {
  if (source === '') {
    return [];
  }
  return [sourceVersion === '' ? { name: source } : { name: source, version: sourceVersion }];
}

/** Only for Debian and its derivatives: opkg packages have no package URL type of their own. */
export function toDpkgPurl(record: DpkgRecord, distro: Distro | undefined): string {
  if (distro === undefined || (distro.id !== 'debian' && !distro.idLike.includes('debian'))) {
    return '';
  }
  const { source, sourceVersion } = record;
  return writePurl({
    type: 'deb',
    namespace: distro.id,
    name: record.package,
    version: record.version,
    qualifiers: {
      arch: record.architecture,
      upstream: sourceVersion === '' ? source : `${source}@${sourceVersion}`,
      distro: formatDistroQualifier(distro),
    },
  });
}

function toRootedPath(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
