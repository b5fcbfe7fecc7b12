import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { inventoryOf } from '../../test/support/inventory.ts';
import { SAMPLE_FINDINGS, SAMPLE_INVENTORY } from '../../test/support/sample-report.ts';
import type { Relationship } from '../core/inventory.ts';
import { explainFindings, isCalled } from './explain-finding.ts';
import { formatFinding } from './explanation-text.ts';

const explain = (id: string, wanted?: string) =>
  explainFindings(
    { id, ...(wanted === undefined ? {} : { package: wanted }) },
    SAMPLE_INVENTORY,
    SAMPLE_FINDINGS,
  );

suite('why a finding is there', () => {
  test('any id that it goes by is an answer, in whatever case', () => {
    const [one] = explain('ghsa-35jh-r3h4-6jhm', 'lodash');
    assert.equal(one?.package.version, '4.17.20');
    const [alias] = explain('CVE-2021-23337', 'lodash@4.17.20');
    assert.equal(alias?.id, 'GHSA-35jh-r3h4-6jhm');
    assert.deepEqual(explain('CVE-1999-0001'), []);
  });

  test('tells file, layer, owner, user, statement, sources and the way out', () => {
    const [one] = explain('GHSA-35jh-r3h4-6jhm', 'lodash');
    const text = formatFinding(one ?? assert.fail()).join('\n');
    assert.match(text, /Location {7}\/app\/package-lock\.json\n +layer 2 of 2, sha256:b{12}/);
    assert.match(text, /Included by {4}busybox 1\.36\.1-r29/);
    assert.match(text, /Needed by {6}evil.* → lodash 4\.17\.20/);
    assert.match(
      text,
      /affected: < 4\.17\.21 \(semver\)\n +4\.17\.20 < 4\.17\.21: true \(semver\)/,
    );
    assert.match(text, /github:language:javascript rates CVE-2021-23337 as medium/);
    assert.match(text, /Status {9}open/);
    assert.match(text, /Fix {12}update busybox, which includes lodash: lodash 4\.17\.21 fixes/);
  });

  test('a statement about what the package only may be is told from one about itself', () => {
    const [one] = explain('GHSA-35jh-r3h4-6jhm', 'lodash');
    const [step] = one?.statements ?? [];
    assert.ok(one !== undefined && step !== undefined);
    const textOf = (confidence: number) =>
      formatFinding({ ...one, statements: [{ ...step, by: 'direct', confidence }] }).join('\n');
    assert.match(textOf(1), /, matched by package name\n/);
    assert.match(textOf(0.5), /, matched by possible name\n/);
  });

  test('functions that were looked for in the executable are told', () => {
    const [one] = explain('GHSA-35jh-r3h4-6jhm', 'lodash');
    const [step] = one?.statements ?? [];
    assert.ok(one !== undefined && step !== undefined);
    const searched = ['a.A', 'a.B', 'a.C', 'a.D', 'a.E', 'a.F'];
    const textOf = (found: readonly string[]) =>
      formatFinding({ ...one, statements: [{ ...step, symbols: { searched, found } }] }).join('\n');
    assert.match(textOf([]), /vulnerable functions: a\.A, a\.B, a\.C, a\.D, a\.E and 1 more\n/);
    assert.match(textOf([]), /in the executable: none\n/);
    assert.match(textOf(['a.F']), /in the executable: 1 of 6, such as a\.F\n/);
  });

  test('files of one layer have it named once', () => {
    const [one] = explain('GHSA-35jh-r3h4-6jhm', 'lodash');
    const [place] = one?.places ?? [];
    assert.ok(one !== undefined && place !== undefined);
    const places = [place, { ...place, path: '/app/other.json', line: 7 }, { path: '/elsewhere' }];
    const text = formatFinding({ ...one, places }).join('\n');
    assert.match(text, /lock\.json\n +\/app\/other\.json:7\n +layer 2 of 2[^/]*\/elsewhere\n/);
  });

  test('nothing of an image steers the terminal', () => {
    const lines = explain('CVE-2020-1').flatMap(formatFinding);
    assert.ok(lines.length > 5);
    assert.ok(lines.every((line) => !/[\u0000-\u001f\u202e]/.test(line)));
  });

  test('what was set aside is explained, with the rule or the decision', () => {
    const [finding] = SAMPLE_FINDINGS.findings;
    assert.ok(finding);
    const decision = {
      kind: 'vex',
      effect: 'set-aside',
      status: 'not_affected',
      justification: 'component_not_present',
      reason: 'it is not built in',
      author: 'vendor',
      source: 'a.openvex.json, statement 3',
      trace: ['the package URLs are equal'],
    } as const;
    const found = { ...SAMPLE_FINDINGS, findings: [], ignored: [{ finding, rule: 'r' }] };
    const dispositioned = [{ finding, decisions: [decision] }];
    const all = explainFindings({ id: finding.id }, SAMPLE_INVENTORY, { ...found, dispositioned });
    assert.deepEqual(
      all.map(({ state }) => state),
      ['dispositioned', 'ignored'],
    );
    const text = all.flatMap(formatFinding).join('\n');
    assert.match(text, /set-aside: not_affected, component_not_present/);
    assert.match(text, /by vendor, in a\.openvex\.json, statement 3/);
    assert.match(text, /matching rule "r"/);
  });

  test('a circle of packages that need each other ends the chain', () => {
    const names = ['a', 'b', 'c'];
    const edge = (from: string, to: string): Relationship => ({
      kind: 'dependency-of',
      from: `key-of-${from}-npm`,
      to: `key-of-${to}-npm`,
    });
    const inventory = inventoryOf({
      packages: names.map((name) => ({ name, type: 'npm' })),
      relationships: [edge('a', 'b'), edge('b', 'c'), edge('c', 'a')],
    });
    const [template] = SAMPLE_FINDINGS.findings;
    assert.ok(template);
    const findings = {
      ...SAMPLE_FINDINGS,
      findings: [{ ...template, packageKey: 'key-of-a-npm' }],
    };
    const [one] = explainFindings({ id: template.id }, inventory, findings);
    assert.deepEqual(
      one?.neededBy.map(({ name }) => name),
      ['c', 'b', 'a'],
    );
  });

  test('a package is meant by name, version, package URL or key', () => {
    const [item] = SAMPLE_INVENTORY.packages;
    assert.ok(item);
    const names = ['busybox', 'busybox@1.36.1-r29', item.key, item.purl];
    assert.ok(names.every((name) => isCalled(item, name)));
    assert.ok(isCalled(item, 'pkg:apk/alpine/busybox@1.36.1-r29'));
    assert.ok(!isCalled(item, 'busybox@1'));
  });
});
