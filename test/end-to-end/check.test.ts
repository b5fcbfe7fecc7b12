import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { buildDatabase, DEFAULT_LIMITS, SILENT } from '../../src/index.ts';
import { type Ended, runProgram } from '../support/run-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-check-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const DATABASE = join(folder, 'db');
const BAD = join(folder, 'bad.purls');
const POLICY = join(folder, 'shop.yaml');

/** The advisory that affects the package of the target, with a severity and a fix. */
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

function check(policy: string, ...more: readonly string[]): Promise<Ended> {
  writeFileSync(POLICY, policy);
  const database = ['--db', DATABASE, '--db-max-age', '0', '--offline'];
  return runProgram(['check', BAD, '--policy', POLICY, '-q', ...database, ...more], {
    SOURCE_DATE_EPOCH: '1795564800',
  });
}

function createPolicy(when: string, then = 'fail'): string {
  return `policy: shop\nversion: "1"\nrules: [{ id: hole, for: finding, when: { ${when} }, then: ${then} }]\n`;
}

before(async () => {
  writeFileSync(BAD, 'pkg:npm/holey@1.0.0\n');
  const advisory = join(folder, 'advisory.json');
  writeFileSync(advisory, JSON.stringify(ADVISORY));
  const options = { limits: DEFAULT_LIMITS, progress: SILENT, now: '2026-11-25T00:00:00Z' };
  await buildDatabase([{ provider: 'osv', file: advisory }], DATABASE, options);
});

