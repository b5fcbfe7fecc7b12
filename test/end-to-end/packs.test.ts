import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { buildDatabase, DEFAULT_LIMITS, SILENT } from '../../src/index.ts';
import type { Ended } from '../support/run-program.ts';
import { runProgram } from '../support/run-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-packs-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const ADVISORY = {
  schema_version: '1.7.0',
  id: 'GHSA-aaaa-bbbb-cccc',
  modified: '2026-11-01T00:00:00Z',
  published: '2026-10-01T00:00:00Z',
  aliases: ['CVE-2026-1111'],
  summary: 'a hole',
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
  affected: [
    {
      package: { ecosystem: 'npm', name: 'holey' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
    },
  ],
};
const EXPLOITED = {
  catalogVersion: '2026.11.01',
  dateReleased: '2026-11-20T00:00:00Z',
  count: 1,
  vulnerabilities: [
    {
      cveID: 'CVE-2026-1111',
      vendorProject: 'npm',
      product: 'holey',
      vulnerabilityName: 'a hole',
      dateAdded: '2026-11-20',
      shortDescription: 'a hole',
      requiredAction: 'update',
      dueDate: '2026-12-11',
      knownRansomwareCampaignUse: 'Unknown',
      notes: '',
      cwes: [],
    },
  ],
};
const STATEMENT = 'control: cis-docker/4.5, answer: met, evidence: OPS-1, expires: 2027-01-01';

