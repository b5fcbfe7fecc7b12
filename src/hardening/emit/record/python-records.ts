import { posix } from 'node:path';
import { decodeText, encodeText } from '../../../foundation/bytes/tar/tar-text.ts';
import type { InventoryPackage } from '../../../foundation/core/inventory.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import type { RecordContext, RecordKeeper, WrittenRecord } from './contract.ts';

/** Lists of installed files: of wheels, and of projects that older installers wrote. */
const LIST_NAME = /\/(?:RECORD|installed-files\.txt)$/;

/** Reduces the file lists of Python projects; other records of a project stay as they are. */
export const pythonRecords: RecordKeeper = {
  catalogers: ['python-installed'],
  listSources: (packages) => packages.flatMap(listFileLists),
  writeRecords: (packages, context) =>
    packages.flatMap(listFileLists).map((list) => reduceList(list, context)),
};

function listFileLists({ locations }: InventoryPackage): string[] {
  return locations.map(({ path }) => path).filter((path) => LIST_NAME.test(path));
}

/**
 * Paths are relative to the directory of the packages in RECORD, and to that of the metadata in
 * `installed-files.txt`.
 */
function reduceList(path: string, context: RecordContext): WrittenRecord {
  const folder = posix.dirname(path);
  const base = path.endsWith('/RECORD') ? posix.dirname(folder) : folder;
  const lines = [...splitLines(decodeText(context.readFile(path)))].filter(({ text }) => {
    const listed = posix.resolve(base, readFirstColumn(text));
    return listed === path || context.isKept(listed);
  });
  const content = encodeText(lines.map(({ text }) => `${text}\n`).join(''));
  return { path, content, like: path };
}

/** A path with a comma or a quote is quoted, RFC 4180. */
function readFirstColumn(line: string): string {
  const quoted = /^"((?:[^"]|"")*)"/.exec(line)?.[1];
  return quoted === undefined ? (line.split(',')[0] ?? '') : quoted.replaceAll('""', '"');
}
