import type { FactKind } from './fact-lines.ts';
import { restoreOval } from './restore-oval.ts';
import { writeAmazonUpdates } from './write-updateinfo.ts';

/** Documents of one source, and the provider that reads them. */
export interface FeedSample {
  readonly name: string;
  /** Archive below `advisories`. */
  readonly archive: string;
  readonly provider: string;
  /** Restores the published form of documents that a collector converted. */
  readonly convert?: (folder: string) => void;
  /** Paths of the documents in the archive. */
  readonly documents: RegExp;
  /** Name of the source in the recorded database of Grype, which has the same documents. */
  readonly recorded?: string;
  /** Paths of another project's results in the archive. */
  readonly results?: RegExp;
  /**
   * Another source with the same facts; only documents with the same base names are compared.
   * `isComplete`: ours must have all of its packages.
   */
  readonly sameFacts?: Pick<FeedSample, 'archive' | 'provider' | 'documents'> & {
    readonly isComplete?: boolean;
  };
  /** Paths of the results of anchore/vunnel in the archive. */
  readonly snapshots?: RegExp;
  /** Facts that the recorded database has from the same documents. */
  readonly facts?: FactKind;
}

const JSON_FILE = /\.json$/;

const VUNNEL = 'vunnel-fixtures';
const VULS = 'bulk/vuls-fixtures';

/** A sample of anchore/vunnel with the results of that project. */
function createVunnelSample(
  source: string,
  provider: string,
  documents: string,
  results = '',
): FeedSample {
  const fixtures = `/${VUNNEL}/${source}/test-fixtures`;
  return {
    name: `${provider}-vunnel`,
    archive: VUNNEL,
    provider,
    documents: new RegExp(`${fixtures}/${documents}$`),
    snapshots: new RegExp(`${fixtures}/snapshots/${results}.*\\.json$`),
  };
}

