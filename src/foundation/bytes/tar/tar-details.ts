import { defined } from '../../core/defined.ts';
import type { PaxRecords } from './pax-records.ts';
import type { TarDetails } from './tar-entry.ts';
import type { TarHeader } from './tar-header.ts';

const NO_ATTRIBUTES: ReadonlyMap<string, Uint8Array> = new Map();

/** Returns the metadata of an entry that only a writer needs. */
export function createDetails(
  { modifiedSeconds, otherTimes, device: [deviceMajor, deviceMinor] }: TarHeader,
  records: PaxRecords | undefined,
): TarDetails {
  const readTime = (key: string, seconds?: number): string | undefined =>
    records?.values.get(key) || (seconds === undefined ? undefined : String(seconds));
  return {
    modified: readTime('mtime') ?? String(modifiedSeconds),
    ...defined({
      accessed: readTime('atime', otherTimes?.accessedSeconds),
      changed: readTime('ctime', otherTimes?.changedSeconds),
    }),
    deviceMajor,
    deviceMinor,
    attributes: records?.attributes ?? NO_ATTRIBUTES,
  };
}
