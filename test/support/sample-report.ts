import type { Advisory, VulnerabilityRecord } from '../../src/foundation/core/advisory.ts';
import { createAssessment } from '../../src/foundation/core/assessment.ts';
import type { Finding, Findings, Match, MatchReason } from '../../src/foundation/core/finding.ts';
import type { Format, FormatOptions, Report } from '../../src/foundation/core/format.ts';
import type { Inventory, InventoryFile } from '../../src/foundation/core/inventory.ts';
import type { Location } from '../../src/foundation/core/package.ts';
import type { ImageDescription } from '../../src/foundation/core/target.ts';
import { createPackage } from './inventory.ts';

const LOWER = `sha256:${'a'.repeat(64)}`;
const UPPER = `sha256:${'b'.repeat(64)}`;

/** Escape sequences, line ends and a direction override, as in a hostile image. */
export const HOSTILE_NAME = 'evil\u001b[31m\r\n\u202ename';

export const IMAGE: ImageDescription = {
  kind: 'image',
  userInput: 'example/shop:2.1',
  name: 'example/shop',
  manifestDigest: `sha256:${'1'.repeat(64)}`,
  imageId: `sha256:${'2'.repeat(64)}`,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  tags: ['example/shop:2.1'],
  repoDigests: [],
  architecture: 'amd64',
  os: 'linux',
  labels: { maintainer: 'shop' },
  layers: [LOWER, UPPER].map((diffId) => ({
    diffId,
    mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    blobBytes: 10,
  })),
  manifest: Buffer.from('{"schemaVersion":2}'),
  config: Buffer.from('{"os":"linux"}'),
};

function at(path: string, layer: string, evidence?: Location['evidence']): Location {
  return { path, accessPath: path, layer, ...(evidence === undefined ? {} : { evidence }) };
}

const STATUS = at('/lib/apk/db/installed', LOWER, 'primary');
const LOCK = at('/app/package-lock.json', UPPER, 'primary');

const BUSYBOX = createPackage({
  key: '0000000000000001',
  name: 'busybox',
  version: '1.36.1-r29',
  type: 'apk',
  purl: 'pkg:apk/alpine/busybox@1.36.1-r29?arch=x86_64&distro=alpine-3.20.3',
  foundBy: 'apk-db',
  rule: 'a record of the installed database',
  locations: [at('/usr/share/licenses/busybox', UPPER), STATUS],
  introducedIn: LOWER,
  licenses: [
    {
      value: 'GPL-2.0-only',
      expression: 'GPL-2.0-only',
      kind: 'declared',
      urls: [],
      locations: [STATUS],
    },
  ],
  cpes: ['cpe:2.3:a:busybox:busybox:1.36.1-r29:*:*:*:*:*:*:*'],
  upstreams: [{ name: 'busybox', version: '1.36.1-r29' }],
  architecture: 'x86_64',
  ownedFiles: [{ path: '/bin/busybox' }],
  metadata: { kind: 'apk-db-entry', value: { package: 'busybox', installedSize: 950272 } },
});

function createNpm(key: string, name: string, version: string, location: Location): typeof BUSYBOX {
  return createPackage({
    key,
    name,
    version,
    type: 'npm',
    language: 'javascript',
    foundBy: 'unlisted',
    locations: [location],
  });
}

const LODASH = createNpm('0000000000000002', 'lodash', '4.17.20', LOCK);
const LODASH_COPY = createNpm(
  '0000000000000003',
  'lodash',
  '4.17.20',
  at('/opt/a.json', UPPER, 'primary'),
);
const EVIL = createNpm('0000000000000004', HOSTILE_NAME, '1.0', LOCK);

function createFile(path: string, layer: string, more: Partial<InventoryFile> = {}): InventoryFile {
  return {
    path,
    layer,
    type: 'regular',
    mode: 0o644,
    uid: 0,
    gid: 0,
    sizeBytes: 12,
    mimeType: 'text/plain',
    ...more,
  };
}

