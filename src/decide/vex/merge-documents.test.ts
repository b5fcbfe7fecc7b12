import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { ProductReference, VexDocument, VexStatement } from '../../core/decision.ts';
import { mergeDocuments } from './merge-documents.ts';

function createProduct(name: string, ...parts: readonly string[]): ProductReference {
  return {
    identifiers: [name],
    hashes: [],
    subcomponents: parts.map((part) => createProduct(part)),
  };
}

function createStatement(more: Partial<VexStatement> = {}): VexStatement {
  return {
    index: 0,
    vulnerability: 'CVE-1',
    aliases: [],
    products: [createProduct('shop')],
    status: 'affected',
    responses: [],
    ...more,
  };
}

function createDocument(origin: string, ...statements: readonly VexStatement[]): VexDocument {
  return { format: 'openvex', origin, id: origin, author: origin, statements, problems: [] };
}

const OLD = '2026-01-01T00:00:00Z';
const NEW = '2026-02-01T00:00:00Z';

suite('merging VEX documents', () => {
  test('keeps the later statement about a product and reports contradictions', () => {
    const first = createDocument('a', createStatement({ status: 'fixed', timestamp: NEW }));
    const second = createDocument('b', createStatement({ timestamp: OLD }));
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
    const broken = createStatement({ timestamp: 'soon', impactStatement: 'later' });
    const { document: merged, conflicts } = mergeDocuments([
      createDocument('a', createStatement()),
      createDocument('b', broken),
    ]);
    assert.equal(merged.statements[0]?.impactStatement, 'later');
    assert.deepEqual(conflicts, []);
    const { timestamp } = mergeDocuments([createDocument('a', createStatement())]).document;
    assert.equal(timestamp, undefined);
  });

  test('distinguishes each product and subcomponent', () => {
    const { document: merged, conflicts } = mergeDocuments([
      createDocument(
        'a',
        createStatement({ products: [createProduct('shop', 'x', 'y'), createProduct('shop')] }),
      ),
      createDocument(
        'b',
        createStatement({ products: [createProduct('shop', 'y')], status: 'fixed' }),
      ),
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
      createDocument(
        'a',
        createStatement({ vulnerability: 'GHSA-1' }),
        createStatement({ vulnerability: 'X-1' }),
      ),
      createDocument(
        'b',
        createStatement({ vulnerability: 'CVE-1', aliases: ['ghsa-1'], status: 'fixed' }),
      ),
      createDocument('c', createStatement({ vulnerability: 'X-1', aliases: ['CVE-1'] })),
      createDocument('d', createStatement({ vulnerability: 'CVE-2', timestamp: OLD })),
      createDocument('e', createStatement({ vulnerability: 'CVE-3', timestamp: NEW })),
    ]);
    assert.equal(merged.timestamp, NEW);
    assert.deepEqual(
      merged.statements.map(({ vulnerability, aliases }) => [vulnerability, ...aliases]),
      [['X-1', 'CVE-1', 'ghsa-1', 'GHSA-1'], ['CVE-2'], ['CVE-3']],
    );
  });

  test('keeps authors, origins and problems', () => {
    const problems = ['statement 3 does not name a vulnerability'];
    const own = createStatement({ author: 'somebody', products: [createProduct('x')] });
    const odd = createStatement({ products: [{ identifiers: [], hashes: [], subcomponents: [] }] });
    const { document: merged } = mergeDocuments([
      { ...createDocument('b', own, odd, { ...odd, status: 'fixed' }), problems },
      createDocument('a'),
    ]);
    assert.equal(merged.author, 'a, b');
    assert.equal(merged.origin, 'b, a');
    assert.equal(merged.statements[0]?.author, 'somebody');
    assert.deepEqual(merged.problems, ['b: statement 3 does not name a vulnerability']);
  });
});
