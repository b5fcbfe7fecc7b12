import { decodeText, encodeText } from '../../../foundation/bytes/tar/tar-text.ts';
import type { InventoryPackage } from '../../../foundation/core/inventory.ts';
import { isText } from '../../../foundation/syntax/json/guard.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import {
  groupByRecord,
  type RecordContext,
  type RecordKeeper,
  type WrittenRecord,
} from './contract.ts';

/** Reduces the database of apk to the packages and files that stay. */
export const apkRecords: RecordKeeper = {
  catalogers: ['apk-db'],
  listSources: (packages) => [...groupByRecord(packages).keys()],
  writeRecords: (packages, context) =>
    [...groupByRecord(packages)].map(([database, group]) =>
      writeDatabase(database, group, context),
    ),
};

const DATABASE = /(?:\/usr)?\/lib\/apk\/db\/installed$/;

function writeDatabase(
  database: string,
  packages: readonly InventoryPackage[],
  context: RecordContext,
): WrittenRecord {
  const root = database.replace(DATABASE, '');
  const kept = new Set(packages.map(toPackageKey));
  const records = splitRecords(decodeText(context.readFile(database)));
  const text = records
    .filter((lines) => kept.has(toRecordKey(lines)))
    .map((lines) => `${reduceFiles(lines, (path) => context.isKept(root + path)).join('\n')}\n\n`)
    .join('');
  return { path: database, content: encodeText(text), like: database };
}

function splitRecords(text: string): readonly (readonly string[])[] {
  const records: string[][] = [];
  let isOpen = false;
  for (const { text: line } of splitLines(text)) {
    if (line === '') {
      isOpen = false;
    } else if (isOpen) {
      records.at(-1)?.push(line);
    } else {
      records.push([line]);
      isOpen = true;
    }
  }
  return records;
}

function toPackageKey({ name, version, metadata }: InventoryPackage): string {
  const architecture = metadata?.value['architecture'];
  return [name, version, isText(architecture) ? architecture : ''].join('\0');
}

/** As in the cataloger, the last line of a field counts. */
function toRecordKey(lines: readonly string[]): string {
  const getField = (letter: string): string =>
    lines.findLast((line) => line.startsWith(`${letter}:`))?.slice(2) ?? '';
  return ['P', 'V', 'A'].map(getField).join('\0');
}

/**
 * Leaves out files that are dropped, and directories without a file. apk-package(5): `F` begins a
 * directory, `R` a file in it; the lines that follow describe it.
 */
function reduceFiles(
  lines: readonly string[],
  isKept: (path: string) => boolean,
): readonly string[] {
  const reduced: string[] = [];
  let folder = '';
  /** The lines of a directory, until one of its files stays. */
  let pending: string[] = [];
  let mode: 'package' | 'directory' | 'file' | 'dropped' = 'package';
  for (const line of lines) {
    if (line.startsWith('F:')) {
      folder = line.slice(2);
      pending = [line];
      mode = 'directory';
    } else if (line.startsWith('R:')) {
      const path = `/${folder}/${line.slice(2)}`.replace(/^\/+/, '/');
      mode = isKept(path) ? 'file' : 'dropped';
      if (mode === 'file') {
        reduced.push(...pending, line);
        pending = [];
      }
    } else if (mode === 'directory') {
      pending.push(line);
    } else if (mode !== 'dropped') {
      reduced.push(line);
    }
  }
  return reduced;
}
