import type { Budget } from '../../core/budget.ts';
import { type Bytes, readWhole } from '../../core/bytes.ts';
import type { LimitName } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { readZipDirectory } from './zip-directory.ts';
import { readZipEntry } from './zip-entry.ts';

export interface ZipMember {
  /** Absent if the member is missing or cannot be read. */
  readonly content?: Uint8Array;
  readonly problems: readonly ProblemNote[];
}

/** Reads the first member of a name, by default at most as long as a settings file. */
export function readZipMember(
  archive: Bytes,
  name: string,
  budget: Budget,
  maxBytes: LimitName = 'configFileBytesMax',
): ZipMember {
  const directory = readZipDirectory(archive, budget, (each) => each === name);
  if (directory === undefined) {
    return { problems: [{ code: 'P_MALFORMED', message: 'the file is not a zip archive' }] };
  }
  const [entry] = directory.entries;
  if (entry === undefined) {
    return { problems: directory.problems };
  }
  const left = { expandedBytesLeft: budget.limits.zipExpandedBytesMax };
  const { content, problem } = readZipEntry(directory, entry, {
    budget,
    left,
    maxBytes,
  });
  const problems = problem === undefined ? directory.problems : [...directory.problems, problem];
  return content === undefined ? { problems } : { content: readWhole(content), problems };
}