function writeInput(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function check(...args: readonly string[]): Promise<Ended> {
  const database = ['--db', join(folder, 'db'), '--db-max-age', '0', '--offline'];
  return runProgram(['check', join(folder, 'app.purls'), ...database, ...args], {
    SOURCE_DATE_EPOCH: '1795564800',
  });
}

before(async () => {
  writeInput('app.purls', 'pkg:npm/holey@1.0.0\n');
  const sources = [
    { provider: 'osv', file: writeInput('osv.json', JSON.stringify(ADVISORY)) },
    { provider: 'kev', file: writeInput('kev.json', JSON.stringify(EXPLOITED)) },
  ];
  const options = { limits: DEFAULT_LIMITS, progress: SILENT, now: '2026-11-25T00:00:00Z' };
  await buildDatabase(sources, join(folder, 'db'), options);
});

interface Verdict {
  readonly outcome: string;
  readonly controls: readonly {
    readonly key: string;
    readonly status: string;
    readonly statement?: { readonly by: string };
  }[];
}

suite('packs', () => {
  let ended: Ended;
  before(async () => {
    const statements = `statements:\n  - { ${STATEMENT}, by: ops@example.org }\n`;
    const facts = 'facts:\n  shipped: { value: true, by: me@example.org, expires: 2027-03-01 }\n';
    const packs = ['cis-docker', 'hardened-image', 'cra'].flatMap((id) => ['--pack', id]);
    const outputs = ['json=v.json', 'html=e.html', 'sarif=s.json', 'cra-report=cra'];
    ended = await check(
      ...packs,
      '--statements',
      writeInput('statements.yaml', statements),
      '--facts',
      writeInput('facts.yaml', facts),
      '--ledger',
      join(folder, 'ledger.jsonl'),
      ...outputs.flatMap((one) => ['-o', one.replace('=', `=${folder}/`)]),
    );
  });

  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

  test('answer each control, and pass none about an image without evidence', () => {
    assert.equal(ended.status, 2, ended.stderr);
    assert.equal(ended.stdout, '');
    assert.match(ended.stderr, /fail: app\.purls must not ship/);
    const { controls } = JSON.parse(read('v.json')) as Verdict;
    const find = (key: string): Verdict['controls'][number] | undefined =>
      controls.find((one) => one.key === key);
    assert.equal(find('cra/I-I-2a')?.status, 'failed');
    assert.equal(find('cis-docker/4.5')?.statement?.by, 'ops@example.org');
    const passed = controls.filter(({ status }) => status === 'passed').map(({ key }) => key);
    // The exploited finding was first seen now, so no report is overdue yet.
    assert.deepEqual(passed, [
      'cis-docker/4.5',
      'hardened-image/complete',
      'cra/I-II-1',
      'cra/14-warning',
      'cra/14-notification',
      'cra/14-report',
    ]);
    assert.equal(find('cis-docker/4.1')?.status, 'unknown');
    assert.equal(find('hardened-image/no-setuid')?.status, 'unknown');
  });

  test("write the auditor's page, and a result for code scanning", () => {
    const page = read('e.html');
    assert.match(page, /It must not ship/);
    assert.match(page, /id="c-cra-I-I-2a"/);
    assert.match(page, /plimsoll check .*--replay verdict\.json/);
    assert.match(read('s.json'), /"ruleId":\s*"cra\/I-I-2a"/);
  });

  test('draft the reports by Article 14 with blanks, and the technical file', () => {
    assert.deepEqual(readdirSync(join(folder, 'cra')).toSorted(), [
      'GHSA-aaaa-bbbb-cccc-early-warning.md',
      'GHSA-aaaa-bbbb-cccc-final-report.md',
      'GHSA-aaaa-bbbb-cccc-notification.md',
      'README.md',
      'technical-file.tar',
    ]);
    const warning = read('cra/GHSA-aaaa-bbbb-cccc-early-warning.md');
    assert.match(warning, /Due: 2026-11-26T00:00:00\.000Z .*1 day after the exploitation/);
    assert.match(warning, /Member States in which the product is available: \[TO BE COMPLETED\]/);
    assert.match(warning, /It was not submitted/);
    const archive = readFileSync(join(folder, 'cra/technical-file.tar'));
    const verdict = createHash('sha256').update(read('v.json')).digest('hex');
    assert.ok(archive.includes(`${verdict}  verdict.json`));
  });

  test('print controls, and the rules of a policy beside them', async () => {
    const rule = '{ id: many, for: package, when: { name: holey }, then: fail }';
    const policy = writeInput('shop.yaml', `policy: shop\nrules: [${rule}]\n`);
    const { stdout } = await check('--pack', 'pci-6-3-3', '--policy', policy);
    assert.match(stdout, /\nSTATUS +FORCE +CONTROL +REQUIREMENT +CAUSE\n/);
    assert.match(stdout, /\npci-6-3-3 1: 1 control, /);
    assert.match(stdout, /\nOUTCOME +RULE +CAUSE\nfail +many +holey 1\.0\.0/);
    const why = await check('--pack', 'pci-6-3-3', '--why', 'pci-6-3-3/6.3.3');
    assert.match(why.stdout, /^pci-6-3-3\/6\.3\.3: \w+ \(MUST, automatic\)\n/);
    assert.match(why.stdout, /\npci-patch-overdue: \w+ \(pack pci-6-3-3@1:\d+; action fail\)/);
  });

  test('draft reports only in a new directory that can be created', async () => {
    const written = writeInput('written', '');
    for (const [target, message] of [
      [join(written, 'cra'), /could not create the directory ".+cra": a part of the path/],
      [folder, /is not empty/],
    ] as const) {
      const { status, stderr } = await check('--pack', 'cra', '-o', `cra-report=${target}`);
      assert.equal(status, 1, stderr);
      assert.match(stderr, message);
      assert.match(stderr, /hint: name a new directory/);
    }
  });

  test('reject statements without an author, and unknown packs, before reading the target', async () => {
    const anonymous = writeInput('anonymous.yaml', `statements:\n  - { ${STATEMENT} }\n`);
    const unsigned = await check('--pack', 'cis-docker', '--statements', anonymous);
    assert.equal(unsigned.status, 3);
    assert.match(unsigned.stderr, /anonymous\.yaml:2: the statement about .* needs "by"/);
    const mistyped = await check('--pack', 'cis-doker');
    assert.match(mistyped.stderr, /unknown pack "cis-doker"\n.*"cis-docker"/);
  });
});
