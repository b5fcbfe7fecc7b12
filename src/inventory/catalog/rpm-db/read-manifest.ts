import { readText } from '../../../foundation/core/bytes.ts';
import type { Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { NoteList } from '../../../foundation/core/note-list.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import type { RpmRecord } from '../../ecosystem/rpm/rpm-record.ts';
import type { RpmFact } from './record.ts';

const FIELDS = 10;
const NONE = '(none)';

/**
 * Reads the list that distroless images of Azure Linux contain instead of a database: one package
 * per line, with name, version-release, times, vendor, epoch, size, architecture, epoch as a number
 * and source rpm, separated by tabs.
 */
export function readManifest(file: WantedFile): Extraction<RpmFact> {
  const { recordsMax } = file.limits;
  const records: RpmRecord[] = [];
  const notes = new NoteList(file.limits);
  for (const { text, number } of splitLines(readText(file.content))) {
    const record = text.trim() === '' ? undefined : readLine(text);
    if (record !== undefined && records.length >= recordsMax) {
      notes.add('P_LIMIT', 'the manifest has more packages than recordsMax', number);
      break;
    }
    if (record !== undefined) {
      records.push(record);
    } else if (text.trim() !== '') {
      const message = 'the line is not a package of the rpm manifest';
      notes.add('P_RECORD', message, number);
    }
  }
  return { fact: { records }, problems: notes.notes };
}

function readLine(line: string): RpmRecord | undefined {
  const fields = line.split('\t');
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
