import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { ProductReference, VexDocument, VexStatement } from '../../core/decision.ts';
import { mergeDocuments } from './merge-documents.ts';

function product(name: string, ...parts: readonly string[]): ProductReference {
  return { identifiers: [name], hashes: [], subcomponents: parts.map((part) => product(part)) };
}

function statement(more: Partial<VexStatement> = {}): VexStatement {
  return {
    index: 0,
    vulnerability: 'CVE-1',
    aliases: [],
    products: [product('shop')],
    status: 'affected',
    responses: [],
    ...more,
  };
}

function document(origin: string, ...statements: readonly VexStatement[]): VexDocument {
  return { format: 'openvex', origin, id: origin, author: origin, statements, problems: [] };
}

const OLD = '2026-01-01T00:00:00Z';
const NEW = '2026-02-01T00:00:00Z';

suite('merging VEX documents', () => {
  test('keeps the later statement about a product and reports contradictions', () => {
    const first = document('a', statement({ status: 'fixed', timestamp: NEW }));
    const second = document('b', statement({ timestamp: OLD }));
    for (const documents of [
      [first, second],
      [second, first],
    ]) {
      const { document: merged, conflicts } = mergeDocuments(documents);
      assert.deepEqual(
        merged.statements.map(({ status }) => status),
        ['fixed'],
      );
      assert.equal(merged.statements[0]?.author, 'a');
      assert.equal(merged.timestamp, NEW);
      assert.deepEqual(
        conflicts.map(({ vulnerability, product: name, kept, dropped }) => [
          vulnerability,
          name,
          kept.origin,
          dropped.origin,
        ]),
        [['CVE-1', 'shop', 'a', 'b']],
      );
    }
  });

  test('uses the order of documents without times, and agreement is not a conflict', () => {
    const broken = statement({ timestamp: 'soon', impactStatement: 'later' });
    const { document: merged, conflicts } = mergeDocuments([
      document('a', statement()),
      document('b', broken),
    ]);
    assert.equal(merged.statements[0]?.impactStatement, 'later');
    assert.deepEqual(conflicts, []);
    const { timestamp } = mergeDocuments([document('a', statement())]).document;
    assert.equal(timestamp, undefined);
  });

  test('distinguishes each product and subcomponent', () => {
    const { document: merged, conflicts } = mergeDocuments([
      document('a', statement({ products: [product('shop', 'x', 'y'), product('shop')] })),
      document('b', statement({ products: [product('shop', 'y')], status: 'fixed' })),
    ]);
    assert.deepEqual(
      merged.statements.map(({ status, products, index }) => [
        index,
        status,
        products[0]?.subcomponents[0]?.identifiers[0],
      ]),
      [
        [0, 'affected', 'x'],
        [1, 'fixed', 'y'],
        [2, 'affected', undefined],
      ],
    );
    assert.deepEqual(
      conflicts.map((one) => one.product),
      ['y in shop'],
    );
  });

  test('joins IDs that any statement lists as aliases, and keeps all of them', () => {
    const { document: merged } = mergeDocuments([
      document('a', statement({ vulnerability: 'GHSA-1' }), statement({ vulnerability: 'X-1' })),
      document('b', statement({ vulnerability: 'CVE-1', aliases: ['ghsa-1'], status: 'fixed' })),
      document('c', statement({ vulnerability: 'X-1', aliases: ['CVE-1'] })),
      document('d', statement({ vulnerability: 'CVE-2', timestamp: OLD })),
      document('e', statement({ vulnerability: 'CVE-3', timestamp: NEW })),
    ]);
    assert.equal(merged.timestamp, NEW);
    assert.deepEqual(
      merged.statements.map(({ vulnerability, aliases }) => [vulnerability, ...aliases]),
      [['X-1', 'CVE-1', 'ghsa-1', 'GHSA-1'], ['CVE-2'], ['CVE-3']],
    );
  });

  test('keeps authors, origins and problems', () => {
    const problems = ['statement 3 does not name a vulnerability'];
    const own = statement({ author: 'somebody', products: [product('x')] });
    const odd = statement({ products: [{ identifiers: [], hashes: [], subcomponents: [] }] });
    const { document: merged } = mergeDocuments([
      { ...document('b', own, odd, { ...odd, status: 'fixed' }), problems },
      document('a'),
    ]);
    assert.equal(merged.author, 'a, b');
    assert.equal(merged.origin, 'b, a');
    assert.equal(merged.statements[0]?.author, 'somebody');
    assert.deepEqual(merged.problems, ['b: statement 3 does not name a vulnerability']);
  });
});
