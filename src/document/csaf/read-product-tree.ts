import { appendAll } from '../../core/append-all.ts';
import type { ProductReference } from '../../core/decision.ts';
import { UserError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import {
  givenText,
  type JsonRecord,
  recordIn,
  recordsIn,
  textsIn,
} from '../../syntax/json/member.ts';

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
export function productsOf(
  document: JsonRecord,
  limits: Limits,
): ReadonlyMap<string, readonly ProductReference[]> {
  const tree = recordIn(document, 'product_tree') ?? {};
  const table: Table = { products: new Map(), limits, made: 0 };
  const { products } = table;
  for (const product of recordsIn(tree, 'full_product_names')) {
    add(products, product, undefined);
  }
  addBranches(products, recordsIn(tree, 'branches'));
  for (const relationship of recordsIn(tree, 'relationships')) {
    addRelationship(table, relationship);
  }
  for (const path of recordsIn(tree, 'product_paths')) {
    addRelationship(table, relationshipOf(path));
  }
  for (const group of recordsIn(tree, 'product_groups')) {
    const id = givenText(group, 'group_id');
    if (id !== undefined) {
      const lists = textsIn(group, 'product_ids').map((each) => products.get(each) ?? []);
      spend(
        table,
        lists.reduce((sum, { length }) => sum + length, 0),
      );
      products.set(id, lists.flat());
    }
  }
  return products;
}

/** The start of a path in version 2.1 is a part of its end. */
function relationshipOf(path: JsonRecord): JsonRecord {
  const last = recordsIn(path, 'subpaths').at(-1) ?? {};
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
function spend(table: Table, count: number): void {
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
export function groupsOf(document: JsonRecord): ReadonlyMap<string, ReadonlySet<string>> {
  const tree = recordIn(document, 'product_tree') ?? {};
  return new Map(
    recordsIn(tree, 'product_groups').map((group) => [
      givenText(group, 'group_id') ?? '',
      new Set(textsIn(group, 'product_ids')),
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
    const product = recordIn(branch, 'product');
    const name = givenText(branch, 'name');
    const isRange = branch['category'] === RANGE_CATEGORY && name?.startsWith(RANGE_PREFIX);
    if (product !== undefined) {
      add(products, product, isRange === true ? name : undefined);
    }
    appendAll(open, recordsIn(branch, 'branches'));
  }
}

function add(
  products: Map<string, readonly ProductReference[]>,
  product: JsonRecord,
  versionRange: string | undefined,
): void {
  const id = givenText(product, 'product_id');
  if (id !== undefined) {
    products.set(id, [referenceOf(product, versionRange)]);
  }
}

function referenceOf(product: JsonRecord, versionRange: string | undefined): ProductReference {
  const helper = recordIn(product, 'product_identification_helper') ?? {};
  const uris = recordsIn(helper, 'x_generic_uris').map((one) => givenText(one, 'uri'));
  const identifiers = [
    givenText(helper, 'purl'),
    ...textsIn(helper, 'purls'),
    givenText(helper, 'cpe'),
    ...uris,
    givenText(product, 'name'),
  ].filter((one) => one !== undefined);
  return {
    identifiers: [...new Set(identifiers)],
    hashes: recordsIn(helper, 'hashes')
      .flatMap((one) => recordsIn(one, 'file_hashes'))
      .map((one) => ({
        algorithm: (givenText(one, 'algorithm') ?? '').toLowerCase().replaceAll('-', ''),
        value: (givenText(one, 'value') ?? '').toLowerCase(),
      })),
    ...(versionRange === undefined ? {} : { versionRange }),
    subcomponents: [],
  };
}

function addRelationship(table: Table, relationship: JsonRecord): void {
  const { products } = table;
  const full = recordIn(relationship, 'full_product_name') ?? {};
  const id = givenText(full, 'product_id');
  const parts = products.get(givenText(relationship, 'product_reference') ?? '') ?? [];
  const wholes = products.get(givenText(relationship, 'relates_to_product_reference') ?? '') ?? [];
  if (id !== undefined) {
    spend(table, 1 + wholes.length * (1 + parts.length));
    const own = referenceOf(full, undefined);
    // Its own helper identifies the part in its context, such as a package of one distribution.
    const isNamed = recordIn(full, 'product_identification_helper') !== undefined;
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
