import { decodeText, encodeText } from '../../../foundation/bytes/tar/tar-text.ts';
import type { InventoryPackage } from '../../../foundation/core/inventory.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import type { RecordContext, RecordKeeper, WrittenRecord } from './contract.ts';

const LIST = /^(.*)\/var\/db\/pkg\/[^/]+\/[^/]+\/CONTENTS$/;

/** Reduces the file lists of Portage; the other records of a package stay as they are. */
export const portageRecords: RecordKeeper = {
  catalogers: ['portage-db'],
  listSources: (packages) => packages.flatMap(listLists),
  writeRecords: (packages, context) =>
    packages.flatMap(listLists).map((path) => reduceList(path, context)),
};

function listLists({ locations }: InventoryPackage): string[] {
  return locations.map(({ path }) => path).filter((path) => LIST.test(path));
}

/** `obj PATH MD5 TIME`, `sym PATH -> TARGET TIME`, `dir PATH`, `fif PATH`, `dev PATH`. */
const LINE = /^(?:(dir|fif|dev) (.+)|obj (.+) [0-9a-fA-F]{32} [0-9]+|sym (.+?) -> .*)$/;

/** A directory stays if something in it does. */
function reduceList(path: string, context: RecordContext): WrittenRecord {
  const [, root = ''] = LIST.exec(path) ?? [];
  const lines = [...splitLines(decodeText(context.readFile(path)))].map(({ text }) => {
    const [, kind, special, file, link] = LINE.exec(text) ?? [];
    return { text, isFolder: kind === 'dir', listed: special ?? file ?? link };
  });
  const kept = lines.flatMap(({ isFolder, listed }) =>
    !isFolder && listed !== undefined && context.isKept(root + listed) ? [listed] : [],
  );
  const known = new Set(kept);
  for (const one of kept) {
    for (let end = one.lastIndexOf('/'); end > 0; end = one.lastIndexOf('/', end - 1)) {
      known.add(one.slice(0, end));
    }
  }
  const content = lines
    .filter(({ listed }) => listed === undefined || known.has(listed))
    .map(({ text }) => `${text}\n`)
    .join('');
  return { path, content: encodeText(content), like: path };
}
