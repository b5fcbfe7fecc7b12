/**
 * Shows for each automatic control of all packs an image that passes it, one mutation of its bytes
 * that fails it, and one missing document that makes it unknown: `npm run conformance -- bytes`.
 */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/cli/run.ts';
import { signStatement } from '../../src/compliance/attest/sign-envelope.ts';
import { formatSubjects } from '../../src/compliance/attest/statement.ts';
import { loadPolicies } from '../../src/compliance/policy/load-policies.ts';
import { listPackIds } from '../../src/compliance/policy/pack/pack-folder.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import { importDatabase } from '../../src/vulnerability/advisory/import-database.ts';
import { writeGrypeDatabase } from '../../src/vulnerability/advisory/provider/grype-v6/grype-database.fixture.ts';
import {
  ABOUT_MISSING,
  type DocumentName,
  MISSING,
  type Missing,
  MUTATIONS,
  type Mutation,
} from './control-bytes.data.ts';
import { GOOD, type ImageParts, NOW, packImage } from './control-images.ts';

const PACKS = listPackIds();
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bytes-'));
const EPOCH = { SOURCE_DATE_EPOCH: String(Date.parse(NOW) / 1_000) };
const STATED = 'by: ops@example.org, expires: 2027-06-01';

interface Verdict {
  readonly rules: readonly { readonly rule: string; readonly outcome: string }[];
  readonly controls: readonly {
    readonly key: string;
    readonly kind: string;
    readonly status: string;
    readonly rules: readonly string[];
    readonly reasons: readonly string[];
  }[];
}

