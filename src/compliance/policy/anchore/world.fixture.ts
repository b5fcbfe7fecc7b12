import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { createInventory, type PackageSeed } from '../../../../test/support/inventory.ts';
import { IMAGE, SAMPLE_FINDINGS } from '../../../../test/support/sample-report.ts';
import type { DatabaseDescription } from '../../../foundation/core/advisory.ts';
import { type Assessment, createAssessment } from '../../../foundation/core/assessment.ts';
import { Budget } from '../../../foundation/core/budget.ts';
import { toBytes } from '../../../foundation/core/bytes.ts';
import type { ContentSearch, SearchedFile } from '../../../foundation/core/content-search.ts';
import type { Finding } from '../../../foundation/core/finding.ts';
import type { InventoryFile } from '../../../foundation/core/inventory.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import type { InventoryBase } from '../../../foundation/core/origin.ts';
import type { License } from '../../../foundation/core/package.ts';
import type { PolicyOutcome, PolicyVerdict } from '../../../foundation/core/policy-verdict.ts';
import type { Account, SecretFile } from '../../../foundation/core/surface.ts';
import { createContentExtractor } from '../content-extractor.ts';
import { evaluatePolicies } from '../evaluate-policy.ts';
import type { PolicyInput } from '../fact.ts';
import { loadPolicies } from '../load-policies.ts';
import { importAnchoreBundle } from './import-bundle.ts';

const NOW = '2026-11-29T00:00:00Z';

const [LOWER, UPPER] = IMAGE.layers.map(({ diffId }) => diffId);
const LODASH = SAMPLE_FINDINGS.findings.find(({ id }) => id.startsWith('GHSA'));
assert.ok(LODASH && LOWER && UPPER);
const BASE_FINDING: Finding = LODASH;
const { database: DATABASE } = SAMPLE_FINDINGS;
assert.ok(DATABASE);
const USUAL_DATABASE: DatabaseDescription = DATABASE;
const PROVIDER = {
  id: 'kev',
  version: '',
  processor: '',
  capturedAt: '2026-11-20T00:00:00Z',
  inputDigest: '',
};

/** Texts of the files of the image. */
const CONTENTS: ReadonlyMap<string, string> = new Map([
  ['/etc/httpd.conf', 'Listen 80\nSSLEnabled on\n'],
  ['/usr/bin/su', 'su'],
  ['/opt/key.pem', 'secret'],
  ['/usr/bin/curl', 'changed'],
]);

const HISTORY = [
  '/bin/sh -c #(nop) ADD file:0b in / ',
  '/bin/sh -c #(nop)  CMD ["sh"]',
  'RUN /bin/sh -c apt-get install -y curl # buildkit',
  'LABEL maintainer=shop',
];

const CONFIG = {
  os: 'linux',
  architecture: 'amd64',
  config: { User: 'app', ExposedPorts: { '80/tcp': {}, '53/udp': {} } },
  history: HISTORY.map((created_by, index) => ({ created_by, empty_layer: index % 2 === 1 })),
};

function createFile(path: string, mode: number): InventoryFile {
  const text = CONTENTS.get(path) ?? '';
  return {
    path,
    type: 'regular',
    mode,
    uid: 0,
    gid: 0,
    sizeBytes: text.length,
    mimeType: '',
    sha256: hash('sha256', text),
    sha1: hash('sha1', text),
    otherDigests: { md5: hash('md5', text) },
    ...(LOWER === undefined ? {} : { layer: LOWER }),
  };
}

const FILES = [
  createFile('/etc/httpd.conf', 0o644),
  createFile('/usr/bin/su', 0o4755),
  createFile('/opt/key.pem', 0o600),
  createFile('/usr/bin/curl', 0o755),
];

function createLicense(expression: string): License {
  return { value: expression, expression, kind: 'declared', urls: [], locations: [] };
}

function createRecord(paths: readonly (readonly [path: string, content: string])[]): object {
  const files = paths.map(([path, content]) => {
    const digest = { algorithm: 'md5', value: hash('md5', content) };
    return { path, digest, isConfigFile: false };
  });
  return { kind: 'dpkg-db-entry', value: { files } };
}

const PACKAGES: readonly PackageSeed[] = [
  {
    name: 'openssl',
    type: 'deb',
    version: '3.0.11-1',
    key: 'openssl',
    licenses: [createLicense('GPL-2.0-only WITH Classpath-exception-2.0')],
    metadata: createRecord([['/usr/bin/su', 'su']]) as never,
  },
  {
    name: 'curl',
    type: 'deb',
    version: '8.0-1',
    key: 'curl',
    licenses: [createLicense('MIT OR BSD-3-Clause')],
    metadata: createRecord([
      ['/usr/bin/curl', 'original'],
      ['/usr/share/doc/curl/README', 'x'],
    ]) as never,
  },
  { name: 'lodash', type: 'npm', version: '4.17.20', key: 'lodash', language: 'javascript' },
  { name: 'rails', type: 'gem', version: '6.0.0', key: 'rails', language: 'ruby' },
];

const ACCOUNTS: readonly Account[] = [
  {
    name: 'root',
    uid: 0,
    gid: 0,
    shell: '/bin/sh',
    password: 'locked',
    home: '/root',
    comment: '',
  },
  {
    name: 'app',
    uid: 1000,
    gid: 1000,
    shell: '/bin/bash',
    password: 'empty',
    home: '/app',
    comment: 'App',
  },
];

