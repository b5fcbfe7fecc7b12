import type { Distro } from '../../../core/distro.ts';
import type {
  DocumentContent,
  DocumentReader,
  ReadDocumentOptions,
} from '../../../core/document.ts';
import { UserError } from '../../../core/error.ts';
import type { InventoryPackage } from '../../../core/inventory.ts';
import { checkSize, documentText } from '../../json/bounded-json.ts';
import { DocumentProblems } from '../../json/document-records.ts';
import { parsePurl } from '../../purl/parse-purl.ts';
import type { Purl } from '../../purl/purl.ts';
import { distroOfPurl, packageOfPurl } from '../../purl/purl-package.ts';
import { onlyDistro } from '../../sbom/distro-of-packages.ts';
import { linesOf } from '../../text/lines.ts';

const SUBJECT = 'The list of package URLs';
const PREFIX = 'pkg:';
const COMMENT = '#';
const LINE_CHARACTERS_MAX = 65_536;

/** Package URLs, one a line. Lines that begin with `#` are comments. */
export const purlList: DocumentReader = {
  id: 'purl-list',
  title: 'List of package URLs',
  spec: 'ECMA-427',
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
  const problems = new DocumentProblems(purlList.id, limits);
  const packages: InventoryPackage[] = [];
  const systems = new Map<string, Distro>();
  for (const { text, number: line } of linesOf(documentText(content))) {
    const written = text.trim();
    if (written === '' || written.startsWith(COMMENT)) {
      continue;
    }
    if (packages.length >= limits.documentPackagesMax) {
      problems.note('P_LIMIT', 'Lines beyond the limit documentPackagesMax were not read.', line);
      break;
    }
    const purl = written.length > LINE_CHARACTERS_MAX ? undefined : parsePurl(written);
    if (purl === undefined) {
      problems.note('P_RECORD', 'A line is no package URL and was left out.', line);
      continue;
    }
    packages.push(packageAt(line, written, purl));
    const distro = distroOfPurl(purl);
    if (distro !== undefined) {
      systems.set(JSON.stringify(distro), distro);
    }
  }
  if (packages.length === 0) {
    throw new UserError('E_DOCUMENT_INVALID', `${SUBJECT} has none that is well formed.`);
  }
  const distro = onlyDistro([...systems.values()], problems);
  return {
    inventory: {
      target: description,
      distro,
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

function packageAt(line: number, written: string, purl: Purl): InventoryPackage {
  return {
    key: String(line),
    ...packageOfPurl(purl),
    purl: written,
    foundBy: purlList.id,
    rule: 'a line of a list of package URLs',
    confidence: 1,
    locations: [],
    licenses: [],
    ownedFiles: [],
  };
}