export const SAMPLE_INVENTORY: Inventory = {
  target: IMAGE,
  distro: { id: 'alpine', idLike: [], name: 'Alpine Linux', versionId: '3.20.3' },
  packages: [BUSYBOX, EVIL, LODASH, LODASH_COPY],
  files: [
    createFile('/app/package-lock.json', UPPER),
    createFile('/bin/busybox', LOWER, {
      mode: 0o4755,
      mimeType: 'application/x-sharedlib',
      sha256: 'c'.repeat(64),
      sha1: 'd'.repeat(40),
      executable: {
        format: 'elf',
        hasExports: true,
        hasEntrypoint: true,
        importedLibraries: ['libc.so.6'],
        security: {
          symbolTableStripped: true,
          stackCanary: true,
          nx: true,
          relRo: 'full',
          pie: true,
          dso: true,
          safeStack: false,
          fortify: true,
        },
      },
    }),
    createFile('/lib/apk/db/installed', LOWER, { sha256: 'e'.repeat(64), sha1: 'f'.repeat(40) }),
    createFile('/opt/lone', UPPER, {
      mode: 0o755,
      sizeBytes: 4,
      executable: {
        format: 'pe',
        hasExports: false,
        hasEntrypoint: true,
        importedLibraries: ['KERNEL32.dll'],
      },
    }),
    createFile('/usr/lib/link', UPPER, {
      type: 'symlink',
      mode: 0o777,
      linkTarget: '../bin',
      mimeType: '',
    }),
  ],
  relationships: [
    { kind: 'contains-file', from: BUSYBOX.key, path: '/bin/busybox', layer: LOWER },
    { kind: 'dependency-of', from: LODASH.key, to: EVIL.key },
    { kind: 'evident-by', from: BUSYBOX.key, location: STATUS },
    { kind: 'evident-by', from: LODASH.key, location: LOCK },
    { kind: 'owns-package', from: BUSYBOX.key, to: LODASH.key, paths: ['/app/package-lock.json'] },
  ],
  problems: [
    { code: 'P_TRUNCATED', message: 'the layer ends early' },
    {
      code: 'P_RECORD',
      message: 'no name',
      plugin: 'apk-db',
      path: STATUS.path,
      layer: LOWER,
      line: 7,
    },
    { code: 'P_MALFORMED', message: 'no JSON', plugin: 'npm', path: '/opt/\u001bx', layer: UPPER },
  ],
  problemsNotListed: 2,
  catalogers: [{ id: 'apk-db', alias: 'apk-db-cataloger', version: 3 }],
  layerBytes: [100, 23],
  scope: 'squashed',
};

function createRecord(id: string, provider: string): VulnerabilityRecord {
  return {
    id,
    provider,
    status: 'active',
    aliases: [],
    assigners: [],
    description: `What ${id} is.`,
    references: [{ url: `https://example.org/${id}`, tags: [] }],
    severities: [],
  };
}

function createAdvisory(id: string, provider: string): Advisory {
  return {
    vulnerability: id,
    provider,
    status: 'active',
    aliases: [],
    cves: [],
    effect: 'affected',
    ranges: [{ scheme: 'semver', constraint: '< 4.17.21' }],
    record: { shard: 'npm', key: `${provider}/${id.toLowerCase()}` },
  };
}

function createMatch(id: string, kind: MatchReason['kind'], more: Partial<Match> = {}): Match {
  const advisory = createAdvisory(id, 'github:language:javascript');
  return {
    record: createRecord(id, advisory.provider),
    advisory,
    reasons: [
      {
        kind,
        matcher: 'npm',
        searchedKey: 'npm / lodash',
        searchedName: 'lodash',
        searchedVersion: '4.17.20',
        searchedCpes: [],
        advisory,
        range: '< 4.17.21 (semver)',
        comparisons: [
          { comparator: 'semver', left: '4.17.20', operator: '<', right: '4.17.21', holds: true },
        ],
        foundCpes: [],
        confidence: 1,
      },
    ],
    fixes: [],
    fixState: 'unknown',
    severity: 'high',
    related: [],
    exploited: [],
    epss: [],
    weaknesses: [],
    ...more,
  };
}

