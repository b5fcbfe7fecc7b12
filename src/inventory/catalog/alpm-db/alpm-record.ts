import { posix } from 'node:path';
import type { Budget } from '../../../foundation/core/budget.ts';
import { parseMtree } from '../../../foundation/syntax/mtree/mtree.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';

/** One file of a package, with the member names of Syft's JSON schema. */
export interface AlpmFile {
  readonly path: string;
  readonly type?: string;
  readonly uid?: string;
  readonly gid?: string;
  /** RFC 3339 in UTC. */
  readonly time: string;
  readonly size?: string;
  readonly link?: string;
  readonly digest?: readonly { readonly algorithm: string; readonly value: string }[];
}

/** Go's zero time, which Syft writes for a missing time. */
const NO_TIME = '0001-01-01T00:00:00Z';
const MILLISECONDS = 1000;
/** The widest range of seconds that a JavaScript date supports. */
const SECONDS_MAX = 8.64e12;

/** Files that describe the package and are never installed. */
const OWN_FILES: ReadonlySet<string> = new Set(['.BUILDINFO', '.PKGINFO']);

/**
 * Yields the sections of a file of the local database: `%NAME%` and the lines up to an empty one.
 * If a section occurs twice, the first one counts. Stops if `take` rejects the length of a line.
 */
export function parseAlpmSections(
  text: string,
  take: (chars: number) => boolean,
): ReadonlyMap<string, readonly string[]> {
  const sections = new Map<string, readonly string[]>();
  let current: string[] | undefined;
  for (const { text: line } of splitLines(text)) {
    const title = /^%([A-Z0-9_]+)%$/.exec(line)?.[1];
    if (current === undefined && title !== undefined) {
      current = [];
      if (!sections.has(title)) {
        sections.set(title, current);
      }
    } else if (line === '') {
      current = undefined;
    } else if (!take(line.length)) {
      break;
    } else {
      current?.push(line);
    }
  }
  return sections;
}

/** Returns the files that pacman keeps if the user changed them, with their original digests. */
export function parseBackupFiles(lines: readonly string[]): AlpmFile[] {
  return lines.flatMap((line) => {
    const [path = '', digest = ''] = line.split('\t');
    const digests = digest === '' ? [] : [{ algorithm: 'md5', value: digest }];
    return path === '' ? [] : [{ path: toAbsolutePath(path), time: NO_TIME, digest: digests }];
  });
}

/** Returns all installed files of the package by its mtree(5) specification. */
export function parseMtreeFiles(text: string, budget: Budget): AlpmFile[] {
  const files: AlpmFile[] = [];
  const listing = budget.createFileList();
  for (const { path, keywords } of parseMtree(text)) {
    if (OWN_FILES.has(path)) {
      continue;
    }
    if (!listing.take(path.length)) {
      break;
    }
    files.push(toAlpmFile(path, keywords));
  }
  return files;
}

function toAlpmFile(path: string, keywords: ReadonlyMap<string, string>): AlpmFile {
  const digests = (['md5', 'sha256'] as const).flatMap((algorithm) => {
    const value = keywords.get(`${algorithm}digest`);
    return value === undefined ? [] : [{ algorithm, value }];
  });
  const kept = (['type', 'uid', 'gid', 'size', 'link'] as const).flatMap((name) => {
    const value = keywords.get(name);
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  return {
    path: toAbsolutePath(path),
    ...Object.fromEntries(kept),
    time: formatTime(keywords.get('time')),
    ...(digests.length === 0 ? {} : { digest: digests }),
  };
}

/** `1653121258.0`: seconds, with a fraction that is always 0. */
function formatTime(text: string | undefined): string {
  const seconds = Number.parseInt(text ?? '', 10);
  if (!Number.isFinite(seconds) || Math.abs(seconds) > SECONDS_MAX) {
    return NO_TIME;
  }
  return new Date(seconds * MILLISECONDS).toISOString().replace('.000Z', 'Z');
}

function toAbsolutePath(path: string): string {
  return posix.join('/', path);
}
