import { type Bytes, readText } from '../../../core/bytes.ts';
import { toText } from '../../../core/to-text.ts';
import { splitLines } from '../../../syntax/text/lines.ts';
import type { FeedProvider } from '../contract.ts';
import type { CsafDocument, CsafProduct } from '../csaf-document.ts';
import type { ProductFacts } from '../csaf-facts.ts';
import type { CsafErratum } from '../csaf-record.ts';
import { type CsafVendor, readCsafStatements, type StatedBuild } from '../csaf-statements.ts';
import { hasMembers } from '../document-head.ts';
import { parseOpenEulerRelease } from '../openeuler-release.ts';
import { parseDate } from '../package-statement.ts';
import { readWhole } from '../read-whole.ts';
import { parseRpmFileName } from '../rpm-file-name.ts';

const PROVIDER = 'openeuler';
const NOTICE = /^openEuler-SA-\d{4}-\d+$/;
const NOTICE_PAGE = /[?&]id=(openEuler-SA-\d{4}-\d+)$/;
const NOTICE_ADDRESS = 'https://www.openeuler.org/en/security/security-bulletins/detail/?id=';
const CVE_ADDRESS = 'https://www.openeuler.org/en/security/cve/detail/?cveId=';
const DOCUMENT = /^\d{4}\/[\w.-]+\.json$/;
/** Digests and signatures of documents. */
const SIDE_FILE = /\.(?:asc|sha256|sha512)$/;
const ANY_ARCHITECTURE: ReadonlySet<string> = new Set(['src', 'noarch']);

const VENDOR: CsafVendor = {
  provider: PROVIDER,
  readBuild,
  findErratum,
  toPage: (id) => `${isNotice(id) ? NOTICE_ADDRESS : CVE_ADDRESS}${id}`,
  isNotice,
};

/**
 * openEuler's notices in CSAF, and its documents about one CVE each. They name files of packages,
 * so they state no epochs.
 */
export const openeulerCsaf: FeedProvider = {
  kind: 'feed',
  id: 'openeuler-csaf',
  title: 'openEuler security notices in CSAF',
  spec: 'https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html',
  sources: [
    {
      url: 'https://repo.openeuler.org/security/data/csaf/advisories/index.txt',
      form: 'files',
      documents: /\.json$/,
      lists: ['/index.txt'],
      listNext: listDocuments,
    },
  ],
  license: { expression: 'NONE', attribution: 'openEuler security committee' },
  marks: ['never-shipped'],
  version: 1,
  rules: {},
  recognize: (head) =>
    hasMembers(head, 'document', 'csaf_version') && /\bopenEuler\b/.test(head.text),
  read: readWhole((content, _, name) => readCsafStatements(content, name, VENDOR)),
};

/** CSAF 2.0, 7.1.12: the list of all documents below its directory. */
function listDocuments(content: Bytes): readonly string[] | undefined {
  const lines = Array.from(splitLines(readText(content)), ({ text }) => text.trim());
  const names = lines.filter((line) => line !== '' && !SIDE_FILE.test(line));
  return names.length > 0 && names.every((name) => DOCUMENT.test(name)) ? names : undefined;
}

/** The name of a product is that of a release, or of a file: `vim-9.0-33.oe2203sp3.src.rpm`. */
function readBuild({ component, platforms }: CsafProduct): StatedBuild | string {
  const system = parseOpenEulerRelease(platforms.at(-1)?.name ?? component.name);
  if (system === undefined) {
    return 'a product outside of the distribution';
  }
  if (platforms.length === 0) {
    return 'a release without a package';
  }
  const file = parseRpmFileName(component.name);
  const { packageName, version, architecture } = file ?? {
    packageName: component.name,
    version: '',
    architecture: component.architecture,
  };
  return {
    system,
    provider: PROVIDER,
    packageName,
    version,
    architecture: ANY_ARCHITECTURE.has(architecture) ? '' : architecture,
  };
}

function isNotice(id: string): boolean {
  return NOTICE.test(id);
}

/** A document about a CVE names the notice of a fix in the address of its page. */
function findErratum(
  { remediations }: ProductFacts,
  document: CsafDocument,
): CsafErratum | undefined {
  if (isNotice(document.id)) {
    const date = parseDate(document.publishedAt ?? '');
    return { id: document.id, url: `${NOTICE_ADDRESS}${document.id}`, date };
  }
  const urls = remediations
    .filter((one) => one['category'] === 'vendor_fix')
    .map((one) => toText(one['url']));
  const [id] = urls.flatMap((url) => NOTICE_PAGE.exec(url)?.[1] ?? []);
  return id === undefined ? undefined : { id, url: `${NOTICE_ADDRESS}${id}`, date: undefined };
}
