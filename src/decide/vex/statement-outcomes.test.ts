import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SAMPLE_FINDINGS, SAMPLE_INVENTORY } from '../../../test/support/sample-report.ts';
import type { ProductReference, VexDocument, VexStatement } from '../../core/decision.ts';
import { formatEffect, formatOutcomeLines, formatTitle } from './outcome-text.ts';
import { listStatementOutcomes } from './statement-outcomes.ts';

const ID = 'GHSA-35jh-r3h4-6jhm';

/** The lodash packages of the sample have no package URL, and a bare word would not match them. */
const INVENTORY = {
  ...SAMPLE_INVENTORY,
  packages: SAMPLE_INVENTORY.packages.map((item) =>
    item.name === 'lodash' ? { ...item, purl: 'pkg:npm/lodash@4.17.20' } : item,
  ),
};

function createProduct(name: string): ProductReference {
  return { identifiers: [name], hashes: [], subcomponents: [] };
}

function createStatement(more: Partial<VexStatement>): VexStatement {
  const justification = 'component_not_present';
  const frame = { index: 0, vulnerability: ID, aliases: [], responses: [], justification } as const;
  return { ...frame, products: [createProduct('pkg:npm/lodash')], status: 'not_affected', ...more };
}

function listOutcomes(...statements: readonly VexStatement[]) {
  const listed = statements.map((one, index) => ({ ...one, index }));
  const frame = { format: 'openvex', origin: 'v.json', id: 'v', author: 'vendor', problems: [] };
  const document: VexDocument = { ...frame, statements: listed };
  const [first, ...others] = SAMPLE_FINDINGS.findings;
  assert.ok(first);
  const findings = { ...SAMPLE_FINDINGS, findings: others };
  const dispositioned = [{ finding: first, decisions: [] }];
  return listStatementOutcomes([document], INVENTORY, { ...findings, dispositioned });
}

suite('outcomes of statements', () => {
  test('include findings that are open, suppressed, or ignored by matching', () => {
    const told = listOutcomes(
      createStatement({ justification: 'component_not_present' }),
      createStatement({ vulnerability: 'CVE-2024-58251', products: [createProduct('busybox')] }),
      createStatement({
        vulnerability: 'CVE-2020-2',
        products: [createProduct('pkg:apk/alpine/busybox')],
      }),
      createStatement({ vulnerability: 'CVE-1999-1' }),
    );
    assert.deepEqual(told.map(formatEffect), [
      'suppresses 2 findings',
      'suppresses 1 finding',
      'matches no finding; the nearest is evil\u001b[31m\r\n‮name 1.0: product: it names another product',
      'matches nothing in this target',
    ]);
    assert.equal(
      formatTitle(told[0] ?? assert.fail()),
      `v.json, statement 0: ${ID} not_affected (component_not_present)`,
    );
    const { dispositioned: _, ...bare } = { ...SAMPLE_FINDINGS, dispositioned: [] };
    assert.deepEqual(listStatementOutcomes([], SAMPLE_INVENTORY, bare), []);
  });

  test('include overridden statements and each comparison', () => {
    const [earlier, later] = listOutcomes(
      createStatement({ timestamp: '2026-01-01T00:00:00Z' }),
      createStatement({ status: 'affected', timestamp: '2026-02-01T00:00:00Z' }),
    );
    assert.ok(earlier && later);
    assert.equal(formatEffect(earlier), 'is overridden for 2 findings');
    assert.equal(formatEffect(later), 'adds a note to 2 findings');
    const text = formatOutcomeLines(earlier).join('\n');
    assert.match(text, /lodash 4\.17\.20 \(npm\), GHSA-.*, but a later statement takes precedence/);
    assert.match(text, /- vulnerability: GHSA-/);
    assert.doesNotMatch(formatOutcomeLines(later).join('\n'), /but a later/);
  });
});
