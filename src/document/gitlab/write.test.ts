import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertGolden } from '../../../test/support/golden.ts';
import {
  SAMPLE_FINDINGS,
  SAMPLE_INVENTORY,
  SAMPLE_REPORT,
  writeReport,
} from '../../../test/support/sample-report.ts';
import { gitlab } from './write.ts';

suite('gitlab', () => {
  test('writes the recorded report', () => {
    assertGolden(
      new URL('./golden/report.json', import.meta.url),
      writeReport(gitlab, SAMPLE_REPORT),
    );
  });

  test('IDs are unique, and no value is longer than the schema allows', () => {
    const [item] = SAMPLE_INVENTORY.packages;
    const [finding] = SAMPLE_FINDINGS.findings;
    assert.ok(item !== undefined && finding !== undefined);
    const packages = SAMPLE_INVENTORY.packages.map((one) =>
      one === item ? { ...one, name: 'a'.repeat(10_000) } : one,
    );
    const report = {
      ...SAMPLE_REPORT,
      inventory: { ...SAMPLE_INVENTORY, packages },
      findings: {
        ...SAMPLE_FINDINGS,
        findings: [{ ...finding, fixVersions: ['2'] }, ...SAMPLE_FINDINGS.findings.slice(1)],
      },
    };
    const { vulnerabilities } = JSON.parse(writeReport(gitlab, report)) as {
      vulnerabilities: { id: string; name: string; solution?: string; identifiers: object[] }[];
    };
    assert.equal(vulnerabilities.length, 3);
    assert.equal(new Set(vulnerabilities.map(({ id }) => id)).size, vulnerabilities.length);
    for (const { name: title, solution = '', identifiers } of vulnerabilities) {
      assert.ok(title.length <= 255 && solution.length <= 7_000 && identifiers.length > 0);
    }
  });

  test('names the layer that has the package', () => {
    const { vulnerabilities } = JSON.parse(writeReport(gitlab, SAMPLE_REPORT)) as {
      vulnerabilities: { details?: { layer: { name: string; value: string } } }[];
    };
    const { target } = SAMPLE_INVENTORY;
    assert.ok(target.kind === 'image' && vulnerabilities.length > 0);
    const layers = vulnerabilities.map(({ details }) => details?.layer.value ?? '');
    const expected = target.layers.map(({ instruction = '' }, at) => `${at + 1} ${instruction}`);
    assert.ok(
      layers.every((layer) => expected.some((one) => one.startsWith(layer))),
      layers.join('\n'),
    );
    assert.ok(layers.some((layer) => layer !== ''));
  });

  test('escapes image content for the terminal', () => {
    assert.doesNotMatch(writeReport(gitlab, SAMPLE_REPORT), /[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  test('does not appear clean if nothing was evaluated', () => {
    const findings = { ...SAMPLE_FINDINGS, findings: [], database: undefined };
    const text = writeReport(gitlab, { ...SAMPLE_REPORT, findings });
    assert.match(text, /error|failure/);
  });
});
