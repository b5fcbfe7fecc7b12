import type { DocumentReader } from '../../foundation/core/document.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import { parsePurl } from '../../foundation/identity/purl/parse-purl.ts';
import type { Purl } from '../../foundation/identity/purl/purl.ts';
import { toPurlDistro, toPurlPackage } from '../../foundation/identity/purl/purl-package.ts';
import {
  type LineDocument,
  type NamedPackage,
  readLineDocument,
  recognizeLines,
} from '../line-document.ts';

const LINE_CHARACTERS_MAX = 65_536;

/** Package URLs, one per line. Lines that start with `#` are comments. */
export const purlList: DocumentReader = {
  id: 'purl-list',
  title: 'List of package URLs',
  spec: 'ECMA-427',
  recognize: (head) => recognizeLines(head, 'pkg:'),
  read: (content, options) => readLineDocument(content, LIST, options),
};

const LIST: LineDocument = {
  id: purlList.id,
  subject: 'the list of package URLs',
  refusal: 'a line was left out: it is not a package URL',
  readPackageLine,
};

function readPackageLine(line: number, written: string): NamedPackage | undefined {
  const purl = written.length > LINE_CHARACTERS_MAX ? undefined : parsePurl(written);
  return purl === undefined
    ? undefined
    : { listed: createPackage(line, written, purl), distro: toPurlDistro(purl) };
}

function createPackage(line: number, written: string, purl: Purl): InventoryPackage {
  return {
    key: String(line),
    ...toPurlPackage(purl),
    purl: written,
    foundBy: purlList.id,
    rule: 'a line in a list of package URLs',
    confidence: 1,
    locations: [],
    licenses: [],
    ownedFiles: [],
  };
}
