import type { PaxRecords } from './pax-records.ts';
import type { TarHeader } from './tar-header.ts';

/** Headers that precede an entry and apply to it. */
export interface MetaHeaders {
  readonly records: PaxRecords | undefined;
  /** Of a GNU header for a long name or link target; empty ones count as absent. */
  readonly longName: string;
  readonly longLink: string;
}

/** Names of an entry as container runtimes read them. */
export interface EntryNames {
  readonly name: string;
  readonly linkName: string;
  /** Names that other readers may use for the entry, each different from ours. */
  readonly otherNames: readonly string[];
}

/**
 * Go's order of precedence, `Reader.next`: the name of a sparse file if it is one, the GNU long
 * name, the record `path`, the name in the header.
 */
export function resolveNames(
  header: TarHeader,
  { records, longName, longLink }: MetaHeaders,
  isPaxSparse: boolean,
): EntryNames {
  const path = records?.values.get('path') ?? '';
  const linkPath = records?.values.get('linkpath') ?? '';
  const sparseName = records?.values.get('GNU.sparse.name') ?? '';
  const own = longName || path || header.name;
  const name = isPaxSparse ? sparseName || own : own;
  const linkName = longLink || linkPath || header.linkName;
  const isPlain = longName === '' && path === '';
  const others = [
    // The path of a sparse file contains the directory in which GNU tar keeps its parts.
    ...(isPaxSparse ? [] : [longName, path, sparseName]),
    ...(isPlain && name === header.name ? [header.otherName ?? ''] : []),
  ];
  const otherLinks = isLink(header) ? [longLink, linkPath] : [];
  return {
    name,
    linkName,
    otherNames: [
      ...others.filter((other) => other !== '' && other !== name),
      ...otherLinks.filter((other) => other !== '' && other !== linkName),
    ],
  };
}

function isLink({ typeFlag }: TarHeader): boolean {
  return typeFlag === '1' || typeFlag === '2';
}

/** Returns the names that `before` sets and `after` does not set; other readers may keep them. */
export function findDroppedNames(before: MetaHeaders, after: MetaHeaders): readonly string[] {
  const isKept = (key: string): boolean =>
    before.records?.values.get(key) === after.records?.values.get(key);
  const records = NAME_KEYS.filter((key) => !isKept(key)).map((key) =>
    before.records?.values.get(key),
  );
  const longName = before.longName === after.longName ? '' : before.longName;
  const longLink = before.longLink === after.longLink ? '' : before.longLink;
  return [...records, longName, longLink].filter((name): name is string => (name ?? '') !== '');
}

const NAME_KEYS = ['path', 'linkpath', 'GNU.sparse.name'];
