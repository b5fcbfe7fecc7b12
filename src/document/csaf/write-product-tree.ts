import type { ProductReference, VexStatement } from '../../foundation/core/decision.ts';
import { omitEmpty } from '../../foundation/core/filled.ts';
import { formatJson } from '../../foundation/core/json-document.ts';
import { escapeUriComponent } from '../../foundation/core/uri-component.ts';
import { splitNames } from '../vex/vex-document.ts';
import { CSAF_HASHES } from './vocabulary.data.ts';

export const CSAF_VERSIONS = ['2.0', '2.1'] as const;

export type CsafVersion = (typeof CSAF_VERSIONS)[number];

/** The products of a document with the IDs that statements use. */
export interface ProductTree {
  readonly version: CsafVersion;
  readonly members: object;
  /** Returns the IDs of a statement's products. */
  listIds(statement: VexStatement): readonly string[];
}

/** A product, or a part of one. */
type Meant =
  | { readonly kind: 'whole'; readonly product: ProductReference }
  | { readonly kind: 'part'; readonly product: ProductReference; readonly part: ProductReference };

/**
 * Lists every product and part once, and for each part of a product a relationship, whose product
 * is the subject of statements. CSAF 2.0, 3.2.2; a path in CSAF 2.1.
 */
export function createProductTree(
  statements: readonly VexStatement[],
  version: CsafVersion,
): ProductTree {
  const ids = new Map<string, string>();
  const names: object[] = [];
  const relationships: object[] = [];
  const assignId = (key: string, list: object[], members: (id: string) => object): string => {
    const known = ids.get(key);
    if (known !== undefined) {
      return known;
    }
    const id = `CSAFPID-${String(ids.size + 1).padStart(4, '0')}`;
    ids.set(key, id);
    list.push(members(id));
    return id;
  };
  const nameId = (reference: ProductReference): string =>
    assignId(toKey(reference), names, (id) => nameMembers(reference, id, version));
  const getMeantId = (meant: Meant): string => {
    const whole = nameId(meant.product);
    if (meant.kind === 'whole') {
      return whole;
    }
    const part = nameId(meant.part);
    return assignId(`${part} of ${whole}`, relationships, (id) => ({
      ...toRelationMembers(part, whole, version),
      full_product_name: {
        name: `${getName(meant.part)} in ${getName(meant.product)}`,
        product_id: id,
      },
    }));
  };
  const byStatement = new Map(
    statements.map((statement) => [statement, [...new Set(listMeant(statement).map(getMeantId))]]),
  );
  return {
    version,
    members: {
      full_product_names: omitEmpty(names),
      [version === '2.1' ? 'product_paths' : 'relationships']: omitEmpty(relationships),
    },
    listIds: (statement) => byStatement.get(statement) ?? [],
  };
}

/** Version 2.1 has paths over any number of products. */
function toRelationMembers(part: string, whole: string, version: CsafVersion): object {
  const category = 'default_component_of';
  return version === '2.1'
    ? {
        beginning_product_reference: part,
        subpaths: [{ category, next_product_reference: whole }],
      }
    : { category, product_reference: part, relates_to_product_reference: whole };
}

function listMeant({ products }: VexStatement): readonly Meant[] {
  return products
    .flatMap(splitNames)
    .flatMap((product): readonly Meant[] =>
      product.subcomponents.length === 0
        ? [{ kind: 'whole', product }]
        : product.subcomponents
            .flatMap(splitNames)
            .map((part) => ({ kind: 'part', product, part })),
    );
}

function toKey({ subcomponents: _, ...whole }: ProductReference): string {
  return formatJson(whole);
}

function getName({ identifiers }: ProductReference): string {
  return identifiers[0] ?? '';
}

function nameMembers(reference: ProductReference, id: string, version: CsafVersion): object {
  const helper = createHelper(reference, version);
  return {
    name: getName(reference),
    product_id: id,
    product_identification_helper: Object.keys(helper).length === 0 ? undefined : helper,
  };
}

function createHelper(
  { identifiers, hashes, versionRange }: ProductReference,
  version: CsafVersion,
): object {
  const [identifier = ''] = identifiers;
  const isPurl = identifier.startsWith('pkg:');
  const isCpe = identifier.startsWith('cpe:');
  const known = hashes
    .filter(({ value }) => value.length >= 32)
    .map(({ algorithm, value }) => ({
      algorithm: CSAF_HASHES.get(algorithm) ?? algorithm,
      value,
    }));
  return {
    ...(isPurl ? toPurlMembers(addRange(identifier, versionRange), version) : {}),
    ...(isCpe ? { cpe: identifier } : {}),
    ...(known.length === 0 ? {} : { hashes: [{ filename: 'manifest.json', file_hashes: known }] }),
  };
}

/** Version 2.1 has a list of them. */
function toPurlMembers(purl: string, version: CsafVersion): object {
  return version === '2.1' ? { purls: [purl] } : { purl };
}

function addRange(purl: string, range: string | undefined): string {
  if (range === undefined || purl.includes('@')) {
    return purl;
  }
  const at = purl.search(/[?#]/u);
  const [head, tail] = at === -1 ? [purl, ''] : [purl.slice(0, at), purl.slice(at)];
  return `${head}@${escapeUriComponent(range)}${tail}`;
}
