import { gzipSync } from 'fflate';
import { expandWhole } from '../../../foundation/bytes/compression/expand-whole.ts';
import { decodeText, encodeText } from '../../../foundation/bytes/tar/tar-text.ts';
import { Budget } from '../../../foundation/core/budget.ts';
import { UserError } from '../../../foundation/core/error.ts';
import type { InventoryPackage } from '../../../foundation/core/inventory.ts';
import { parseMtree } from '../../../foundation/syntax/mtree/mtree.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import type { RecordContext, RecordKeeper, WrittenRecord } from './contract.ts';

/** A list of files, or an mtree(5) specification with details. alpm-files(5). */
const LIST = /^(.*)\/var\/lib\/pacman\/local\/[^/]+\/(files|mtree)$/;

/** Reduces the file lists of pacman; the description of a package stays as it is. */
export const pacmanRecords: RecordKeeper = {
  catalogers: ['alpm-db'],
  listSources: (packages) => packages.flatMap(listLists),
  writeRecords: (packages, context) =>
    packages.flatMap(listLists).map((path) => reduceList(path, context)),
};

function listLists({ locations }: InventoryPackage): string[] {
  return locations.map(({ path }) => path).filter((path) => LIST.test(path));
}

function reduceList(path: string, context: RecordContext): WrittenRecord {
  const [, root = '', name] = LIST.exec(path) ?? [];
  const content = context.readFile(path);
  const isKept = (listed: string): boolean => context.isKept(`${root}/${listed}`);
  const reduced =
    name === 'files'
      ? encodeText(reduceSections(decodeText(content), isKept))
      : reduceMtree(content, { path, isKept, context });
  return { path, content: reduced, like: path };
}

/** A directory ends with a slash; it stays if something in it does. A backup has a digest. */
function reduceSections(text: string, isKept: (listed: string) => boolean): string {
  const lines = [...splitLines(text)].map(({ text: line }) => line);
  const isTitle = (line: string): boolean => /^%[A-Z0-9_]+%$/.test(line) || line === '';
  const kept = lines.filter(
    (line) => !isTitle(line) && !line.endsWith('/') && isKept(line.split('\t', 1)[0] ?? ''),
  );
  const known = new Set(kept);
  const folders = collectFolders(kept);
  return lines
    .filter((line) => isTitle(line) || known.has(line) || folders.has(line))
    .map((line) => `${line}\n`)
    .join('');
}

/** Returns the directories above the paths, each with a slash at its end. */
function collectFolders(paths: readonly string[]): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
      folders.add(path.slice(0, end + 1));
    }
  }
  return folders;
}

interface MtreeInput {
  readonly path: string;
  readonly isKept: (listed: string) => boolean;
  readonly context: RecordContext;
}

/** Defaults apply to the lines that follow, so these stay, too. */
function reduceMtree(content: Uint8Array, { path, isKept, context }: MtreeInput): Uint8Array {
  const { bytes, problem } = expandWhole(content, new Budget(context.limits), 'textFileBytesMax');
  if (problem !== undefined) {
    throw new UserError('E_UNSUPPORTED', `"${path}" cannot be reduced: ${problem.message}`, {
      hint: 'remove the file from the original image',
    });
  }
  const lines = joinLines(decodeText(bytes));
  const listed = lines.map((line) => [...parseMtree(line)][0]?.path);
  const files = listed.filter((one) => one !== undefined).filter(isKept);
  const kept = new Set([...files, ...collectFolders(files)].map((one) => one.replace(/\/$/, '')));
  const text = lines
    .filter((_, index) => {
      const one = listed[index];
      return one === undefined || kept.has(one) || /^\.[A-Z]+$/.test(one);
    })
    .map((line) => `${line}\n`)
    .join('');
  const isPacked = content[0] === 0x1f;
  return isPacked ? gzipSync(encodeText(text), { level: 6, mtime: 0 }) : encodeText(text);
}

/** A line that ends in a backslash continues in the next one. */
function joinLines(text: string): readonly string[] {
  return [...splitLines(text.replaceAll(/\\\r?\n/g, ' '))].map(({ text: line }) => line);
}