export const FEED_SAMPLES: readonly FeedSample[] = [
  createVunnelSample('wolfi', 'wolfi-secdb', 'input/secdb/security\\.json'),
  createVunnelSample('chainguard', 'chainguard-secdb', 'input/secdb/security\\.json', 'secdb'),
  createVunnelSample('minimos', 'minimos-secdb', 'input/secdb/security\\.json'),
  createVunnelSample('secureos', 'secureos-secdb', 'input/secdb/secdb\\.json'),
  createVunnelSample('alpine', 'alpine-secdb', 'input/secdb/v3\\.15/\\w+\\.yaml'),
  createVunnelSample('arch', 'arch-avg', 'input/arch-advisories/all\\.json'),
  createVunnelSample('photon', 'photon-cve', 'input/cve_data_photon\\d\\.0\\.json'),
  createVunnelSample('echo', 'echo-advisories', 'input/echo-advisories/data\\.json'),
  createVunnelSample('fedora', 'fedora-bodhi', '(?:merge-)?input/[^/]+\\.json'),
  createVunnelSample('mariner', 'azurelinux-oval', '[^/]+\\.xml'),
  createVunnelSample('sles', 'suse-oval', 'suse_truncated\\.xml'),
  {
    name: 'arch-avg-vuls',
    archive: VULS,
    provider: 'arch-avg',
    documents: /\/extract\/arch\/testdata\/fixtures\/.*\.json$/,
    results: /\/extract\/arch\/testdata\/golden\/data\/.*\.json$/,
  },
  {
    name: 'amazon-updateinfo-vuls',
    archive: VULS,
    provider: 'amazon-updateinfo',
    documents: /\/extract\/amazon\/testdata\/fixtures\/.*\.xml$/,
    results: /\/extract\/amazon\/testdata\/golden\/data\/.*\.json$/,
    convert: (folder) =>
      writeAmazonUpdates(`${folder}/vuls-fixtures/extract/amazon/testdata/fixtures`),
  },
  {
    name: 'almalinux-errata',
    archive: VULS,
    provider: 'almalinux-errata',
    documents: /alma\/errata\/testdata\/fixtures\/errata\.full\.json$/,
  },
  {
    name: 'haskell-advisories',
    archive: 'bulk/small-ecosystems',
    provider: 'haskell-advisories',
    documents: /\/published\/.*\/HSEC-[^/]+\.md$/,
  },
  {
    name: 'ocaml-advisories',
    archive: 'bulk/small-ecosystems',
    provider: 'ocaml-advisories',
    documents: /\/OSEC-[^/]+\.md$/,
  },
  {
    name: 'small-osv',
    archive: 'bulk/small-ecosystems',
    provider: 'osv',
    documents: /\/(?:drupal|homebrew|k8s|psf|r)\/.*\.(?:json|yaml)$/,
  },
  {
    name: 'rootio-feed',
    archive: VULS,
    provider: 'rootio-feed',
    documents: /\/fetch\/rootio\/testdata\/fixtures\/happy\/cve_feed$/,
  },
  {
    name: 'debian-lists',
    archive: 'raw/debian',
    provider: 'debian-lists',
    documents: /\/data\/D[SL]A\/list$/,
    recorded: 'debian',
  },
  { name: 'arch-avg', archive: 'bulk/arch', provider: 'arch-avg', documents: JSON_FILE },
  {
    name: 'alpine-yaml',
    archive: 'raw/alpine',
    provider: 'alpine-secdb',
    documents: /\.yaml$/,
    recorded: 'alpine',
  },
  {
    name: 'amazon-updateinfo',
    archive: 'bulk/amazon',
    provider: 'amazon-updateinfo',
    documents: /\.xml$/,
    convert: (folder) => writeAmazonUpdates(`${folder}/amazon`),
  },
  {
    name: 'rocky-errata',
    archive: 'bulk/rocky',
    provider: 'rocky-errata',
    documents: /rocky-errata\/\d{4}\/.*\.json$/,
    sameFacts: {
      archive: 'bulk/rocky',
      provider: 'osv',
      documents: /rocky-osv\/.*\.json$/,
    },
  },
  {
    name: 'almalinux',
    archive: 'raw/alma',
    provider: 'osv',
    documents: JSON_FILE,
    recorded: 'alma',
  },
  {
    name: 'bitnami',
    archive: 'raw/bitnami',
    provider: 'osv',
    documents: /\/data\/.*\.json$/,
    recorded: 'bitnami',
  },
  { name: 'ghsa', archive: 'raw/ghsa', provider: 'osv', documents: JSON_FILE, recorded: 'github' },
  {
    name: 'golang',
    archive: 'raw/golang',
    provider: 'osv',
    documents: /\/osv\/.*\.json$/,
    recorded: 'govulndb',
  },
  {
    name: 'pypa',
    archive: 'raw/pypa',
    provider: 'osv',
    documents: /\/vulns\/.*\.yaml$/,
    recorded: 'pypa',
  },
  {
    name: 'kev',
    archive: 'raw/kev',
    provider: 'kev',
    documents: /vulnerabilities\.json$/,
    facts: 'exploited',
  },
  { name: 'epss', archive: 'raw/epss', provider: 'epss', documents: /\.csv$/, facts: 'epss' },
  {
    name: 'endoflife-date',
    archive: 'raw/eol',
    provider: 'endoflife-date',
    documents: /\/products\/.*\.md$/,
    facts: 'releases',
  },
  {
    name: 'nvd-overrides',
    archive: 'raw/nvd-overrides',
    provider: 'nvd',
    documents: /\/CVE-[^/]+\.json$/,
    recorded: 'nvd',
  },
  {
    name: 'distro-info',
    archive: 'bulk/distro-info',
    provider: 'distro-info',
    documents: /\.csv$/,
  },
  {
    name: 'friendsofphp',
    archive: 'raw/friendsofphp',
    provider: 'friendsofphp',
    documents: /\.yaml$/,
    recorded: 'friendsofphp',
  },
  {
    name: 'nodejs-security-wg',
    archive: 'raw/nodejs-security-wg',
    provider: 'nodejs-security-wg',
    documents: /\/npm\/\d+\.json$/,
    recorded: 'nodejs-security-wg',
  },
  {
    name: 'retirejs',
    archive: 'raw/retirejs',
    provider: 'retirejs',
    documents: /repository\.json$/,
    recorded: 'retirejs',
  },
  {
    name: 'rubysec',
    archive: 'raw/rubysec',
    provider: 'rubysec',
    documents: /\/(?:gems|rubies)\/.*\.yml$/,
    recorded: 'rubysec',
  },
  {
    name: 'rustsec',
    archive: 'raw/rustsec',
    provider: 'rustsec',
    documents: /\/RUSTSEC-[^/]+\.md$/,
    recorded: 'rustsec',
  },
  { name: 'debian-osv', archive: 'bulk/debian-osv', provider: 'osv', documents: JSON_FILE },
  { name: 'suse-osv', archive: 'bulk/suse-osv', provider: 'osv', documents: JSON_FILE },
  { name: 'redhat-osv', archive: 'bulk/redhat-osv', provider: 'osv', documents: JSON_FILE },
  { name: 'rocky-osv', archive: 'bulk/rocky', provider: 'osv', documents: /rocky-osv\/.*\.json$/ },
  { name: 'ghsa-bulk', archive: 'bulk/ghsa', provider: 'osv', documents: JSON_FILE },
  {
    name: 'alpine-secdb',
    archive: 'bulk/alpine-secdb',
    provider: 'alpine-secdb',
    documents: JSON_FILE,
  },
  { name: 'redhat-cve', archive: 'bulk/redhat-cve', provider: 'redhat-cve', documents: JSON_FILE },
  {
    name: 'ubuntu-tracker',
    archive: 'bulk/ubuntu-cve-tracker',
    provider: 'ubuntu-tracker',
    documents: /\/(?:active|retired)\/CVE-\d{4}-\d+$/,
  },
  {
    name: 'cve-vulnrichment',
    archive: 'bulk/cve-vulnrichment',
    provider: 'cve-list',
    documents: /\/CVE-[^/]+\.json$/,
  },
  {
    name: 'cve-supplier-adp',
    archive: 'bulk/cve-supplier-adp',
    provider: 'cve-list',
    documents: /\/CVE-[^/]+\.json$/,
  },
  {
    name: 'redhat-vex-1',
    archive: VULS,
    provider: 'redhat-csaf',
    documents: /\/extract\/redhat\/vex\/v1\/testdata\/fixtures\/vex\/.*\.json$/,
    results: /\/extract\/redhat\/vex\/v1\/testdata\/golden\/data\/.*\.json$/,
    sameFacts: { archive: 'bulk/redhat-cve', provider: 'redhat-cve', documents: JSON_FILE },
  },
  {
    name: 'redhat-vex-2',
    archive: VULS,
    provider: 'redhat-csaf',
    documents: /\/extract\/redhat\/vex\/v2\/testdata\/fixtures\/vex\/.*\.json$/,
    results: /\/extract\/redhat\/vex\/v2\/testdata\/golden\/data\/.*\.json$/,
    sameFacts: { archive: 'bulk/redhat-cve', provider: 'redhat-cve', documents: JSON_FILE },
  },
  {
    name: 'suse-csaf',
    archive: 'bulk/suse-csaf',
    provider: 'suse-csaf',
    documents: JSON_FILE,
    sameFacts: {
      archive: 'bulk/suse-osv',
      provider: 'osv',
      documents: JSON_FILE,
      isComplete: true,
    },
  },
  {
    name: 'suse-vex',
    archive: VULS,
    provider: 'suse-csaf',
    documents: /\/fetch\/suse\/csaf_vex\/testdata\/fixtures\/csaf-vex\.tar\.bz2$/,
  },
  {
    name: 'openeuler-csaf',
    archive: VULS,
    provider: 'openeuler-csaf',
    documents: /\/fetch\/openeuler\/csaf\/testdata\/fixtures\/happy\/.*\.json$/,
  },
  {
    name: 'openeuler-osv',
    archive: VULS,
    provider: 'osv',
    documents: /\/fetch\/openeuler\/osv\/testdata\/fixtures\/happy\/OESA-.*\.json$/,
  },
  {
    name: 'azurelinux',
    archive: 'raw/azurelinux',
    provider: 'azurelinux-oval',
    documents: /\.xml$/,
    recorded: 'mariner',
  },
  {
    name: 'suse-oval',
    archive: VULS,
    provider: 'suse-oval',
    convert: restoreOval,
    documents: /\/extract\/suse\/oval\/.*\/oval\.xml$/,
    results: /\/extract\/suse\/oval\/testdata\/golden\/data\/.*\.json$/,
  },
  {
    name: 'oracle-oval',
    archive: VULS,
    provider: 'oracle-oval',
    documents: /\/com\.oracle\.elsa-all\.xml\.bz2$/,
    results: /\/extract\/oracle\/linux\/testdata\/golden\/happy\/data\/.*\.json$/,
  },
  {
    name: 'oracle-oval-split',
    archive: VULS,
    provider: 'oracle-oval',
    convert: restoreOval,
    documents: /\/extract\/oracle\/linux\/testdata\/fixtures\/(?!happy)[\w-]+\/oval\.xml$/,
    results: /\/extract\/oracle\/linux\/testdata\/golden\/(?!happy)[\w-]+\/data\/.*\.json$/,
  },
  {
    name: 'ubuntu-vex',
    archive: VULS,
    provider: 'ubuntu-vex',
    documents: /\/fetch\/ubuntu\/vex\/testdata\/fixtures\/vex-all\.tar\.xz$/,
  },
  {
    name: 'ubuntu-osv',
    archive: VULS,
    provider: 'osv',
    documents: /\/fetch\/ubuntu\/osv\/testdata\/fixtures\/happy\/osv-all\.tar\.xz$/,
  },
];
