import fs from 'node:fs';
import { isRecord } from '../../../src/foundation/syntax/json/guard.ts';
import {
  getGivenText,
  getRecord,
  getRecords,
  type JsonRecord,
} from '../../../src/foundation/syntax/json/member.ts';
import { readStatedRanges } from './stated-range.ts';

/** Values in place of a version. */
const STATES: ReadonlyMap<string, string> = new Map([
  ['', 'not-fixed'],
  ['None', 'not-fixed'],
  ['0', 'not-affected'],
]);

/**
 * Returns the statements that anchore/vunnel has of documents of a feed, one line each: package,
 * vulnerability, and fixed version or state. Its files describe one vulnerability of a release.
 */
export function readSnapshots(files: readonly string[]): ReadonlySet<string> {
  return new Set(files.flatMap((file) => readSnapshot(JSON.parse(fs.readFileSync(file, 'utf8')))));
}

function readSnapshot(root: unknown): readonly string[] {
  const item = isRecord(root) ? getRecord(root, 'item') : undefined;
  const stated = item && getRecord(item, 'Vulnerability');
  if (stated === undefined) {
    return [];
  }
  const named = getRecords(getRecord(stated, 'Metadata') ?? {}, 'CVE').flatMap(
    (cve) => getGivenText(cve, 'Name') ?? [],
  );
  const ids = named.length > 0 ? named : [getGivenText(stated, 'Name') ?? ''];
  return getRecords(stated, 'FixedIn').flatMap((fix) => ids.map((id) => formatFix(fix, id)));
}

function formatFix(fix: JsonRecord, id: string): string {
  const version = getGivenText(fix, 'Version') ?? '';
  const fixed = STATES.get(version) ?? version;
  return formatLine(`${getGivenText(fix, 'Name') ?? ''} ${id}`, fixed);
}

/** Returns the statements of a layer in the form of {@link readSnapshots}. */
export function readSnapshotLines(root: string): ReadonlySet<string> {
  return new Set(
    Array.from(readStatedRanges(root), (line) => {
      const [subject = '', fixed = ''] = line.split(' → ');
      return formatLine(subject.split(' ', 2).join(' '), fixed);
    }),
  );
}

/** The epoch 0 is left out, as some readers do. */
function formatLine(subject: string, fixed: string): string {
  return `${subject} → ${fixed.replace(/^0:/, '')}`;
}
