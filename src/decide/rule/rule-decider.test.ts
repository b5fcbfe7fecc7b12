import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory, type PackageSeed } from '../../../test/support/inventory.ts';
import { SAMPLE_FINDINGS } from '../../../test/support/sample-report.ts';
import { present } from '../../core/assert.ts';
import type { Finding, Findings } from '../../core/finding.ts';
import type { IgnoreRule, PackagePattern } from '../../core/ignore-rule.ts';
import { decideFindings } from '../decide-findings.ts';
import { createRule } from '../ignore-file/rule-record.ts';
import { createRuleDecider } from './rule-decider.ts';

const TEMPLATE = present(
  SAMPLE_FINDINGS.findings.find(({ id }) => id === 'GHSA-35jh-r3h4-6jhm'),
  'a finding with two matches',
);
const LODASH: PackageSeed = {
  name: '@scope/lodash',
  version: '4.17.20',
  type: 'npm',
  language: 'javascript',
  purl: 'pkg:npm/%40scope/lodash@4.17.20',
  locations: [{ path: '/app/node_modules/lodash/package.json', accessPath: '/x' }],
  upstreams: [{ name: 'lodash-source' }],
};
const INVENTORY = createInventory({ packages: [LODASH] });

function decide(rule: Partial<IgnoreRule>, now?: string, more: Partial<Finding> = {}): Findings {
  const { key } = present(INVENTORY.packages[0], 'the package');
  const findings = {
    ...SAMPLE_FINDINGS,
    findings: [{ ...TEMPLATE, packageKey: key, ...more }],
    alerts: [],
  };
  const file = {
    origin: 'r.yaml',
    rules: [createRule({ source: 'r.yaml: ignore 1', ...rule })],
    problems: [],
  };
  return decideFindings(findings, INVENTORY, [createRuleDecider([file], now)]);
}

const isSetAside = (rule: Partial<IgnoreRule>): boolean => decide(rule).findings.length === 0;
const isPackageSetAside = (pattern: PackagePattern): boolean => isSetAside({ package: pattern });
const toTextCell = (value: string) => ({ kind: 'text', value }) as const;

