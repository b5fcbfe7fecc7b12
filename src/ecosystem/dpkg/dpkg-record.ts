import type { Budget } from '../../core/budget.ts';
import type { Distro } from '../../core/distro.ts';
import type { Package } from '../../core/package.ts';
import { formatDistroQualifier, writePurl } from '../../identity/purl/purl.ts';
import type { Stanza } from '../../syntax/deb822/deb822.ts';
import { splitLines } from '../../syntax/text/lines.ts';

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
  /** Only opkg has it. */
  readonly license: string;
  readonly line: number;
  readonly digest: string;
}

const SIZE = /^([0-9][0-9,]*(?:\.[0-9]+)?) ?([kmgt]?)(i?)b?$/i;
const POWERS: ReadonlyMap<string, number> = new Map(
  Object.entries({ '': 0, k: 1, m: 2, g: 3, t: 4 }),
);

/** A stanza as a record; what it does not tell is empty. */
export function dpkgRecordOf({ fields, line, digest }: Stanza, budget: Budget): DpkgRecord {
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
    provides: listOf(field('provides'), budget),
    depends: listOf(field('depends'), budget),
    preDepends: listOf(field('pre-depends'), budget),
    conffiles: parseConffilesField(field('conffiles'), budget),
    license: field('license'),
    line,
    digest,
  };
}

function listOf(value: string, budget: Budget): string[] {
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
  const size = Number(digits.replaceAll(',', '')) * base ** (POWERS.get(unit.toLowerCase()) ?? 0);
  return Number.isSafeInteger(Math.trunc(size)) ? Math.trunc(size) : 0;
}

/** Lines of digest and path: `d41d8cd98f00b204e9800998ecf8427e  usr/bin/tool`. */
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
      files.push({ path: rooted(path), digest, isConfigFile: false });
    }
  }
  return files;
}

/**
 * A list of configuration files as a package brings it, deb-conffiles(5): one path a line, which
 * may have blanks. A flag before the path, such as `remove-on-upgrade`, marks a file of an earlier
 * version, which is not part of the package.
 */
export function parseConffiles(text: string, budget: Budget): DpkgFile[] {
  const paths = splitLines(text).map((line) => line.text.trim());
  return listConfigFiles(
    paths.filter((path) => !LEADING_FLAG.test(path)).map((path) => [path, '']),
    budget,
  );
}

/**
 * The field `Conffiles` of the status file. As in dpkg, a line is read from its end: the flags
 * `remove-on-upgrade` and `obsolete` if they are there, the digest, and then the path, which may
 * have blanks. A file that was not installed has a word such as `newconffile` in place of a digest.
 * A file that is to be removed on upgrade is not part of the package.
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
    files.push({ path: rooted(path), ...(digest && { digest }), isConfigFile: true });
  }
  return files;
}

/** Another place for a file: dpkg-divert(1). */
export interface DpkgDiversion {
  readonly from: string;
  readonly to: string;
  /** The package whose own file keeps the place; empty if the file of every package moves. */
  readonly by: string;
}

/**
 * The database of diversions: three lines each, which are the path, its diversion, and the package
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

/** Members as in Syft's JSON. */
export function dpkgMetadata(
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

/** The source package, where the stanza tells one. */
export function dpkgUpstreams({ source, sourceVersion }: DpkgRecord): Package['upstreams'] {
  if (source === '') {
    return [];
  }
  return [sourceVersion === '' ? { name: source } : { name: source, version: sourceVersion }];
}

/**
 * Only for Debian and what descends from it: opkg packages have no package URL type of their own.
 */
export function dpkgPurl(record: DpkgRecord, distro: Distro | undefined): string {
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

function rooted(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