suite('plimsoll check', () => {
  test('ends with the status of the verdict', async () => {
    const cases = [
      ['severity: critical', 'fail', 2, /^fail: bad\.purls must not ship/],
      ['severity: critical', 'warn', 0, /^warn: /],
      ['severity: low', 'fail', 0, /^pass: bad\.purls may ship/],
      ['reach: required', 'fail', 4, /^unknown: bad\.purls cannot be judged/],
    ] as const;
    for (const [when, then, status, says] of cases) {
      const ended = await check(createPolicy(when, then));
      assert.equal(ended.status, status, ended.stderr);
      assert.match(ended.stdout, says);
    }
  });

  test('writes the same bytes again, with the proof', async () => {
    const [first, second] = [
      await check(createPolicy('severity: critical'), '-o', 'json'),
      await check(createPolicy('severity: critical'), '-o', 'json'),
    ];
    assert.equal(first.stdout, second.stdout);
    const verdict = JSON.parse(first.stdout) as {
      rules: { matches: { conditions: { values: object[] }[] }[] }[];
    };
    assert.deepEqual(verdict.rules[0]?.matches[0]?.conditions[0]?.values, [
      { fact: 'severity', value: 'critical', evidence: { advisory: 'github GHSA-aaaa-bbbb-cccc' } },
    ]);
  });

  test('explains a rule, and suggests the name of a mistyped one', async () => {
    const { stdout } = await check(createPolicy('severity: critical'), '--why', 'hole');
    assert.match(stdout, /severity: critical: holds\n +severity = critical \(advisory github GHSA/);
    const mistyped = await check(createPolicy('severty: critical'));
    assert.equal(mistyped.status, 3);
    assert.match(
      mistyped.stderr,
      /shop\.yaml:3: unknown fact "severty" of a finding\n.*"severity"/,
    );
    const unknown = await check(createPolicy('severity: critical'), '--why', 'holes');
    assert.match(unknown.stderr, /unknown rule "holes"\n.*"hole"/);
  });

  test('evaluates for another date', async () => {
    const policy = createPolicy('published-age: over 100 days');
    assert.equal((await check(policy)).status, 0);
    assert.equal((await check(policy, '--as-of', '2027-06-01')).status, 2);
    assert.equal((await check(policy, '--as-of', 'tomorrow')).status, 3);
  });

  test('adds findings to the ledger, but not for a time that is only assumed', async () => {
    const ledger = join(folder, 'ledger.jsonl');
    const policy = createPolicy('first-seen-age: over 100 days');
    assert.equal((await check(policy, '--ledger', ledger, '--as-of', '2027-06-01')).status, 0);
    assert.equal(existsSync(ledger), false);
    assert.equal((await check(policy, '--ledger', ledger)).status, 0);
    assert.match(readFileSync(ledger, 'utf8'), /"firstSeen":"2026-11-25T00:00:00Z"/);
    assert.equal((await check(policy, '--ledger', ledger, '--as-of', '2027-06-01')).status, 2);
  });

  test('names a command that explains the same run, quoted for a shell', async () => {
    const file = join(folder, "my policy's.yaml");
    writeFileSync(file, createPolicy('severity: critical'));
    const options = ['--db', DATABASE, '--db-max-age', '0', '--offline'];
    const { stdout } = await runProgram(['check', BAD, '--policy', file, ...options]);
    const [, line = ''] = /^Explain: plimsoll ([^]*)$/m.exec(stdout) ?? [];
    const { stdout: words } = spawnSync('sh', ['-c', `printf '%s\\n' ${line.trim()}`], {
      encoding: 'utf8',
    });
    const explained = await runProgram(words.trimEnd().split('\n'));
    assert.match(explained.stdout, /severity: critical: holds/, line);
    assert.equal(explained.status, 2);
  });

  test('is unknown without a database', async () => {
    writeFileSync(POLICY, createPolicy('severity: critical'));
    const args = ['check', BAD, '--policy', POLICY, '-q', '--offline'];
    const { status, stdout } = await runProgram(args, { XDG_CACHE_HOME: join(folder, 'none') });
    assert.equal(status, 4);
    assert.match(stdout, /no advisories/);
  });
});

suite('plimsoll check policy test', () => {
  test('runs the tests beside a policy, and writes them as JUnit XML', async () => {
    const [policy, report] = [join(folder, 'tested.yaml'), join(folder, 'report.xml')];
    writeFileSync(policy, createPolicy('severity: critical'));
    const facts = 'facts: { finding: [{ severity: critical }] }';
    writeFileSync(
      join(folder, 'tested.test.yaml'),
      `policies: [tested.yaml]\ntests:\n  - { name: good, ${facts}, rules: { hole: fail } }\n  - { name: "<bad>", ${facts}, verdict: pass }\n`,
    );
    const ended = await runProgram(['check', 'policy', 'test', policy, '-o', `junit=${report}`]);
    assert.equal(ended.status, 1, ended.stderr);
    assert.match(ended.stdout, /valid: 1 rule, [^]*\nok {4}good\nFAIL {2}<bad>\n/);
    assert.match(ended.stdout, /tested\.test\.yaml:4: verdict: expected pass, but it is fail\n/);
    assert.match(ended.stdout, /2 tests, 1 failed\nno test lets these rules pass: hole\n/);
    const xml = readFileSync(report, 'utf8');
    assert.match(
      xml,
      /tests="2" failures="1" errors="0"[^]* name="good"\/>[^]* name="&lt;bad&gt;"/,
    );
    assert.match(xml, /<failure type="policy" message="[^"]*expected pass, but it is fail">/);
    const packed = join(folder, 'packed.test.yaml');
    writeFileSync(
      packed,
      `policies: [cra-14@1]\ntests:\n  - { name: a, now: 2027-01-31, controls: { cra-14/early-warning: passed } }\n`,
    );
    const { stdout } = await runProgram(['check', 'policy', 'test', packed]);
    assert.match(
      stdout,
      /:3: control cra-14\/early-warning: expected passed, but it is unknown \(/,
    );
  });
});

interface SavedVerdict {
  verdict?: { outcome: string; gates: object[]; policy?: { outcome: string; proof: string } };
}

suite('plimsoll scan --policy', () => {
  const SCAN = ['--db', DATABASE, '--db-max-age', '0', '--offline'];
  function scan(policy: string, ...more: readonly string[]): Promise<Ended> {
    writeFileSync(POLICY, policy);
    return runProgram(['scan', BAD, '--policy', POLICY, ...SCAN, ...more]);
  }

  test('ends with the status of the verdict, and names its rules', async () => {
    const cases = [
      ['severity: critical', 'fail', 2, /^failed: --policy: rule hole$/m],
      ['severity: critical', 'warn', 0, /^warn: --policy: rule hole$/m],
      ['severity: low', 'fail', 0, /^(?![^]*--policy)/],
      ['reach: required', 'fail', 4, /^unknown: --policy: rule hole$/m],
    ] as const;
    for (const [when, then, status, says] of cases) {
      const ended = await scan(createPolicy(when, then), '-q');
      assert.equal(ended.status, status, ended.stderr);
      assert.match(ended.stderr, says);
    }
  });

  test('prints the verdict below the table, and writes it as check does', async () => {
    const policy = createPolicy('severity: critical');
    const file = join(folder, 'scan.json');
    const page = join(folder, 'scan.html');
    const { stdout } = await scan(
      policy,
      '-o',
      'table',
      '-o',
      `json=${file}`,
      '-o',
      `html=${page}`,
    );
    assert.match(stdout, /\nfail: bad\.purls must not ship[^]*\nfail +hole +GHSA-aaaa-bbbb-cccc/);
    assert.match(readFileSync(page, 'utf8'), /<section id="policy">[^]*>hole</);
    const { verdict } = JSON.parse(readFileSync(file, 'utf8')) as SavedVerdict;
    assert.equal(verdict?.outcome, 'fail');
    assert.equal(verdict.policy?.outcome, 'fail');
    const again = await runProgram(['check', file, '--policy', POLICY, '-o', 'json']);
    assert.equal((JSON.parse(again.stdout) as { outcome: string }).outcome, 'fail');
  });

  test('takes the worst outcome of policies and gates', async () => {
    const passing = createPolicy('severity: low');
    const gated = await scan(passing, '-q', '--fail-on', 'high');
    assert.equal(gated.status, 2);
    assert.match(gated.stderr, /^failed: --fail-on: 1 open finding is high or worse$/m);
    const unknown = await scan(createPolicy('reach: required'), '-q', '--fail-on', 'high');
    assert.equal(unknown.status, 2);
    assert.match(unknown.stderr, /^unknown: --policy: rule hole$/m);
  });

  test('compares with a baseline by rules about changes', async () => {
    const baseline = join(folder, 'baseline.json');
    const empty = join(folder, 'empty.purls');
    writeFileSync(empty, 'pkg:npm/other@1.0.0\n');
    await runProgram(['scan', empty, ...SCAN, '-q', '-o', `json=${baseline}`]);
    const policy =
      'policy: shop\nrules: [{ id: new, for: change, when: { section: findings, kind: introduced }, then: fail }]';
    const { status, stdout } = await scan(policy, '--baseline', baseline);
    assert.equal(status, 2, stdout);
    assert.match(stdout, /fail +new +findings: GHSA-aaaa-bbbb-cccc \(holey\) introduced/);
    const without = await scan(policy, '-q');
    assert.equal(without.status, 4);
  });

  test('reads the policy before the target', async () => {
    writeFileSync(POLICY, createPolicy('severty: critical'));
    const ended = await runProgram(['scan', join(folder, 'no-such'), '--policy', POLICY]);
    assert.equal(ended.status, 3);
    assert.match(ended.stderr, /unknown fact "severty"/);
  });
});