function write(name: string, content: string | Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** Three vulnerabilities of musl in Alpine 3.10, each in other versions. */
function createSql(captured: string): string {
  const formatRange = (constraint: string, version: string, date: string): string =>
    JSON.stringify({
      ranges: [
        {
          version: { type: 'apk', constraint },
          fix: { version, state: 'fixed', detail: { available: { date, kind: 'advisory' } } },
        },
      ],
    });
  const high = JSON.stringify({
    id: 'CVE-2026-0002',
    severities: [{ scheme: 'CHML', value: 'high', rank: 1 }],
  });
  return `
    UPDATE db_metadata SET build_timestamp = '${captured}';
    UPDATE providers SET date_captured = '${captured}';
    DELETE FROM affected_cpe_handles;
    UPDATE operating_systems SET eol_date = '2027-11-01 00:00:00+00:00' WHERE id = 2;
    UPDATE blobs SET value = replace(value, '1.1.24-r3', '1.1.21-r0') WHERE id = 5;
    UPDATE blobs SET value = replace(value, '{"id":"CVE-2020-0001"',
      '{"id":"CVE-2020-0001","severities":[{"scheme":"CHML","value":"critical","rank":1}]') WHERE id = 1;
    UPDATE blobs SET value = replace(value, '"urls"', '"due_date":"2021-02-01T00:00:00Z","urls"')
      WHERE id = 9;
    INSERT INTO blobs VALUES (20, '${high}'),
      (21, '${formatRange('>= 1.1.22-r0, < 1.1.23-r0', '1.1.23-r0', '2026-11-20T00:00:00Z')}'),
      (22, '{"id":"CVE-2026-0003"}'),
      (23, '${formatRange('>= 1.1.23-r0, < 1.1.24-r3', '1.1.24-r3', '2026-11-20T00:00:00Z')}');
    INSERT INTO vulnerability_handles VALUES
      (20, 'CVE-2026-0002', 'active', '2026-11-01 00:00:00+00:00', NULL, NULL, 'alpine', 20),
      (21, 'CVE-2026-0003', 'active', '2026-11-01 00:00:00+00:00', NULL, NULL, 'alpine', 22);
    INSERT INTO affected_package_handles VALUES (20, 20, 2, 1, 21), (21, 21, 2, 1, 23);`;
}

/** A database with advisories and products of this day. */
async function createDatabase(name: string, captured: string, more = ''): Promise<string> {
  const root = join(folder, name);
  mkdirSync(`${root}-source`);
  await importDatabase(
    writeGrypeDatabase(`${root}-source`, `${createSql(captured)}${more}`),
    root,
    {
      progress: SILENT,
      limits: DEFAULT_LIMITS,
      now: NOW,
    },
  );
  const releases = [
    { name: '2', isEol: false, eolFrom: null },
    { name: '1', isEol: true, eolFrom: '2020-01-01' },
  ];
  const identifiers = [{ type: 'purl', id: 'pkg:npm/right-pad' }];
  const result = [{ name: 'right-pad', identifiers, releases }];
  const file = write(`${name}-source/products.json`, JSON.stringify({ result }));
  utimesSync(file, new Date(captured), new Date(captured));
  await runCommand(['db', 'build', `endoflife-date=${file}`, '--db', root]);
  return root;
}

/** Runs a command in this process, and returns its standard output. */
async function runCommand(args: readonly string[]): Promise<string> {
  const [stdout, stderr] = [new TextStream(), new TextStream()];
  using resources = new DisposableStack();
  const environment = { HOME: '/dev/null', PLIMSOLL_CACHE_DIR: join(folder, 'cache'), ...EPOCH };
  const status = await run(args, { environment, stdout, stderr, resources });
  if (status === 1 || status === 3 || (args[0] === 'check' && stdout.text === '')) {
    throw new Error(`${args.join(' ')}: exit status ${status}: ${stderr.text}`);
  }
  return stdout.text;
}

class TextStream {
  text = '';

  on(): this {
    return this;
  }

  off(): this {
    return this;
  }

  write(piece: string | Uint8Array): boolean {
    this.text += typeof piece === 'string' ? piece : Buffer.from(piece).toString('utf8');
    return true;
  }
}

function createLedger(): string {
  const line = { image: 'app', package: 'pkg:apk/alpine/musl', advisories: '2026-01-10T00:00:00Z' };
  const toJanuary = (day: number): string => `2026-01-${day}T00:00:00Z`;
  return [
    {
      ...line,
      vulnerability: 'CVE-2020-0001',
      firstSeen: toJanuary(10),
      evaluated: toJanuary(12),
      exploitedSince: toJanuary(10),
      awareness: toJanuary(11),
      measure: toJanuary(15),
    },
    {
      ...line,
      vulnerability: 'CVE-2026-0002',
      firstSeen: '2026-11-22T00:00:00Z',
      evaluated: '2026-11-22T00:00:00Z',
    },
    { ...line, vulnerability: 'CVE-2026-0003', firstSeen: toJanuary(10) },
  ]
    .map((one) => `${JSON.stringify(one)}\n`)
    .join('');
}

function createFacts(): string {
  const own = '{ exposed: true, likely-exploitable: true, impact-rating: N4, ranking: critical }';
  const findings = ['CVE-2020-0001', 'CVE-2026-0002'].map(
    (id) => `  - { finding: ${id}, facts: ${own}, ${STATED} }\n`,
  );
  return `facts:
  shipped: { value: true, ${STATED} }
  fedramp-class: { value: C, ${STATED} }
findings:\n${findings.join('')}`;
}

function createResults(
  digest: string,
  {
    ran = '2026-11-23T00:00:00Z',
    status = 'passed',
  }: { ran?: string | undefined; status?: string },
): string {
  const results = [{ id: 'clamav', status, title: 'signatures', path: '/' }];
  return JSON.stringify({ tool: 'clamav', kind: 'malware', ran, target: `app@${digest}`, results });
}

const [old, older] = ['2026-11-22', '2026-10-15'].map((day) => `${day} 00:00:00+00:00`);
const good = packImage(GOOD);
const databases = {
  advisories: await createDatabase('advisories', '2026-11-23 20:00:00+00:00'),
  old: await createDatabase('old', old ?? ''),
  older: await createDatabase('older', older ?? ''),
  undated: await createDatabase(
    'undated',
    '2026-11-23 20:00:00+00:00',
    'UPDATE providers SET date_captured = NULL;',
  ),
};
const results = {
  clean: write('clean.json', createResults(good.digest, {})),
  found: write('found.json', createResults(good.digest, { status: 'failed' })),
  old: write('old.json', createResults(good.digest, { ran: '2026-11-14T00:00:00Z' })),
  undated: write('undated.json', createResults(good.digest, {}).replace(/"ran":"[^"]*",/, '')),
};
const facts = write('facts.yaml', createFacts());
const goodFile = write('good.tar', good.bytes);
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const key = write('key.pem', publicKey.export({ type: 'spki', format: 'pem' }));
const subject = [{ name: 'app', digest: { sha256: good.digest.replace('sha256:', '') } }];
const time = '2026-11-23T00:00:00Z';
const statements = [
  ['https://cyclonedx.org/bom', { bomFormat: 'CycloneDX', metadata: { timestamp: time } }],
  [
    'https://in-toto.io/attestation/vulns/v0.2',
    { scanner: { result: [] }, metadata: { scanStartedOn: time, scanFinishedOn: time } },
  ],
  ['https://slsa.dev/provenance/v1', { runDetails: { builder: { id: 'https://ci.example.org' } } }],
].map(([type, predicate], index) =>
  write(
    `statement-${index}.json`,
    JSON.stringify(
      signStatement(formatSubjects(subject, type as string, predicate as object), privateKey),
    ),
  ),
);
const baseline = write(
  'baseline.json',
  await runCommand([
    'scan',
    goodFile,
    '--db',
    databases.advisories,
    '--db-max-age',
    '0',
    '--offline',
    '-q',
    '--file-selection',
    'all',
    '--surface',
    '--reach',
    '-o',
    'json',
  ]),
);
const bases = join(folder, 'bases');
await runCommand([
  'base',
  'add',
  goodFile,
  '--name',
  'alpine:3.10',
  '--base-store',
  bases,
  '--offline',
]);

let count = 0;

interface JudgeOptions {
  readonly without?: readonly DocumentName[];
  readonly changed?: Mutation['document'] | Missing['changed'];
  readonly isBaseKnown?: boolean;
  readonly isSbom?: boolean;
}

/** Evaluates all packs with the documents that are not left out. */
async function judge(
  image: ImageParts,
  { without = [], changed, isBaseKnown = false, isSbom = false }: JudgeOptions = {},
): Promise<Verdict> {
  const name = `run-${(count += 1)}`;
  const archive = write(`${name}.tar`, packImage(image).bytes);
  const target = isSbom
    ? write(`${name}.json`, await runCommand(['sbom', archive, '-q', '-o', 'cyclonedx-json']))
    : archive;
  const ledger = write(`${name}.jsonl`, createLedger());
  const has = (one: DocumentName, ...args: readonly string[]): readonly string[] =>
    without.includes(one) ? [] : args;
  const database = {
    'old advisories': databases.old,
    'older advisories': databases.older,
    'undated advisories': databases.undated,
  }[changed as 'old advisories'];
  const scan = {
    'found malware': results.found,
    'old scan': results.old,
    'undated scan': results.undated,
  }[changed as 'old scan'];
  const used = database ?? databases.advisories;
  const text = await runCommand([
    'check',
    target,
    ...PACKS.flatMap((id) => ['--pack', id]),
    ...has('advisories', '--db', used, '--db-max-age', '0'),
    '--offline',
    '-q',
    '--justifications',
    'none',
    ...has('facts', '--facts', facts),
    ...has('ledger', '--ledger', ledger),
    ...has('results', '--results', scan ?? results.clean),
    ...has('key', '--attestation-key', key),
    ...has('statements', ...statements.flatMap((file) => ['--attestation', file])),
    ...has('baseline', '--baseline', baseline, '--reach'),
    ...(isBaseKnown ? ['--base', 'auto', '--base-store', bases] : []),
    '-o',
    'json',
  ]);
  return JSON.parse(text) as Verdict;
}

const faults: string[] = [];
const passing = await judge(GOOD);
const controls = passing.controls.filter(({ kind }) => kind === 'automatic');
for (const { key: id, status, reasons } of controls) {
  if (status !== 'passed') {
    faults.push(`${id} is ${status} for the image that passes: ${reasons.join('; ')}`);
  }
}
const failing = new Map<string, string>();
const owners = new Map<string, string>();
for (const mutation of MUTATIONS) {
  const { title, image, rules, document, isBaseKnown = false } = mutation;
  const verdict = await judge(image, { changed: document, isBaseKnown });
  for (const rule of rules) {
    const outcome = verdict.rules.find((one) => one.rule === rule)?.outcome ?? 'absent';
    if (outcome !== 'fail' && outcome !== 'warn') {
      faults.push(`${title}: the rule ${rule} is ${outcome}`);
    }
    owners.set(rule, title);
  }
  for (const { key: id, status, rules: own } of verdict.controls) {
    if (status === 'failed' && own.some((rule) => rules.includes(rule)) && !failing.has(id)) {
      failing.set(id, title);
    }
  }
}
const unknown = new Map<string, string>();
const stricter = new Map<string, string>();
for (const { title, image = GOOD, ...options } of MISSING) {
  const verdict = await judge(image, options);
  for (const { key: id, status, rules } of verdict.controls) {
    if (status === 'unknown') {
      unknown.set(id, unknown.get(id) ?? title);
    } else if (status === 'failed' && rules.some((rule) => ABOUT_MISSING.includes(rule))) {
      stricter.set(id, `${title}: it even fails`);
    }
  }
}
const known = loadPolicies([], undefined, PACKS).flatMap(({ rules }) => rules.map(({ id }) => id));
faults.push(...[...owners.keys()].filter((rule) => !known.includes(rule)));
process.stdout.write('control\tpasses\tone mutation fails it\tone missing fact makes it unknown\n');
for (const { key: id, status } of controls) {
  const cells = [
    status === 'passed' ? 'the image' : '',
    failing.get(id) ?? '',
    unknown.get(id) ?? stricter.get(id) ?? '',
  ];
  process.stdout.write(`${[id, ...cells].join('\t')}\n`);
  if (cells.includes('')) {
    faults.push(`${id} has an empty cell`);
  }
}
rmSync(folder, { recursive: true });
process.stdout.write(
  `${controls.length} controls, ${MUTATIONS.length} mutations, ${faults.length} faults\n`,
);
faults.forEach((fault) => process.stdout.write(`  ${fault}\n`));
process.exitCode = faults.length === 0 ? 0 : 1;
