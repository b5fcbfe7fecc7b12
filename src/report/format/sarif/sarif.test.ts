import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertGolden } from '../../../../test/support/golden.ts';
import {
  SAMPLE_FINDINGS,
  SAMPLE_INVENTORY,
  SAMPLE_REPORT,
  writeReport,
} from '../../../../test/support/sample-report.ts';
import type { Finding } from '../../../foundation/core/finding.ts';
import type { Report } from '../../../foundation/core/format.ts';
import { sarif } from './sarif.ts';

interface Run {
  readonly automationDetails: { readonly id: string };
  readonly tool: {
    readonly driver: {
      readonly rules: readonly {
        readonly id: string;
        readonly shortDescription: { readonly text: string };
        readonly fullDescription: { readonly text: string };
        readonly help: { readonly markdown: string };
        readonly properties: Readonly<Record<string, unknown>>;
      }[];
    };
  };
  readonly invocations: readonly {
    readonly executionSuccessful: boolean;
    readonly toolExecutionNotifications: readonly { readonly message: { readonly text: string } }[];
  }[];
  readonly results: readonly {
    readonly ruleId: string;
    readonly ruleIndex: number;
    readonly message: { readonly text: string };
    readonly level: string;
    readonly locations: readonly {
      readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } };
    }[];
    readonly partialFingerprints: Readonly<Record<string, string>>;
  }[];
}

function readRun(report: Report): Run {
  const document = JSON.parse(writeReport(sarif, report)) as { readonly runs: readonly [Run] };
  return document.runs[0];
}

function writeRun(findings: readonly Finding[]): Run {
  return readRun({ ...SAMPLE_REPORT, findings: { ...SAMPLE_FINDINGS, findings } });
}

function getFirstFinding(): Finding {
  const [finding] = SAMPLE_FINDINGS.findings;
  assert.ok(finding);
  return finding;
}

