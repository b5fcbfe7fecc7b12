import { appendAll } from '../../foundation/core/append-all.ts';
import type { ProductReference } from '../../foundation/core/decision.ts';
import { defined } from '../../foundation/core/defined.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import {
  getGivenText,
  getRecord,
  getRecords,
  getTexts,
  type JsonRecord,
} from '../../foundation/syntax/json/member.ts';
import { toHashAlgorithm } from '../sbom/hash-algorithm.ts';

const RANGE_CATEGORY = 'product_version_range';
const RANGE_PREFIX = 'vers:';

/** The products known so far. */
interface Table {
  readonly products: Map<string, readonly ProductReference[]>;
  readonly limits: Limits;
  /** Number of references and parts created. */
  made: number;
}

/**
 * Returns every product of a CSAF document by its ID, and groups by theirs. CSAF 2.0, 3.2.2. The
 * product of a relationship is the one it relates to, with the other as its part.
 *
 * @throws UserError `E_LIMIT` if relationships and groups multiply the listed products
 */
export function readProducts(
  document: JsonRecord,
  limits: Limits,
): ReadonlyMap<string, readonly ProductReference[]> {
  const tree = getRecord(document, 'product_tree') ?? {};
  const table: Table = { products: new Map(), limits, made: 0 };
  const { products } = table;
  for (const product of getRecords(tree, 'full_product_names')) {
    addProduct(products, product, undefined);
  }
  addBranches(products, getRecords(tree, 'branches'));
  for (const relationship of getRecords(tree, 'relationships')) {
    addRelationship(table, relationship);
  }
  for (const path of getRecords(tree, 'product_paths')) {
    addRelationship(table, readRelationship(path));
  }
  for (const group of getRecords(tree, 'product_groups')) {
    const id = getGivenText(group, 'group_id');
    if (id !== undefined) {
      const lists = getTexts(group, 'product_ids').map((each) => products.get(each) ?? []);
      countMade(
        table,
        lists.reduce((sum, { length }) => sum + length, 0),
      );
      products.set(id, lists.flat());
    }
  }
  return products;
}

/** The start of a path in version 2.1 is a part of its end. */
function readRelationship(path: JsonRecord): JsonRecord {
  const last = getRecords(path, 'subpaths').at(-1) ?? {};
  return {
    product_reference: path['beginning_product_reference'],
    relates_to_product_reference: last['next_product_reference'],
    full_product_name: path['full_product_name'],
  };
}

/**
 * A group of groups doubles with each line, and so do relationships, so they are counted in
 * advance.
 */
function countMade(table: Table, count: number): void {
  table.made += count;
  const { documentRecordsMax } = table.limits;
  if (table.made > documentRecordsMax) {
    throw new UserError(
      'E_LIMIT',
      `the product tree of the CSAF document has more references than the limit documentRecordsMax (${documentRecordsMax})`,
    );
  }
}

/** Returns the IDs of the products in each group. */
export function readGroups(document: JsonRecord): ReadonlyMap<string, ReadonlySet<string>> {
  const tree = getRecord(document, 'product_tree') ?? {};
  return new Map(
    getRecords(tree, 'product_groups').map((group) => [
      getGivenText(group, 'group_id') ?? '',
      new Set(getTexts(group, 'product_ids')),
    ]),
  );
}

/** The depth of the document is bounded, so a work list is sufficient. */
function addBranches(
  products: Map<string, readonly ProductReference[]>,
  roots: readonly JsonRecord[],
): void {
  const open = [...roots];
  for (let branch = open.pop(); branch !== undefined; branch = open.pop()) {
    const product = getRecord(branch, 'product');
    const name = getGivenText(branch, 'name');
    const isRange = branch['category'] === RANGE_CATEGORY && name?.startsWith(RANGE_PREFIX);
    if (product !== undefined) {
      addProduct(products, product, isRange === true ? name : undefined);
    }
    appendAll(open, getRecords(branch, 'branches'));
  }
}

function addProduct(
  products: Map<string, readonly ProductReference[]>,
  product: JsonRecord,
  versionRange: string | undefined,
): void {
  const id = getGivenText(product, 'product_id');
  if (id !== undefined) {
    products.set(id, [toReference(product, versionRange)]);
  }
}

function toReference(product: JsonRecord, versionRange: string | undefined): ProductReference {
  const helper = getRecord(product, 'product_identification_helper') ?? {};
  const uris = getRecords(helper, 'x_generic_uris').map((one) => getGivenText(one, 'uri'));
  const identifiers = [
    getGivenText(helper, 'purl'),
    ...getTexts(helper, 'purls'),
    getGivenText(helper, 'cpe'),
    ...uris,
    getGivenText(product, 'name'),
  ].filter((one) => one !== undefined);
  return {
    identifiers: [...new Set(identifiers)],
    hashes: getRecords(helper, 'hashes')
      .flatMap((one) => getRecords(one, 'file_hashes'))
      .map((one) => ({
        algorithm: toHashAlgorithm(getGivenText(one, 'algorithm') ?? ''),
        value: (getGivenText(one, 'value') ?? '').toLowerCase(),
      })),
    ...defined({ versionRange }),
    subcomponents: [],
  };
}

function addRelationship(table: Table, relationship: JsonRecord): void {
  const { products } = table;
  const full = getRecord(relationship, 'full_product_name') ?? {};
  const id = getGivenText(full, 'product_id');
  const parts = products.get(getGivenText(relationship, 'product_reference') ?? '') ?? [];
  const wholes =
    products.get(getGivenText(relationship, 'relates_to_product_reference') ?? '') ?? [];
  if (id !== undefined) {
    countMade(table, 1 + wholes.length * (1 + parts.length));
    const own = toReference(full, undefined);
    // Its own helper identifies the part in its context, such as a package of one distribution.
    const isNamed = getRecord(full, 'product_identification_helper') !== undefined;
    const joined = wholes.map((whole) => ({
      ...whole,
      subcomponents: isNamed && isImage(whole) ? [...parts, own] : parts,
    }));
    const isAlone = isNamed && !wholes.some(isImage);
    products.set(id, isAlone ? [...joined, own] : joined);
  }
}

/** A statement about a part of an image only applies to that image. */
function isImage({ identifiers, hashes }: ProductReference): boolean {
  return (
    hashes.length > 0 ||
    identifiers.some((one) => /^pkg:(?:oci|docker)\/|@sha256:[0-9a-f]{64}$/.test(one))
  );
}
