import { toText } from '../../../core/to-text.ts';
import type { FeedProvider } from '../contract.ts';
import type { CsafComponent, CsafDocument, CsafProduct } from '../csaf-document.ts';
import type { ProductFacts } from '../csaf-facts.ts';
import type { CsafErratum } from '../csaf-record.ts';
import {
  type CsafStatus,
  type CsafVendor,
  readCsafStatements,
  type StatedBuild,
} from '../csaf-statements.ts';
import { hasMembers } from '../document-head.ts';
import { parseDate } from '../package-statement.ts';
import { readWhole } from '../read-whole.ts';
import { parseSuseFullName, SUSE_RULES } from '../suse-product.ts';

/** `SUSE-SU-2024:4076-1`; the oldest notices have no year. */
const NOTICE = /^(?:openSUSE|SUSE)-SU-(\d{4})?/;
const NOTICE_PAGE = /\/support\/update\/announcement\//;
/** `libcurl4-8.0.1-11.98.1`: name, version and release. */
const BUILD = /^(.+)-([^-]+-[^-]+)$/;
/** The same, but not a name such as `libX11-6-32bit`: SUSE's releases contain a period. */
const CERTAIN_BUILD = /^(.+)-(\d[^-]*-(?:bp|lp)?\d+(?:\.\w+)+)$/;
const ANY_ARCHITECTURE: ReadonlySet<string> = new Set(['src', 'nosrc', 'noarch']);

const VENDOR: CsafVendor = {
  provider: 'sles',
  readBuild,
  findErratum,
  toPage: (id) =>
    isNotice(id)
      ? `https://www.suse.com/support/update/announcement/${toNoticePath(id)}`
      : `https://www.suse.com/security/cve/${id}`,
  isNotice,
};

/**
 * SUSE's notices in CSAF (`recommended` versions), and its VEX documents, one per CVE with the
 * status of each package in each product.
 */
export const suseCsaf: FeedProvider = {
  kind: 'feed',
  id: 'suse-csaf',
  title: 'SUSE CSAF notices and VEX documents',
  spec: 'https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html',
  sources: [
    {
      url: 'https://ftp.suse.com/pub/projects/security/csaf.tar.bz2',
      form: 'tar',
      documents: /\.json$/,
    },
    {
      url: 'https://ftp.suse.com/pub/projects/security/csaf-vex.tar.bz2',
      form: 'tar',
      documents: /\.json$/,
    },
  ],
  license: { expression: 'CC-BY-4.0', attribution: 'SUSE LLC' },
  version: 1,
  rules: { systemOverrides: SUSE_RULES },
  recognize: (head) =>
    hasMembers(head, 'document', 'csaf_version') && /\bsuse\.com\//.test(head.text),
  read: readWhole((content, _, name) => readCsafStatements(content, name, VENDOR)),
};

/** SUSE states no package URLs: the name of a product is that of a release or of a package. */
function readBuild(
  { component, platforms }: CsafProduct,
  status: CsafStatus,
): StatedBuild | string {
  const release = parseSuseFullName(platforms.at(-1)?.name ?? component.name);
  if (release === undefined) {
    return 'a product outside of the distribution';
  }
  if (platforms.length === 0) {
    return 'a release without a package';
  }
  const isOpen = ['affected', 'undecided', 'unaffected'].includes(status);
  const { name, architecture } = splitArchitecture(component);
  const [, packageName = name, version = ''] = (isOpen ? CERTAIN_BUILD : BUILD).exec(name) ?? [];
  return { ...release, packageName, version, architecture };
}

function splitArchitecture({ name, architecture }: CsafComponent): {
  readonly name: string;
  readonly architecture: string;
} {
  const suffix = `.${architecture}`;
  return architecture !== '' && name.endsWith(suffix)
    ? {
        name: name.slice(0, -suffix.length),
        architecture: ANY_ARCHITECTURE.has(architecture) ? '' : architecture,
      }
    : { name, architecture: '' };
}

function isNotice(id: string): boolean {
  return NOTICE.test(id);
}

/** `2024/suse-su-20244076-1/` */
function toNoticePath(id: string): string {
  const [, year = ''] = NOTICE.exec(id) ?? [];
  return `${year}/${id.toLowerCase().replace(':', '')}/`;
}

/** A VEX document does not name the notice of a fix. */
function findErratum(_: ProductFacts, document: CsafDocument): CsafErratum | undefined {
  if (!isNotice(document.id)) {
    return undefined;
  }
  const urls = document.references.map((one) => toText(one['url']));
  const url = urls.find((one) => NOTICE_PAGE.test(one)) ?? urls[0];
  return url === undefined
    ? undefined
    : { id: document.id, url, date: parseDate(document.publishedAt ?? '') };
}
