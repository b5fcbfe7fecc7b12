import { compareText } from '../../core/compare-text.ts';
import { currentIds, deprecatedIds } from './spdx-list.ts';

/**
 * Identifiers that replaced deprecated ones, if the names do not determine them. SPDX license list,
 * notes.
 */
const REPLACEMENTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'BSD-2-Clause-FreeBSD': 'BSD-2-Clause-Views',
    'BSD-2-Clause-NetBSD': 'BSD-2-Clause',
    'bzip2-1.0.5': 'bzip2-1.0.6',
    'StandardML-NJ': 'SMLNJ',
  }),
);
const OR_LATER = 'orlater';
const FIRST_VERSION = /([0-9]+)\.?([0-9]+)?\.?([0-9]+)?/;
const VERSION_PARTS_MAX = 3;

let currentSet: ReadonlySet<string> | undefined;
let idsByHead: ReadonlyMap<string, readonly string[]> | undefined;
const idsBySpelling = new Map<string, ReadonlyMap<string, string>>();

/**
 * Returns the SPDX identifier for a short name: `gpl-2+` is `GPL-2.0-or-later`. Case, dashes and
 * trailing zeros of a version are ignored (Debian copyright format 1.0, "Short name"). A deprecated
 * identifier is replaced by its successor.
 */
export function toSpdxId(name: string): string | undefined {
  // Names written as in the list do not need the table of spellings.
  if (isCurrent(name)) {
    return name;
  }
  const spelling = stripDashes(name.trim());
  return mapSpellings(cutHead(spelling)).get(spelling);
}

function isCurrent(id: string): boolean {
  currentSet ??= new Set(currentIds());
  return currentSet.has(id);
}

/** Returns the part before the first digit, which all spellings of an identifier share. */
function cutHead(spelling: string): string {
  const end = spelling.search(/[0-9]/);
  return end < 0 ? spelling : spelling.slice(0, end);
}

function mapSpellings(head: string): ReadonlyMap<string, string> {
  // Sorted, so that the short form `gpl-1` belongs to the first version with this form.
  idsByHead ??= Map.groupBy([...currentIds(), ...deprecatedIds()].sort(compareText), (id) =>
    cutHead(stripDashes(id)),
  );
  const known = idsBySpelling.get(head);
  if (known !== undefined) {
    return known;
  }
  const ids = idsByHead.get(head);
  if (ids === undefined) {
    return NONE;
  }
  const found = new Map<string, string>();
  for (const id of ids) {
    const canonical = isCurrent(id) ? id : findReplacement(id);
    for (const spelling of listSpellings(stripDashes(id))) {
      if (!found.has(spelling)) {
        found.set(spelling, canonical);
      }
    }
  }
  idsBySpelling.set(head, found);
  return found;
}

const NONE: ReadonlyMap<string, string> = new Map();

function findReplacement(id: string): string {
  const successor = id.endsWith('+') ? `${id.slice(0, -1)}-or-later` : `${id}-only`;
  return isCurrent(successor) ? successor : (REPLACEMENTS.get(id) ?? id);
}

function listSpellings(id: string): string[] {
  const found = FIRST_VERSION.exec(id);
  const parts = (found?.slice(1) ?? []).filter((part) => part !== undefined);
  const version = parts.join('.');
  const spellings = new Set([id]);
  for (let count = 1; count <= VERSION_PARTS_MAX; count++) {
    const kept = Array.from({ length: count }, (_, index) => parts[index] ?? '0').join('.');
    // A name such as `0BSD` has no version that could be written differently.
    if (/^[0.]*$/.test(kept)) {
      continue;
    }
    spellings.add(id.replace(version, kept));
    if (id.endsWith(OR_LATER)) {
      spellings.add(id.slice(0, -OR_LATER.length).replace(version, `${kept}+`));
    }
  }
  return [...spellings];
}

function stripDashes(id: string): string {
  return id.toLowerCase().replaceAll('-', '');
}