const SECRETS: readonly SecretFile[] = [
  {
    kind: 'private key',
    path: '/opt/key.pem',
    isHidden: true,
    isVerified: true,
    layer: LOWER,
  },
];

/** A finding with the given members; matches carry scores, fixes and exploited records. */
export function createFinding(more: Partial<Finding>): Finding {
  return { ...BASE_FINDING, packageKey: 'openssl', ...more };
}

const [MATCH] = BASE_FINDING.matches;
assert.ok(MATCH);

const FIXED = createFinding({
  id: 'CVE-2026-1',
  aliases: [],
  severity: 'high',
  fixState: 'fixed',
  fixVersions: ['3.0.14-1'],
  matches: [
    {
      ...MATCH,
      scores: [
        { vector: 'V', version: '3.1', baseScore: 7.5, exploitabilityScore: 3.9, impactScore: 3.6 },
      ] as never,
      fixes: [
        { version: '3.0.14-1', available: { date: '2026-10-01', kind: 'advisory' } },
      ] as never,
    },
  ],
});
const UNRATED = createFinding({
  id: 'CVE-2026-2',
  aliases: [],
  severity: 'unknown',
  packageKey: 'lodash',
  fixState: 'wont-fix',
  fixVersions: [],
  matches: [{ ...MATCH, scores: [], fixes: [] }],
});

/** Changes to the usual image. */
export interface World {
  readonly findings?: readonly Finding[];
  readonly config?: object;
  readonly packages?: readonly PackageSeed[];
  readonly accounts?: readonly Account[] | undefined;
  readonly secrets?: readonly SecretFile[];
  readonly files?: readonly InventoryFile[];
  readonly distro?: { readonly id: string; readonly versionId?: string } | undefined;
  readonly base?: InventoryBase;
  /** `true` if vulnerabilities were not evaluated. */
  readonly isWithoutDatabase?: boolean;
  readonly input?: Partial<PolicyInput>;
}

function createWorld(world: World): Assessment {
  const { config = CONFIG, accounts = ACCOUNTS, secrets = SECRETS } = world;
  const target = { ...IMAGE, config: Buffer.from(JSON.stringify(config)) };
  const distro = 'distro' in world ? world.distro : { id: 'debian', versionId: '12.5' };
  const base = createInventory({
    packages: world.packages ?? PACKAGES,
    target,
    ...(distro === undefined ? {} : { distro }),
  });
  const isRead = !('accounts' in world) || world.accounts !== undefined;
  const inventory = {
    ...base,
    files: world.files ?? FILES,
    surface: { dimensions: [], secrets, ...(isRead ? { accounts } : {}) },
    ...(world.base === undefined ? {} : { base: world.base }),
  };
  const findings = {
    ...SAMPLE_FINDINGS,
    database: { ...USUAL_DATABASE, providers: [PROVIDER] },
    findings: world.findings ?? [FIXED],
    ignored: [],
    dispositioned: [],
    unevaluated: [],
    alerts: [],
  };
  return createAssessment({
    inventory,
    findings: world.isWithoutDatabase === true ? { ...findings, database: undefined } : findings,
  });
}

/** Searches the contents as the reading pass does. */
function searchContents(searches: readonly ContentSearch[]): readonly SearchedFile[] {
  const extractor = createContentExtractor(searches);
  return searches.flatMap(({ digest, paths }) =>
    [...CONTENTS].flatMap(([path, text]) => {
      const bytes = Buffer.from(text);
      const { fact = [] } = paths.includes(path)
        ? extractor.extract({
            path,
            role: digest,
            sizeBytes: bytes.length,
            mode: 0o644,
            content: toBytes(bytes),
            limits: DEFAULT_LIMITS,
            budget: new Budget(DEFAULT_LIMITS),
          })
        : {};
      return fact.map((one) => ({ ...one, path, isHidden: false }));
    }),
  );
}

/** Evaluates a policy of ours for the image. */
export function judgePolicy(text: string, world: World = {}): PolicyVerdict {
  const policies = loadPolicies([{ name: 'p.yaml', bytes: Buffer.from(text) }]);
  const searches = policies.flatMap((policy) => policy.searches);
  const plain = createWorld(world);
  const content = {
    searches: searches.map(({ digest }) => digest),
    files: searchContents(searches),
  };
  const assessment = { ...plain, inventory: { ...plain.inventory, content } };
  return evaluatePolicies(policies, {
    assessment,
    areFilesListed: true,
    now: NOW,
    searches,
    ...world.input,
  });
}

/** Imports one rule of a bundle and evaluates it; `lost` if it has no counterpart. */
export function judgeTrigger(
  [gate, trigger, params]: readonly [string, string, Readonly<Record<string, string>>],
  world: World = {},
): PolicyOutcome | 'lost' {
  const list = Object.entries(params).map(([name, value]) => ({ name, value }));
  const rules = [{ id: 'r', gate, trigger, action: 'STOP', params: list }];
  const bundle = { id: 'b', name: 'b', version: '1_0', policies: [{ id: 'p', rules }] };
  const { text, translated } = importAnchoreBundle(Buffer.from(JSON.stringify(bundle)), 'b.json');
  return translated === 0 ? 'lost' : judgePolicy(text, world).outcome;
}

export const WITH_UNRATED = [FIXED, UNRATED];
export const FIXED_FINDING = FIXED;
export const UNRATED_FINDING = UNRATED;
export const USUAL_CONFIG = CONFIG;
