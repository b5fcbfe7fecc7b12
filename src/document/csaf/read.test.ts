import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readVex, testVexRefusals } from '../../../test/support/vex-refusals.ts';
import { UserError } from '../../foundation/core/error.ts';
import { csaf } from './read.ts';

const DOCUMENT = {
  csaf_version: '2.0',
  publisher: { name: 'A' },
  tracking: { id: 'X-1', version: '3', current_release_date: '2026-01-01T00:00:00Z' },
};

function createProduct(id: string, purl: string) {
  return { product_id: id, name: id, product_identification_helper: { purl } };
}

const TREE = {
  branches: [{ branches: [{ product: createProduct('musl', 'pkg:apk/alpine/musl') }] }],
  full_product_names: [createProduct('app', 'pkg:oci/app')],
  relationships: [
    {
      product_reference: 'musl',
      relates_to_product_reference: 'app',
      full_product_name: { product_id: 'app:musl', name: 'musl of app' },
    },
  ],
  product_groups: [{ group_id: 'all', product_ids: ['app', 'musl'] }],
};
const VULNERABILITY = {
  cve: 'CVE-2025-1',
  product_status: { known_not_affected: ['app:musl'], fixed: ['musl'] },
  flags: [{ label: 'component_not_present', product_ids: ['app:musl'] }],
  remediations: [{ category: 'vendor_fix', details: 'update', group_ids: ['all'] }],
};
const VALID = { document: DOCUMENT, product_tree: TREE, vulnerabilities: [VULNERABILITY] };

function expectRefusal(tree: object) {
  const limited = { document: DOCUMENT, product_tree: tree };
  try {
    readVex(csaf, limited);
  } catch (error) {
    return error instanceof UserError ? error.code : error;
  }
  return undefined;
}

suite('CSAF', () => {
  testVexRefusals(csaf, VALID);

  test('has a statement for each status and product, with its details', () => {
    const { statements, problems, id, author, version } = readVex(csaf, VALID);
    assert.deepEqual([id, author, version, problems], ['X-1', 'A', '3', []]);
    const told = statements.map((one) => {
      const [first] = one.products;
      const parts = first?.subcomponents.flatMap(({ identifiers }) => identifiers);
      const { status, justification, actionStatement } = one;
      return [status, justification, actionStatement, first?.identifiers[0], parts];
    });
    const [app, musl] = ['pkg:oci/app', 'pkg:apk/alpine/musl'];
    assert.deepEqual(told, [
      ['not_affected', 'component_not_present', undefined, app, [musl, 'musl']],
      ['fixed', undefined, 'update', musl, []],
    ]);
  });

  test('drops only malformed statements', () => {
    const status = { ...VULNERABILITY, product_status: { fixed: ['none', 'app'] } };
    const read = readVex(csaf, { ...VALID, vulnerabilities: [{}, status] });
    assert.equal(read.statements.length, 1);
    assert.deepEqual(read.problems, [
      'vulnerability 0 has no id',
      'the product "none" of CVE-2025-1 is not in the product tree',
    ]);
    const next = { ...VALID, document: { ...DOCUMENT, csaf_version: '9' } };
    assert.deepEqual(readVex(csaf, next).problems, ['unsupported version 9']);
  });

  test('nested groups that double with each line stop at the limit', () => {
    const groups = Array.from({ length: 64 }, (_, index) => ({
      group_id: `g${index + 1}`,
      product_ids: [`g${index}`, `g${index}`],
    }));
    const full_product_names = [createProduct('g0', 'pkg:apk/alpine/musl')];
    assert.equal(expectRefusal({ full_product_names, product_groups: groups }), 'E_LIMIT');
  });

  test('a path of version 2.1 equals a relationship', () => {
    const { relationships, ...rest } = TREE;
    const paths = relationships.map((each) => ({
      beginning_product_reference: each.product_reference,
      subpaths: [
        {
          category: 'default_component_of',
          next_product_reference: each.relates_to_product_reference,
        },
      ],
      full_product_name: each.full_product_name,
    }));
    const tree = { ...rest, product_paths: paths };
    assert.deepEqual(
      readVex(csaf, { ...VALID, product_tree: tree }).statements,
      readVex(csaf, VALID).statements,
    );
  });

  test('relationships that refer to each other stop at the limit', () => {
    const relationships = Array.from({ length: 20_000 }, (_, index) => ({
      product_reference: 'p0',
      relates_to_product_reference: `p${index}`,
      full_product_name: createProduct(`p${index + 1}`, 'pkg:apk/alpine/musl'),
    }));
    const full_product_names = [createProduct('p0', 'pkg:apk/alpine/musl')];
    assert.equal(expectRefusal({ full_product_names, relationships }), 'E_LIMIT');
    assert.equal(
      expectRefusal({ full_product_names, relationships: relationships.slice(0, 9) }),
      undefined,
    );
  });
});
