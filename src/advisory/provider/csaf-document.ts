import { appendAll } from '../../core/append-all.ts';
import type { Bytes } from '../../core/bytes.ts';
import { defined } from '../../core/defined.ts';
import { toText } from '../../core/to-text.ts';
import type { FeedOmission } from './contract.ts';
import {
  type FeedObject,
  leaveOutDocument,
  listObjects,
  listRecords,
  parseJsonDocument,
  selectTexts,
  toList,
  toObject,
} from './feed-value.ts';

const CATEGORY = /^csaf_(?:vex|security_advisory)$/;
/** A package in a module of a release needs 2. Anything deeper is a cycle. */
const DEPTH_MAX = 4;

/** A product that a branch or a list of the product tree declares; empty strings mean "none". */
export interface CsafComponent {
  readonly id: string;
  readonly name: string;
  readonly cpe: string;
  readonly purl: string;
  /** Architecture of the branches above it. */
  readonly architecture: string;
}

/** A product with everything that its relationships relate it to. */
export interface CsafProduct {
  readonly component: CsafComponent;
  /** From the inside to the outside, such as a module and then a release; often only a release. */
  readonly platforms: readonly CsafComponent[];
}

/** Parts of a CSAF document that vendors of packages use. CSAF 2.0 and 2.1. */
export interface CsafDocument {
  readonly id: string;
  readonly title: string;
  readonly references: readonly FeedObject[];
  readonly vulnerabilities: readonly FeedObject[];
  readonly publishedAt?: string;
  readonly modifiedAt?: string;
  /** Rating of the whole document in words. */
  readonly impact: string;
  /** Products that relationships create, in the order of the document. */
  readonly relatedIds: readonly string[];
  /** Products of each group. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** Returns `undefined` if the product is not in the product tree. */
  readonly findProduct: (id: string) => CsafProduct | undefined;
}

/** Files that publishers put next to their documents: lists, signatures, digests, a license. */
const OTHER_FILE = /(?:\.(?:csv|txt|asc|sha256|sha512)|(?:^|\/)LICENSE)$/;

/**
 * Parses a CSAF document.
 *
 * @returns the reason why the file is left out: it is another file of the publisher, malformed, or
 *   not a CSAF document of a category that states product status
 */
export function parseCsafDocument(content: Bytes, name: string): CsafDocument | FeedOmission {
  if (OTHER_FILE.test(name)) {
    return { leftOut: 'document', cause: 'list, signature or digest of documents' };
  }
  const parsed = parseJsonDocument(content);
  if ('problem' in parsed) {
    return parsed;
  }
  const root = toObject(parsed.value);
  const document = toObject(root?.['document']);
  if (root === undefined || document === undefined) {
    return leaveOutDocument('not a CSAF document', 'the document is not a CSAF document');
  }
  const category = toText(document['category']);
  if (!CATEGORY.test(category)) {
    const message = `the CSAF document has the category ${JSON.stringify(category)}`;
    return leaveOutDocument('CSAF document of another category', message);
  }
  const tracking = toObject(document['tracking']);
  const tree = toObject(root['product_tree']) ?? {};
  const relationships = readRelationships(tree);
  return {
    id: toText(tracking?.['id']),
    title: toText(document['title']),
    references: listObjects(document['references']),
    vulnerabilities: listRecords(root['vulnerabilities']),
    ...defined({
      publishedAt: toText(tracking?.['initial_release_date']) || undefined,
      modifiedAt: toText(tracking?.['current_release_date']) || undefined,
    }),
    impact: toText(toObject(document['aggregate_severity'])?.['text']),
    relatedIds: [...relationships.keys()],
    groups: readGroups(tree),
    findProduct: createProductFinder(tree, relationships),
  };
}

function readGroups(tree: FeedObject): ReadonlyMap<string, readonly string[]> {
  return new Map(
    listObjects(tree['product_groups']).map((group) => [
      toText(group['group_id']),
      selectTexts(group['product_ids']),
    ]),
  );
}

interface Relationship {
  readonly part: string;
  readonly whole: string;
}

function createProductFinder(
  tree: FeedObject,
  relationships: ReadonlyMap<string, Relationship>,
): CsafDocument['findProduct'] {
  const components = readComponents(tree);
  return (id) => {
    const ids = expandRelationship(id, relationships, DEPTH_MAX) ?? [];
    const [component, ...platforms] = ids.flatMap((one) => components.get(one) ?? []);
    return component === undefined || platforms.length + 1 < ids.length
      ? undefined
      : { component, platforms };
  };
}

/**
 * Returns the products that a relationship joins, from the inside to the outside: both can be
 * relationships too. CSAF 2.0, 3.2.2.4.
 *
 * @returns `undefined` for a cycle
 */
function expandRelationship(
  id: string,
  relationships: ReadonlyMap<string, Relationship>,
  depthLeft: number,
): readonly string[] | undefined {
  const found = relationships.get(id);
  if (found === undefined) {
    return [id];
  }
  if (depthLeft === 0) {
    return undefined;
  }
  const parts = expandRelationship(found.part, relationships, depthLeft - 1);
  const wholes = expandRelationship(found.whole, relationships, depthLeft - 1);
  return parts && wholes && [...parts, ...wholes];
}

function readRelationships(tree: FeedObject): ReadonlyMap<string, Relationship> {
  const found = new Map<string, Relationship>();
  for (const relationship of listObjects(tree['relationships'])) {
    addRelationship(found, relationship);
  }
  // CSAF 2.1: a path begins with the part and ends with the whole.
  for (const path of listObjects(tree['product_paths'])) {
    const last = listObjects(path['subpaths']).at(-1);
    addRelationship(found, {
      full_product_name: path['full_product_name'],
      product_reference: path['beginning_product_reference'],
      relates_to_product_reference: last?.['next_product_reference'],
    });
  }
  return found;
}

function addRelationship(found: Map<string, Relationship>, relationship: FeedObject): void {
  const id = toText(toObject(relationship['full_product_name'])?.['product_id']);
  const part = toText(relationship['product_reference']);
  const whole = toText(relationship['relates_to_product_reference']);
  if (id !== '' && part !== '' && whole !== '') {
    found.set(id, { part, whole });
  }
}

function readComponents(tree: FeedObject): ReadonlyMap<string, CsafComponent> {
  const components = new Map<string, CsafComponent>();
  for (const product of listObjects(tree['full_product_names'])) {
    addComponent(components, product, '');
  }
  const open = listObjects(tree['branches']).map((branch) => ({ branch, architecture: '' }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { branch } = next;
    const isArchitecture = branch['category'] === 'architecture';
    const architecture = isArchitecture ? toText(branch['name']) : next.architecture;
    const product = toObject(branch['product']);
    if (product !== undefined) {
      addComponent(components, product, architecture);
    }
    appendAll(
      open,
      listObjects(branch['branches']).map((one) => ({ branch: one, architecture })),
    );
  }
  return components;
}

function addComponent(
  components: Map<string, CsafComponent>,
  product: FeedObject,
  architecture: string,
): void {
  const id = toText(product['product_id']);
  const helper = toObject(product['product_identification_helper']);
  // CSAF 2.1 has a list of package URLs.
  const [purl] = [helper?.['purl'], ...toList(helper?.['purls'])].map(toText).filter(Boolean);
  const name = toText(product['name']);
  components.set(id, { id, name, cpe: toText(helper?.['cpe']), purl: purl ?? '', architecture });
}
