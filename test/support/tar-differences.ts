import type { ArchiveListing } from './list-archive.ts';

/** A reason for which our listing of an archive may differ from Go's. */
export interface TarDifference {
  readonly id: string;
  readonly reason: string;
  /** Returns whether the reason applies to this archive and explains all differences. */
  isCause(ours: ArchiveListing, theirs: ArchiveListing): boolean;
}

/** Every accepted difference from Go. One that no archive of a long run needs is an error. */
export const TAR_DIFFERENCES: readonly TarDifference[] = [
  {
    id: 'global-header-with-malformed-number',
    reason: 'Go applies the records of a global header in random order, up to the malformed one',
    isCause: (ours, theirs) =>
      ours.problems.some((problem) => problem.includes('a global header declares "path"')) &&
      isSameListing(dropGlobalNames(ours), dropGlobalNames(theirs)),
  },
];

function dropGlobalNames(listing: ArchiveListing): ArchiveListing {
  const entries = listing.entries.map((entry) =>
    entry.type === 'g' ? { ...entry, name: '' } : entry,
  );
  return { ...listing, entries };
}

/** Differences are compared as text: only ours has problems. */
export function isSameListing(ours: ArchiveListing, theirs: ArchiveListing): boolean {
  return (
    ours.isDamaged === theirs.isDamaged &&
    JSON.stringify(ours.entries) === JSON.stringify(theirs.entries)
  );
}

/** Returns the ID of the reason for a difference; `undefined` if there is none. */
export function explainDifference(
  ours: ArchiveListing,
  theirs: ArchiveListing,
): string | undefined {
  return TAR_DIFFERENCES.find((difference) => difference.isCause(ours, theirs))?.id;
}
