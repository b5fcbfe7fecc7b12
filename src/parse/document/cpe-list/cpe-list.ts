import type {
  DocumentContent,
  DocumentReader,
  ReadDocumentOptions,
} from '../../../core/document.ts';
import { UserError } from '../../../core/error.ts';
import type { InventoryPackage } from '../../../core/inventory.ts';
import { CPE_ANY, CPE_NOT_APPLICABLE, type CpeName, formatCpe, parseCpe } from '../../cpe/cpe.ts';
import { checkSize, documentText } from '../../json/bounded-json.ts';
import { DocumentProblems } from '../../json/document-records.ts';
import { UNKNOWN_PURL_TYPE } from '../../purl/package-type.data.ts';
import { linesOf } from '../../text/lines.ts';

const SUBJECT = 'The list of CPEs';
const PREFIX = 'cpe:';
const COMMENT = '#';

/** CPEs, one a line, in either binding. Lines that begin with `#` are comments. */
export const cpeList: DocumentReader = {
  id: 'cpe-list',
  title: 'List of CPEs',
  spec: 'NISTIR 7695',
  recognises,
  read,
};

/** By the first line that says something. */
function recognises(head: Uint8Array): number {
  for (const { text } of linesOf(documentText(head))) {
    const line = text.trim();
    if (line !== '' && !line.startsWith(COMMENT)) {
      return line.startsWith(PREFIX) ? 0.9 : 0;
    }
  }
  return 0;
}

function read(content: Uint8Array, { limits, description }: ReadDocumentOptions): DocumentContent {
  checkSize(content, { subject: SUBJECT, limits });
  const problems = new DocumentProblems(cpeList.id, limits);
  const packages: InventoryPackage[] = [];
  for (const { text, number: line } of linesOf(documentText(content))) {
    const written = text.trim();
    if (written === '' || written.startsWith(COMMENT)) {
      continue;
    }
    if (packages.length >= limits.documentPackagesMax) {
      problems.note('P_LIMIT', 'Lines beyond the limit documentPackagesMax were not read.', line);
      break;
    }
    const cpe = parseCpe(written);
    if (cpe === undefined || isAnything(cpe)) {
      problems.note('P_RECORD', 'A line is no CPE of a product and was left out.', line);
    } else {
      packages.push(packageAt(line, cpe));
    }
  }
  if (packages.length === 0) {
    throw new UserError('E_DOCUMENT_INVALID', `${SUBJECT} has none that is well formed.`);
  }
  return {
    inventory: {
      target: description,
      distro: undefined,
      packages,
      files: [],
      relationships: [],
      problems: problems.listed,
      problemsNotListed: problems.notListed,
      catalogers: [],
      layerBytes: [],
      scope: 'squashed',
    },
    keys: 'document',
  };
}

/** A name that stands for all products names none. */
function isAnything({ product }: CpeName): boolean {
  return product === CPE_ANY || product === CPE_NOT_APPLICABLE;
}

function packageAt(line: number, cpe: CpeName): InventoryPackage {
  return {
    key: String(line),
    name: plain(cpe.product),
    version: versionOf(cpe),
    ...UNKNOWN_PURL_TYPE,
    purl: '',
    foundBy: cpeList.id,
    rule: 'a line of a list of CPEs',
    confidence: 1,
    locations: [],
    licenses: [],
    cpes: [{ cpe: formatCpe(cpe), source: 'declared' }],
    upstreams: [],
    ownedFiles: [],
  };
}

/** What stands behind a backslash means itself. */
function plain(value: string): string {
  return value.replaceAll(/\\(.)/g, '$1');
}

/** Empty where the name says no version, or that there is none. */
function versionOf({ version }: CpeName): string {
  return version === CPE_NOT_APPLICABLE ? '' : plain(version);
}