suite('sarif', () => {
  test('writes the recorded document', () => {
    const golden = new URL('./golden/report.sarif', import.meta.url);
    assertGolden(golden, writeReport(sarif, SAMPLE_REPORT));
  });

  test('every result refers to the rule of its vulnerability', () => {
    const { results, tool } = readRun(SAMPLE_REPORT);
    assert.equal(results.length, 4);
    assert.equal(tool.driver.rules.length, 3);
    for (const { ruleId, ruleIndex } of results) {
      assert.equal(tool.driver.rules[ruleIndex]?.id, ruleId);
    }
  });

  test('fingerprints differ by vulnerability, package and place, but not by version', () => {
    const listFingerprints = (run: Run): (string | undefined)[] =>
      run.results.map(({ partialFingerprints }) => partialFingerprints['plimsollFinding/v1']);
    const run = readRun(SAMPLE_REPORT);
    assert.equal(new Set(listFingerprints(run)).size, 4);
    const packages = SAMPLE_INVENTORY.packages.map((pkg) => ({ ...pkg, version: '99' }));
    const updated = readRun({ ...SAMPLE_REPORT, inventory: { ...SAMPLE_INVENTORY, packages } });
    assert.deepEqual(listFingerprints(updated), listFingerprints(run));
  });

  test('the score is in the band of the severity, regardless of any vector', () => {
    const printRating = (severity: Finding['severity'], baseScore: number): unknown => {
      const matches = getFirstFinding().matches.map((match) => ({
        ...match,
        scores: [{ vector: 'v', baseScore }],
      }));
      const run = writeRun([{ ...getFirstFinding(), severity, matches }]);
      return run.tool.driver.rules[0]?.properties['security-severity'];
    };
    assert.equal(printRating('high', 7.5), '7.5');
    assert.equal(printRating('low', 9.8), '0.1');
    assert.equal(printRating('critical', 5), '9.0');
    assert.equal(printRating('unknown', 5), undefined);
  });

  test('an unrated finding is a warning', () => {
    assert.equal(
      writeRun([{ ...getFirstFinding(), severity: 'unknown' }]).results[0]?.level,
      'warning',
    );
  });

  test('URIs of results are relative and escaped', () => {
    const packages = SAMPLE_INVENTORY.packages.map((pkg) => ({
      ...pkg,
      locations: [{ path: '/a b/ü%\ud800', accessPath: '/a', evidence: 'primary' as const }],
    }));
    const run = readRun({ ...SAMPLE_REPORT, inventory: { ...SAMPLE_INVENTORY, packages } });
    const address = run.results[0]?.locations[0]?.physicalLocation.artifactLocation.uri;
    assert.equal(address, 'a%20b/%C3%BC%25%EF%BF%BD');
  });

  test('a run is limited to the maximum of GitHub, the most severe results first, and reports the rest', () => {
    const sample = getFirstFinding();
    const list = Array.from({ length: 25_003 }, (_, index) => ({
      ...sample,
      id: `CVE-2024-${index % 7}`,
      risk: index < 3 ? 1 : 50,
    }));
    const { results, invocations } = readRun({
      ...SAMPLE_REPORT,
      findings: { ...SAMPLE_FINDINGS, findings: list },
    });
    assert.equal(results.length, 25_000);
    const told =
      invocations[0]?.toolExecutionNotifications.map(({ message }) => message.text) ?? [];
    assert.ok(
      told.includes('3 findings with the lowest priority did not fit into this report.'),
      told.join(' '),
    );
  });

  test('descriptions are limited to the maximum of GitHub, and a name is not a link', () => {
    const [item] = SAMPLE_INVENTORY.packages;
    assert.ok(item);
    const name = `[click](http://x)${'a'.repeat(3_000)}`;
    const run = readRun({
      ...SAMPLE_REPORT,
      inventory: { ...SAMPLE_INVENTORY, packages: [{ ...item, name }] },
      findings: { ...SAMPLE_FINDINGS, findings: [getFirstFinding()] },
    });
    assert.doesNotMatch(run.results[0]?.message.text ?? '', /\]\(/);
    const { shortDescription, fullDescription } = run.tool.driver.rules[0] ?? {};
    assert.ok((shortDescription?.text.length ?? 9_999) <= 1_024);
    assert.ok((fullDescription?.text.length ?? 9_999) <= 1_024);
  });

  test('a message names image, package, path and layer', () => {
    const [result] = readRun(SAMPLE_REPORT).results;
    const [item] = SAMPLE_INVENTORY.packages;
    const place = item?.locations.find(({ evidence }) => evidence === 'primary');
    const text = result?.message.text ?? '';
    const layer = place?.layer?.slice(0, 'sha256:'.length + 12);
    const found = ` Found in example/shop:2.1 at ${place?.path} (layer ${layer}).`;
    assert.ok(text.includes(found), text);
  });

  test('the help of a rule is a table in Markdown, and names are not markup', () => {
    const [item] = SAMPLE_INVENTORY.packages;
    assert.ok(item);
    const packages = [{ ...item, name: '<b>|](x)\n# ' }];
    const findings = { ...SAMPLE_FINDINGS, findings: [getFirstFinding()] };
    const inventory = { ...SAMPLE_INVENTORY, packages };
    const [rule] = readRun({ ...SAMPLE_REPORT, inventory, findings }).tool.driver.rules;
    const lines = (rule?.help.markdown ?? '').split('\n');
    const head = lines.indexOf('| package | installed | fixed in |');
    assert.match(lines[head + 2] ?? '', /^\| \\<b\\>\\\|\\\]\\\(x\\\)\S*\\# +\| /);
    assert.ok(!lines.some((line) => line.startsWith('#')));
  });

  test('a run without evaluation is not successful', () => {
    const findings = { ...SAMPLE_FINDINGS, findings: [], database: undefined };
    const [invocation] = readRun({ ...SAMPLE_REPORT, findings }).invocations;
    assert.equal(invocation?.executionSuccessful, false);
    assert.match(
      invocation?.toolExecutionNotifications[0]?.message.text ?? '',
      /were not evaluated/,
    );
  });

  test('suppressed, unevaluated and unreadable parts are reported', () => {
    const [invocation] = readRun(SAMPLE_REPORT).invocations;
    const texts = invocation?.toolExecutionNotifications
      .map(({ message }) => message.text)
      .join('\n');
    assert.match(texts ?? '', /1 finding was suppressed by matching rules/);
    assert.match(texts ?? '', /1 package or advisory could not be evaluated/);
    assert.match(texts ?? '', /the layer ends early \(P_TRUNCATED\)/);
    assert.match(texts ?? '', /2 more problems/);
  });
});
