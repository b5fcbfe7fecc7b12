import type { FileType } from '../../core/file-table.ts';
import type { ProblemNote } from '../../core/problem.ts';
import type { EntryNames, MetaHeaders } from './entry-names.ts';
import { DECIDING_KEYS, type PaxRecords, parseInt64 } from './pax-records.ts';
import type { TarHeader } from './tar-header.ts';

const NAME_CHARS_SHOWN = 256;

/**
 * Reports headers that readers other than container runtimes interpret differently. Such headers
 * can show one content to a scanner and another to a runtime.
 *
 * @param droppedNames names of headers that a later header replaces
 */
export function findHeaderConflicts(
  header: TarHeader,
  { name, otherNames, type }: EntryNames & { readonly type: FileType },
  { records }: MetaHeaders,
  droppedNames: readonly string[],
): ProblemNote[] {
  const problems: ProblemNote[] = [];
  const other = otherNames[0] ?? droppedNames[0];
  if (other !== undefined) {
    const message = `the headers disagree about the name; container runtimes ignore ${shortenName(other)}`;
    problems.push({ code: 'P_NAME', message });
  }
  if (type === 'regular' && name.endsWith('/')) {
    const message = 'the name of the file ends in a slash; some readers treat it as a directory';
    problems.push({ code: 'P_NAME', message });
  }
  if (records !== undefined) {
    problems.push(...findRecordConflicts(records));
  }
  if (type === 'regular' && isSizeContradicted(header, records?.values.get('size') ?? '')) {
    problems.push({ code: 'P_MALFORMED', message: 'the headers disagree about the size' });
  }
  return problems;
}

function findRecordConflicts({ contradicted, hasOverlayAttributes }: PaxRecords): ProblemNote[] {
  const problems = [...contradicted].map((key): ProblemNote => {
    const message = `the extended header declares "${key}" twice; container runtimes use the last one`;
    return { code: 'P_NAME', message };
  });
  if (hasOverlayAttributes) {
    const message = 'the entry has overlayfs attributes, which some container runtimes honor';
    problems.push({ code: 'P_UNSUPPORTED', message });
  }
  return problems;
}

/** Other readers apply a global header to all entries that follow. */
export function findGlobalConflicts({ values }: PaxRecords): ProblemNote[] {
  return DECIDING_KEYS.filter((key) => (values.get(key) ?? '') !== '').map((key) => ({
    code: 'P_NAME',
    message: `a global header declares "${key}", which container runtimes ignore`,
  }));
}

/** Writers leave the header's own size at 0 or its maximum if the real size does not fit. */
function isSizeContradicted({ sizeBytes }: TarHeader, paxSize: string): boolean {
  const isUnset = sizeBytes === 0 || sizeBytes === 0o77777777777;
  return paxSize !== '' && !isUnset && parseInt64(paxSize) !== BigInt(sizeBytes);
}

function shortenName(name: string): string {
  const isLong = name.length > NAME_CHARS_SHOWN;
  return JSON.stringify(isLong ? `${name.slice(0, NAME_CHARS_SHOWN)}…` : name);
}
