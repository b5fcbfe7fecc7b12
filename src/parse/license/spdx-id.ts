import { compareText } from '../../core/digest.ts';
import { currentIds, deprecatedIds } from './spdx-list.ts';

/**
 * Identifiers that took the place of deprecated ones, where the names do not tell. SPDX license
 * list, notes.
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
let idsBySpelling: ReadonlyMap<string, string> | undefined;

/**
 * The SPDX identifier that a short name stands for: `gpl-2+` is `GPL-2.0-or-later`. Case and dashes
 * do not count, nor do trailing zeros of a version (Debian copyright format 1.0, "Short name"); a
 * deprecated identifier gives the one that replaced it.
 */
export function spdxIdOf(name: string): string | undefined {
  // What is written as the list has it needs no table of spellings.
  if (isCurrent(name)) {
    return name;
  }
  idsBySpelling ??= idsOfAllSpellings();
  return idsBySpelling.get(withoutDashes(name.trim()));
}

function isCurrent(id: string): boolean {
  currentSet ??= new Set(currentIds());
  return currentSet.has(id);
}

function idsOfAllSpellings(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  // In order, so that the short form `gpl-1` belongs to the first version that has it.
  for (const id of [...currentIds(), ...deprecatedIds()].sort(compareText)) {
    const canonical = isCurrent(id) ? id : replacementOf(id);
    for (const spelling of spellingsOf(withoutDashes(id))) {
      if (!found.has(spelling)) {
        found.set(spelling, canonical);
      }
    }
  }
  return found;
}

function replacementOf(id: string): string {
  const successor = id.endsWith('+') ? `${id.slice(0, -1)}-or-later` : `${id}-only`;
  return isCurrent(successor) ? successor : (REPLACEMENTS.get(id) ?? id);
}

function spellingsOf(id: string): string[] {
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

function withoutDashes(id: string): string {
  return id.toLowerCase().replaceAll('-', '');
}