suite('ignore rules', () => {
  test('match a vulnerability by any ID, or only by its own if aliases do not count', () => {
    assert.ok(isSetAside({ vulnerabilities: ['CVE-1', 'ghsa-35jh-r3h4-6jhm'] }));
    assert.ok(isSetAside({ vulnerabilities: ['CVE-2021-23337'] }));
    assert.ok(!isSetAside({ vulnerabilities: ['CVE-1'] }));
    const other = { matches: [], aliases: ['CVE-2021-23337'] };
    const rule = { vulnerabilities: ['CVE-2021-23337'], isAliasEnough: false };
    assert.equal(decide(rule, undefined, other).findings.length, 1);
  });

  test('match a package by each of its properties', () => {
    assert.ok(
      isPackageSetAside({ name: toTextCell('@scope/lodash'), version: toTextCell('4.17.20') }),
    );
    assert.ok(isPackageSetAside({ type: toTextCell('npm'), language: toTextCell('javascript') }));
    assert.ok(isPackageSetAside({ name: { kind: 'glob', value: '@scope/lo*' } }));
    assert.ok(isPackageSetAside({ name: { kind: 'expression', value: '@scope/.*' } }));
    assert.ok(isPackageSetAside({ purl: 'pkg:npm/%40scope/lodash' }));
    assert.ok(isPackageSetAside({ upstream: toTextCell('lodash-source') }));
    assert.ok(isPackageSetAside({ path: { kind: 'glob', value: 'app/**/package.json' } }));
    assert.ok(isPackageSetAside({ path: toTextCell('/app/node_modules/lodash/package.json') }));
    const others: readonly PackagePattern[] = [
      { name: toTextCell('lodash') },
      { name: { kind: 'expression', value: 'lodash' } },
      { name: { kind: 'expression', value: '(' } },
      { version: toTextCell('1') },
      { type: toTextCell('deb') },
      { language: toTextCell('java') },
      { purl: 'pkg:npm/lodash' },
      { upstream: toTextCell('other') },
      { path: toTextCell('/app') },
    ];
    assert.ok(others.every((pattern) => !isPackageSetAside(pattern)));
  });

  test('never match a very long name by a regular expression', () => {
    const long = createInventory({ packages: [{ ...LODASH, name: 'a'.repeat(2_000) }] });
    const { key } = present(long.packages[0], 'the package');
    const findings = { ...SAMPLE_FINDINGS, findings: [{ ...TEMPLATE, packageKey: key }] };
    const rule = createRule({
      source: 's',
      package: { name: { kind: 'expression', value: 'a*' } },
    });
    const file = { origin: 's', rules: [rule], problems: [] };
    const decided = decideFindings(findings, long, [createRuleDecider([file], undefined)]);
    assert.equal(decided.findings.length, 1);
  });

  test('match the fix state, the match kind and the source', () => {
    assert.ok(isSetAside({ fixStates: ['fixed'] }));
    assert.ok(!isSetAside({ fixStates: ['unknown'] }));
    assert.ok(!isSetAside({ matchKinds: ['cpe'] }));
    assert.ok(isSetAside({ matchKinds: ['cpe', 'direct'] }));
    assert.ok(isSetAside({ namespace: 'github:language:javascript' }));
    assert.ok(!isSetAside({ namespace: 'nvd:cpe' }));
    assert.equal(decide({ matchKinds: ['cpe'] }, undefined, { matches: [] }).findings.length, 1);
  });

  test('match a source by its Grype namespace', () => {
    const [match] = TEMPLATE.matches;
    const [reason] = match?.reasons ?? [];
    assert.ok(match && reason);
    const system = { id: 1, name: 'debian', releaseId: '', majorVersion: '12', minorVersion: '' };
    const release = { ...system, label: '', codename: '', channel: '' };
    const isNamespaceSetAside = (more: object): boolean => {
      const advisory = { ...reason.advisory, ...more };
      const matches = [{ ...match, reasons: [{ ...reason, advisory }] }];
      const names = [
        'debian:distro:debian:12',
        'debian:distro:debian:sid',
        'osv:language:npm',
        'nvd',
      ];
      return names.some(
        (namespace) => decide({ namespace }, undefined, { matches }).findings.length === 0,
      );
    };
    assert.ok(isNamespaceSetAside({ provider: 'debian', operatingSystem: release }));
    assert.ok(
      isNamespaceSetAside({ provider: 'debian', operatingSystem: { ...release, label: 'sid' } }),
    );
    assert.ok(isNamespaceSetAside({ provider: 'osv', ecosystem: 'npm' }));
    assert.ok(isNamespaceSetAside({ provider: 'nvd' }));
    assert.ok(!isNamespaceSetAside({ provider: 'other', ecosystem: 'npm' }));
  });

  test('report author, reason and expiry date', () => {
    const { dispositioned = [] } = decide(
      { reason: 'not used', owner: 'me', ticket: 'T-1', expiresAt: '2027-01-01' },
      '2026-01-01T00:00:00Z',
    );
    const [decision] = dispositioned[0]?.decisions ?? [];
    assert.equal(decision?.reason, 'not used');
    assert.equal(decision.author, 'me');
    assert.equal(decision.ticket, 'T-1');
    assert.equal(decision.expiresAt, '2027-01-01');
    const silent = decide({}).dispositioned?.[0]?.decisions[0];
    assert.equal(silent?.author, 'not named');
  });

  test('report findings again after they ended', () => {
    const expired = decide({ expiresAt: '2026-01-01' }, '2026-01-01T00:00:00Z');
    assert.equal(expired.findings.length, 1);
    assert.deepEqual(
      expired.alerts.map(({ kind, message }) => `${kind}: ${message}`),
      ['rule-expired: r.yaml: ignore 1 expired on 2026-01-01'],
    );
    assert.match(expired.findings[0]?.decisions?.[0]?.reason ?? '', /expired on 2026-01-01/);
    const fixed = decide({ isUntilFixed: true });
    assert.equal(fixed.alerts[0]?.message, 'r.yaml: ignore 1 expired: a fix is available');
    assert.equal(
      decide({ isUntilFixed: true }, undefined, { fixState: 'not-fixed' }).findings.length,
      0,
    );
    assert.equal(decide({ expiresAt: '2026-01-01' }).findings.length, 0);
  });

  test('are reported if unused or invalid', () => {
    const unused = decide({ vulnerabilities: ['CVE-1'] });
    assert.equal(unused.alerts[0]?.message, 'r.yaml: ignore 1 (CVE-1) matches no finding');
    assert.match(
      decide({ fixStates: ['unknown'] }).alerts[0]?.message ?? '',
      /1 matches no finding/,
    );
    const file = { origin: 'x', rules: [], problems: ['x:3: what is this'] };
    const [alert] = createRuleDecider([file], undefined).listAlerts();
    assert.equal(alert?.kind, 'statement-not-understood');
  });
});
