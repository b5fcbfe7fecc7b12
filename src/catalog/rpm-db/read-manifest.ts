import { textOf } from '../../core/bytes.ts';
import type { Extraction, WantedFile } from '../../core/cataloger.ts';
import type { ProblemNote } from '../../core/problem.ts';
import type { RpmRecord } from '../../ecosystem/rpm/rpm-record.ts';
import type { RpmFact } from './record.ts';

const FIELDS = 10;
const NONE = '(none)';

/**
 * The list that distroless images of Azure Linux keep in place of a database: a line a package,
 * with name, version-release, times, vendor, epoch, size, architecture, epoch as a number and
 * source rpm, split by tabs.
 */
export function readManifest(file: WantedFile): Extraction<RpmFact> {
  const records: RpmRecord[] = [];
  const problems: ProblemNote[] = [];
  for (const [index, line] of textOf(file.content).split('\n').entries()) {
    const record = line.trim() === '' ? undefined : readLine(line);
    if (record !== undefined) {
      records.push(record);
    } else if (line.trim() !== '') {
      problems.push({
        code: 'P_RECORD',
        message: 'the line is not a package of the rpm manifest',
        line: index + 1,
      });
    }
  }
  return { fact: { records }, problems };
}

function readLine(line: string): RpmRecord | undefined {
  const fields = line.replace(/\r$/, '').split('\t');
  const [name = '', versionRelease = '', , , vendor = '', epochText = ''] = fields;
  const [size = '', architecture = '', epochNumber = '', sourceRpm = ''] = fields.slice(6);
  const cut = versionRelease.lastIndexOf('-');
  if (fields.length < FIELDS || name === '' || cut < 1) {
    return undefined;
  }
  const epoch = epochText === NONE ? Number.NaN : Number(epochNumber);
  return {
    name,
    version: versionRelease.slice(0, cut),
    release: versionRelease.slice(cut + 1),
    ...(Number.isSafeInteger(epoch) ? { epoch } : {}),
    architecture,
    sourceRpm: sourceRpm === NONE ? '' : sourceRpm,
    license: '',
    vendor: vendor === NONE ? '' : vendor,
    sizeBytes: Number.isSafeInteger(Number(size)) ? Number(size) : 0,
    signatures: [],
    digestAlgorithm: '',
    provides: [],
    requires: [],
    files: [],
  };
}
