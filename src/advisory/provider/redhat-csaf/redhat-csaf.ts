import { type Bytes, readText } from '../../../core/bytes.ts';
import { toText } from '../../../core/to-text.ts';
import { parsePurl } from '../../../identity/purl/parse-purl.ts';
import type { Purl } from '../../../identity/purl/purl.ts';
import { parseChanges } from '../../published-changes.ts';
import type { FeedProvider, FeedSystem } from '../contract.ts';
import type { CsafComponent, CsafProduct } from '../csaf-document.ts';
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
import {
  hasModules,
  parseRedHatCpe,
  splitModulePackage,
  toModuleStream,
} from '../red-hat-stream.ts';

/** Name of the provider in vulnerability databases. */
const PROVIDER = 'rhel';
const EXTENDED_LIFE = 'els';
const ERRATUM_PAGE = /^https:\/\/access\.redhat\.com\/errata\/(RH[SBE]A-\d{4}:\d{3,6})$/;
/** Release of a whole module: its platform and time, and its context. */
const MODULE_RELEASE = /-\d{14,20}\.[0-9a-f]{6,16}$/;
const MODULE_BUILD = '.module';
const FLATPAK = /(?::flatpak|-flatpak)$/;
/** `redis-0:6.2.17-1.el9_5.x86_64`: a component without a package URL. */
const BUILD = /^([^/:@]+)-(\d+:[^-/:@]+-[^-/:@]+)\.([a-z0-9_]+)$/;
const NEWEST_ARCHIVE = '/archive_latest.txt';
const ARCHIVE = /^csaf_vex_(\d{4}-\d{2}-\d{2})\.tar\.zst$/;
const DOCUMENT = /^\d{4}\/cve-\d{4}-\d+\.json$/;
const CHANGES = 'changes.csv';
const DELETIONS = 'deletions.csv';
/** Source packages, and packages for every architecture. */
const ANY_ARCHITECTURE: ReadonlySet<string> = new Set(['src', 'noarch']);

const VENDOR: CsafVendor = {
  provider: PROVIDER,
  readBuild,
  findErratum,
  toPage: (cve) => `https://access.redhat.com/security/cve/${cve}`,
  findBase,
};

/**
 * Red Hat's VEX documents, one per CVE, and its advisories in CSAF: the status of each package in
 * each product.
 */
export const redhatCsaf: FeedProvider = {
  kind: 'feed',
  id: 'redhat-csaf',
  title: 'Red Hat VEX documents and CSAF advisories',
  spec: 'https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html',
  sources: [
    {
      url: 'https://security.access.redhat.com/data/csaf/v2/vex/archive_latest.txt',
      form: 'files',
      documents: DOCUMENT,
      lists: [NEWEST_ARCHIVE, `/${CHANGES}`],
      listNext: listNewerFiles,
    },
  ],
  license: { expression: 'CC-BY-4.0', attribution: 'Red Hat, Inc.' },
  version: 1,
  rules: {},
  recognize: (head) =>
    hasMembers(head, 'document', 'csaf_version') && /\bredhat\.com\//.test(head.text),
  read: readWhole((content, _, name) => readCsafStatements(content, name, VENDOR)),
};

/**
 * The first file has the name of the newest archive, which is published once a week. Another one
 * lists the documents by the times of their changes: those since the day of the archive are
 * downloaded one by one.
 */
function listNewerFiles(content: Bytes, { pathname, hash }: URL): readonly string[] | undefined {
  if (pathname.endsWith(NEWEST_ARCHIVE)) {
    const name = readText(content).trim();
    const [, date] = ARCHIVE.exec(name) ?? [];
    return date === undefined ? undefined : [name, `${CHANGES}#${date}`, DELETIONS];
  }
  const changes = parseChanges(readText(content));
  const since = hash.slice(1);
  const names = changes?.filter(({ time }) => time >= since).map(({ name }) => name);
  return names?.every((name) => DOCUMENT.test(name)) === true ? names : undefined;
}

/** The package URL names the package and its module; the CPE name of the product its release. */
function readBuild(
  { component, platforms }: CsafProduct,
  status: CsafStatus,
): StatedBuild | string {
  const system = parseRedHatCpe(platforms.at(-1)?.cpe ?? component.cpe);
  if (system === undefined) {
    return 'a product outside of the distribution';
  }
  const named = parseComponent(component);
  if (typeof named === 'string') {
    return named;
  }
  const module = named.label || findModuleLabel(component, platforms);
  if (FLATPAK.test(module) || FLATPAK.test(named.packageName)) {
    return 'a Flatpak';
  }
  if (module !== '' && !module.includes(':')) {
    return 'a module without a stream';
  }
  // Without a fix, the version of the module does not matter.
  if (MODULE_RELEASE.test(named.version) && status !== 'affected') {
    return 'a module without versions of packages';
  }
  const isUnstated = module === '' && named.version.includes(MODULE_BUILD);
  return {
    system,
    provider: PROVIDER,
    packageName: named.packageName,
    version: named.version,
    architecture: named.architecture,
    // A modular build without a stated module can be in any.
    ...(hasModules(system.majorVersion) && !isUnstated
      ? { qualifiers: { modularity: toModuleStream(module) } }
      : {}),
  };
}

interface NamedPackage {
  readonly packageName: string;
  readonly version: string;
  readonly architecture: string;
  /** Label of its module, or an empty string. */
  readonly label: string;
}

function parseComponent({ name, purl: text }: CsafComponent): NamedPackage | string {
  const purl = parsePurl(text);
  if (purl === undefined) {
    const [, packageName, version = '', architecture = ''] = BUILD.exec(name) ?? [];
    return packageName === undefined
      ? 'a component without a package URL'
      : { packageName, version, architecture: toArchitecture(architecture), label: '' };
  }
  const { qualifiers, version } = purl;
  switch (purl.type) {
    case 'rpm':
      return {
        packageName: purl.name,
        version: version === undefined ? '' : `${qualifiers?.['epoch'] ?? '0'}:${version}`,
        architecture: toArchitecture(qualifiers?.['arch'] ?? ''),
        label: qualifiers?.['rpmmod'] ?? '',
      };
    case 'rpmmod':
      return 'a module without versions of packages';
    case 'oci':
      return 'an image without versions of packages';
    default:
      return 'a package of another ecosystem';
  }
}

function toArchitecture(stated: string): string {
  return ANY_ARCHITECTURE.has(stated) ? '' : stated;
}

/**
 * Returns the module that another part of the document names: a product between the package and the
 * release, or the name of the component, such as `python36:3.6/python36`.
 */
function findModuleLabel({ name }: CsafComponent, platforms: readonly CsafComponent[]): string {
  const [module] = platforms
    .map((one): Purl | undefined => parsePurl(one.purl))
    .filter((purl) => purl?.type === 'rpmmod');
  return module === undefined
    ? splitModulePackage(name).module
    : `${module.name}:${module.version ?? ''}`;
}

function findErratum({ remediations }: ProductFacts): CsafErratum | undefined {
  for (const remediation of remediations.filter((one) => one['category'] === 'vendor_fix')) {
    const url = toText(remediation['url']);
    const [, id] = ERRATUM_PAGE.exec(url) ?? [];
    if (id !== undefined) {
      return { id, url, date: parseDate(toText(remediation['date'])) };
    }
  }
  return undefined;
}

/** Extended life cycle support begins when a release gets no more fixes. */
function findBase(build: StatedBuild): StatedBuild | undefined {
  const { system } = build;
  const base: FeedSystem = { ...system, channel: '' };
  return system.channel === EXTENDED_LIFE ? { ...build, system: base } : undefined;
}
