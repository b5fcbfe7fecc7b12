import type { DocumentReader } from '../../foundation/core/document.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import {
  CPE_ANY,
  CPE_NOT_APPLICABLE,
  type CpeName,
  formatCpe,
  parseCpe,
} from '../../foundation/identity/cpe-name/cpe.ts';
import { UNKNOWN_PURL_TYPE } from '../../foundation/identity/purl/package-type.data.ts';
import {
  type LineDocument,
  type NamedPackage,
  readLineDocument,
  recognizeLines,
} from '../line-document.ts';

/** CPEs, one per line, in either binding. Lines that start with `#` are comments. */
export const cpeList: DocumentReader = {
  id: 'cpe-list',
  title: 'List of CPEs',
  spec: 'NISTIR 7695',
  recognize: (head) => recognizeLines(head, 'cpe:'),
  read: (content, options) => readLineDocument(content, LIST, options),
};

const LIST: LineDocument = {
  id: cpeList.id,
  subject: 'the list of CPEs',
  refusal: 'a line was left out: it is not a CPE of a product',
  readPackageLine,
};

function readPackageLine(line: number, written: string): NamedPackage | undefined {
  const cpe = parseCpe(written);
  return cpe === undefined || isAnything(cpe) ? undefined : { listed: createPackage(line, cpe) };
}

/** A name that matches all products does not identify any. */
function isAnything({ product }: CpeName): boolean {
  return product === CPE_ANY || product === CPE_NOT_APPLICABLE;
}

function createPackage(line: number, cpe: CpeName): InventoryPackage {
  return {
    key: String(line),
    name: unescape(cpe.product),
    version: getVersion(cpe),
    ...UNKNOWN_PURL_TYPE,
    purl: '',
    foundBy: cpeList.id,
    rule: 'a line in a list of CPEs',
    confidence: 1,
    locations: [],
    licenses: [],
    cpes: [{ cpe: formatCpe(cpe), source: 'declared' }],
    upstreams: [],
    ownedFiles: [],
  };
}

/** A character after a backslash is literal. */
function unescape(value: string): string {
  return value.replaceAll(/\\(.)/g, '$1');
}

/** Returns an empty string if the name has no version. */
function getVersion({ version }: CpeName): string {
  return version === CPE_NOT_APPLICABLE ? '' : unescape(version);
}
