import { RpmHeader } from '../../../foundation/bytes/rpm/header.ts';
import { readPackageBlobs } from '../../../foundation/bytes/rpm/package-blobs.ts';
import type { Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import type { ProblemNote } from '../../../foundation/core/problem.ts';
import { type RpmRecord, readRpmRecord } from '../../ecosystem/rpm/rpm-record.ts';
import type { RpmFact } from './record.ts';

/**
 * Reads all packages of a database. A database without any is damaged, because it would contain rpm
 * itself.
 */
export function readDatabase(file: WantedFile): Extraction<RpmFact> {
  const { content, limits, budget } = file;
  const { blobs, problems } = readPackageBlobs(content, limits);
  const notes: ProblemNote[] = [...problems];
  const records: RpmRecord[] = [];
  for (const [index, blob] of blobs.entries()) {
    const header = RpmHeader.parse(blob, budget);
    const record = header && readRpmRecord(header, budget);
    if (record === undefined) {
      const message = `the header of package ${index + 1} is malformed`;
      notes.push({ code: 'P_RECORD', message });
    } else {
      records.push(record);
    }
  }
  if (records.length === 0 && notes.length === 0) {
    notes.push({ code: 'P_MALFORMED', message: 'the rpm database contains no packages' });
  }
  return { fact: { records }, problems: notes };
}
