import { addToList } from '../../core/add-to-list.ts';
import { toText } from '../../core/to-text.ts';
import type { CsafDocument } from './csaf-document.ts';
import { type FeedObject, listObjects, selectTexts, toObject } from './feed-value.ts';

/** Members of a score with a vector, the preferred version first. */
const SCORES = ['cvss_v4', 'cvss_v3', 'cvss_v2'] as const;

/** Details of a vulnerability in one product. */
export interface ProductFacts {
  /** The publisher's rating in words, such as `Moderate`. */
  readonly impact: string;
  readonly vectors: readonly string[];
  /** Reasons why the product is not affected, such as `vulnerable_code_not_present`. */
  readonly flags: readonly string[];
  readonly remediations: readonly FeedObject[];
}

/**
 * Returns a function that returns the details of a product. A detail without products and groups
 * applies to all.
 */
export function indexProductFacts(
  vulnerability: FeedObject,
  document: CsafDocument,
): (productId: string) => ProductFacts {
  const index = (member: string): ((id: string) => readonly FeedObject[]) =>
    indexByProduct(listObjects(vulnerability[member]), document);
  const [findThreats, findFlags, findRemediations, findScores, findMetrics] = [
    index('threats'),
    index('flags'),
    index('remediations'),
    index('scores'),
    index('metrics'),
  ];
  return (id) => {
    const impact = findThreats(id).find((one) => one['category'] === 'impact');
    // CSAF 2.1 has the scores in `metrics[].content`.
    const metrics = findMetrics(id).map((one) => toObject(one['content']) ?? {});
    return {
      impact: toText(impact?.['details']),
      vectors: [...new Set([...findScores(id), ...metrics].flatMap(listVectors))],
      flags: findFlags(id).map((one) => toText(one['label'])),
      remediations: findRemediations(id),
    };
  };
}

function listVectors(score: FeedObject): readonly string[] {
  return SCORES.map((member) => toText(toObject(score[member])?.['vectorString'])).filter(Boolean);
}

function indexByProduct(
  details: readonly FeedObject[],
  { groups }: CsafDocument,
): (id: string) => readonly FeedObject[] {
  const byProduct = new Map<string, FeedObject[]>();
  const general: FeedObject[] = [];
  for (const detail of details) {
    const products = new Set([
      ...selectTexts(detail['product_ids']),
      ...selectTexts(detail['products']),
      ...selectTexts(detail['group_ids']).flatMap((group) => groups.get(group) ?? []),
    ]);
    for (const product of products) {
      addToList(byProduct, product, detail);
    }
    if (products.size === 0) {
      general.push(detail);
    }
  }
  return (id) => [...(byProduct.get(id) ?? []), ...general];
}
