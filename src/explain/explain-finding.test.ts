import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory } from '../../test/support/inventory.ts';
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

suite('the reason for a finding', () => {
  test('accepts any ID of the finding, in any case', () => {
    const [one] = explain('ghsa-35jh-r3h4-6jhm', 'lodash');
    assert.equal(one?.package.version, '4.17.20');
    const [alias] = explain('CVE-2021-23337', 'lodash@4.17.20');
    assert.equal(alias?.id, 'GHSA-35jh-r3h4-6jhm');
    assert.deepEqual(explain('CVE-1999-0001'), []);
  });

  test('reports file, layer, owner, dependent, statement, sources and remedy', () => {
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

  test('distinguishes a statement about a possible package from one about itself', () => {
    const [one] = explain('GHSA-35jh-r3h4-6jhm', 'lodash');
    const [step] = one?.statements ?? [];
    assert.ok(one !== undefined && step !== undefined);
    const formatFindingText = (confidence: number) =>
      formatFinding({ ...one, statements: [{ ...step, by: 'direct', confidence }] }).join('\n');
    assert.match(formatFindingText(1), /, matched by package name\n/);
    assert.match(formatFindingText(0.5), /, matched by possible name\n/);
  });

  test('reports the functions that were searched in the executable', () => {
    const [one] = explain('GHSA-35jh-r3h4-6jhm', 'lodash');
    const [step] = one?.statements ?? [];
    assert.ok(one !== undefined && step !== undefined);
    const searched = ['a.A', 'a.B', 'a.C', 'a.D', 'a.E', 'a.F'];
    const formatFindingText = (found: readonly string[]) =>
      formatFinding({ ...one, statements: [{ ...step, symbols: { searched, found } }] }).join('\n');
    assert.match(
      formatFindingText([]),
      /vulnerable functions: a\.A, a\.B, a\.C, a\.D, a\.E and 1 more\n/,
    );
    assert.match(formatFindingText([]), /in the executable: none\n/);
    assert.match(formatFindingText(['a.F']), /in the executable: 1 of 6, such as a\.F\n/);
  });

  test('names the layer of several files once', () => {
    const [one] = explain('GHSA-35jh-r3h4-6jhm', 'lodash');
    const [place] = one?.places ?? [];
    assert.ok(one !== undefined && place !== undefined);
    const places = [place, { ...place, path: '/app/other.json', line: 7 }, { path: '/elsewhere' }];
    const text = formatFinding({ ...one, places }).join('\n');
    assert.match(text, /lock\.json\n +\/app\/other\.json:7\n +layer 2 of 2[^/]*\/elsewhere\n/);
  });

  test('escapes control characters from an image', () => {
    const lines = explain('CVE-2020-1').flatMap(formatFinding);
    assert.ok(lines.length > 5);
    assert.ok(lines.every((line) => !/[\u0000-\u001f\u202e]/.test(line)));
  });

  test('explains an ignored or suppressed finding with its rule or decision', () => {
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

  test('ends the chain at a circular dependency', () => {
    const names = ['a', 'b', 'c'];
    const createEdge = (from: string, to: string): Relationship => ({
      kind: 'dependency-of',
      from: `key-of-${from}-npm`,
      to: `key-of-${to}-npm`,
    });
    const inventory = createInventory({
      packages: names.map((name) => ({ name, type: 'npm' })),
      relationships: [createEdge('a', 'b'), createEdge('b', 'c'), createEdge('c', 'a')],
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

  test('identifies a package by name, version, package URL or key', () => {
    const [item] = SAMPLE_INVENTORY.packages;
    assert.ok(item);
    const names = ['busybox', 'busybox@1.36.1-r29', item.key, item.purl];
    assert.ok(names.every((name) => isCalled(item, name)));
    assert.ok(isCalled(item, 'pkg:apk/alpine/busybox@1.36.1-r29'));
    assert.ok(!isCalled(item, 'busybox@1'));
  });
});