const EXPLOITED = {
  cve: 'CVE-2021-23337',
  vendorProject: 'lodash',
  product: 'lodash',
  requiredAction: 'Update.',
  knownRansomwareCampaignUse: 'Unknown',
  notes: '',
  urls: [],
  cwes: [],
};

function createEpss(cve: string, epss: number, percentile: number): Match['epss'][number] {
  return { cve, epss, percentile, date: '2026-07-01' };
}

const LODASH_MATCHES = [
  createMatch('GHSA-35jh-r3h4-6jhm', 'direct', {
    fixes: [{ state: 'fixed', version: '4.17.21', references: [] }],
    fixState: 'fixed',
    exploited: [EXPLOITED],
    epss: [createEpss('CVE-2021-23337', 0.123, 0.9712)],
    risk: 80.25,
  }),
  createMatch('CVE-2021-23337', 'cpe', { severity: 'medium', risk: 3 }),
];

function createFinding(packageKey: string, id: string, more: Partial<Finding>): Finding {
  return {
    packageKey,
    id,
    aliases: [],
    severity: 'high',
    fixState: 'unknown',
    fixVersions: [],
    risk: 0,
    matches: [createMatch(id, 'direct')],
    ...more,
  };
}

export const SAMPLE_FINDINGS: Findings = {
  database: {
    schema: 1,
    sourceSchema: 'v6.1.9',
    builtAt: '2026-11-24T00:00:00Z',
    origin: 'manual import',
    path: '/cache/database',
    providers: [],
  },
  findings: [
    createFinding(BUSYBOX.key, 'CVE-2024-58251', {
      severity: 'low',
      fixState: 'wont-fix',
      risk: 0.04,
      matches: [
        createMatch('CVE-2024-58251', 'cpe', {
          epss: [createEpss('CVE-2024-58251', 0.0002, 0.1199)],
        }),
      ],
    }),
    createFinding(EVIL.key, 'CVE-2020-1', {
      severity: 'critical',
      fixState: 'fixed',
      fixVersions: ['1.1', '2.0\u001b]0;owned\u0007', '3.0.0-alpha.1', '4.0.0-very-long-suffix'],
    }),
    ...[LODASH, LODASH_COPY].map(({ key }) =>
      createFinding(key, 'GHSA-35jh-r3h4-6jhm', {
        aliases: ['CVE-2021-23337'],
        fixState: 'fixed',
        fixVersions: ['4.17.21'],
        risk: 80.25,
        matches: LODASH_MATCHES,
      }),
    ),
  ],
  ignored: [
    { finding: createFinding(EVIL.key, 'CVE-2020-2', {}), rule: 'part of another package' },
  ],
  unevaluated: [
    { packageKey: EVIL.key, why: 'version-not-understood', detail: '"\u001b[2J" is no version' },
  ],
  alerts: [
    {
      kind: 'distro-end-of-life',
      message: 'alpine 3.20 reached its end of life on 2026-04-01',
      packageKeys: [BUSYBOX.key],
      system: 'alpine 3.20',
      date: '2026-04-01',
    },
  ],
};

/** A report with some of everything that formats must support. */
export const SAMPLE_REPORT: Report = {
  tool: { name: 'plimsoll', version: '1.2.3' },
  ...createAssessment({ inventory: SAMPLE_INVENTORY, findings: SAMPLE_FINDINGS }),
  timestamp: '2026-11-25T00:00:00Z',
  configuration: { parity: false, limits: { b: 2, a: 1 } },
};

/** A report without the derived parts of the assessment. */
export type ReportParts = Omit<Report, 'target' | 'coverage' | 'database'>;

/** Derives the rest of the assessment. */
export function toReport(parts: ReportParts): Report {
  return { ...parts, ...createAssessment(parts) };
}

/**
 * Returns the output of a format for a report. Coverage is measured again because tests change
 * parts.
 */
export function writeReport(
  format: Format,
  report: ReportParts,
  options: Partial<FormatOptions> = {},
): string {
  let text = '';
  const sink = {
    write: (piece: string): void => {
      text += piece;
    },
  };
  format.write(toReport(report), sink, { isColoured: false, isParity: false, ...options });
  return text;
}
