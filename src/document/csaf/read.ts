import {
  type ProductReference,
  VEX_JUSTIFICATIONS,
  type VexDocument,
  type VexStatement,
} from '../../foundation/core/decision.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { ReadVexOptions, VexReader } from '../../foundation/core/vex-reader.ts';
import { parseBoundedJson } from '../../foundation/syntax/json/bounded-json.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import { readJsonHead } from '../../foundation/syntax/json/json-head.ts';
import {
  dropAbsent,
  getGivenText,
  getRecord,
  getRecords,
  getTexts,
  type JsonRecord,
} from '../../foundation/syntax/json/member.ts';
import { readGroups, readProducts } from './read-product-tree.ts';
import { PRODUCT_STATUSES } from './vocabulary.data.ts';

const SUBJECT = 'the CSAF document';
const VERSIONS: ReadonlySet<string> = new Set(['2.0', '2.1']);

/** CSAF 2.0 and 2.1 of any category: an advisory states product status like a VEX document. */
export const csaf: VexReader = {
  id: 'csaf',
  title: 'CSAF 2.0 and 2.1',
  spec: 'https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html',
  recognize: (head) => {
    const found = readJsonHead(head);
    const version = found?.texts.get('document.csaf_version');
    const hasParts = found?.names.some((name) => name === 'product_tree');
    return version === undefined ? Number(hasParts ?? false) / 2 : 1;
  },
  read,
};

function read(content: Uint8Array, { limits, origin }: ReadVexOptions): VexDocument {
  const root = parseBoundedJson(content, { subject: SUBJECT, limits });
  const document = isRecord(root) ? getRecord(root, 'document') : undefined;
  const version = document && getGivenText(document, 'csaf_version');
  if (!isRecord(root) || document === undefined || version === undefined) {
    throw new UserError('E_DOCUMENT_INVALID', `${SUBJECT} has no version`);
  }
  const tracking = getRecord(document, 'tracking') ?? {};
  const timestamp = getGivenText(tracking, 'current_release_date');
  const products = readProducts(root, limits);
  const groups = readGroups(root);
  const problems: string[] = VERSIONS.has(version) ? [] : [`unsupported version ${version}`];
  const drafts = getRecords(root, 'vulnerabilities').flatMap((vulnerability, index) => {
    const id = getId(vulnerability);
    if (id === undefined) {
      problems.push(`vulnerability ${index} has no id`);
      return [];
    }
    return createStatements(vulnerability, { id, products, groups, timestamp, problems });
  });
  return dropAbsent<VexDocument>({
    format: csaf.id,
    origin,
    id: getGivenText(tracking, 'id') ?? origin,
    author: getGivenText(getRecord(document, 'publisher') ?? {}, 'name') ?? 'unknown publisher',
    version: getGivenText(tracking, 'version'),
    timestamp,
    statements: drafts.map((draft, index) => ({ index, ...draft })),
    problems,
  });
}

function getId(vulnerability: JsonRecord): string | undefined {
  return getGivenText(vulnerability, 'cve') ?? listOtherIds(vulnerability)[0];
}

function listOtherIds(vulnerability: JsonRecord): readonly string[] {
  return getRecords(vulnerability, 'ids').flatMap((one) => getGivenText(one, 'text') ?? []);
}

interface Surroundings {
  readonly id: string;
  readonly products: ReadonlyMap<string, readonly ProductReference[]>;
  readonly groups: ReadonlyMap<string, ReadonlySet<string>>;
  readonly timestamp: string | undefined;
  readonly problems: string[];
}

type Draft = Omit<VexStatement, 'index'>;

/**
 * Creates one statement per status and product, because reasons and remedies are given per product.
 */
function createStatements(vulnerability: JsonRecord, surroundings: Surroundings): readonly Draft[] {
  const statuses = getRecord(vulnerability, 'product_status') ?? {};
  return [...PRODUCT_STATUSES.values].flatMap(([name, status]) =>
    getTexts(statuses, name).flatMap((productId) => {
      const { id, products, groups, problems, timestamp } = surroundings;
      const found = products.get(productId);
      if (found === undefined) {
        problems.push(`the product "${productId}" of ${id} is not in the product tree`);
        return [];
      }
      const about = getProductFacts(vulnerability, productId, groups);
      return [
        dropAbsent<Draft>({
          vulnerability: id,
          aliases: listOtherIds(vulnerability),
          products: found,
          status,
          justification: about.justification,
          detail: undefined,
          impactStatement: about.impact,
          actionStatement: about.action,
          responses: about.responses,
          timestamp: about.flaggedAt ?? timestamp,
        }),
      ];
    }),
  );
}

interface AboutProduct {
  readonly justification: Draft['justification'];
  readonly flaggedAt: string | undefined;
  readonly impact: string | undefined;
  readonly action: string | undefined;
  readonly responses: readonly string[];
}

function getProductFacts(
  vulnerability: JsonRecord,
  productId: string,
  groups: Surroundings['groups'],
): AboutProduct {
  const isMatch = (one: JsonRecord): boolean =>
    getTexts(one, 'product_ids').includes(productId) ||
    getTexts(one, 'group_ids').some((group) => groups.get(group)?.has(productId));
  const [flag] = getRecords(vulnerability, 'flags').filter(isMatch);
  const impacts = getRecords(vulnerability, 'threats').filter(
    (one) => one['category'] === 'impact' && isMatch(one),
  );
  const remediations = getRecords(vulnerability, 'remediations').filter(isMatch);
  const [impact] = impacts.flatMap((one) => getGivenText(one, 'details') ?? []);
  const [action] = remediations.flatMap((one) => getGivenText(one, 'details') ?? []);
  return {
    justification: VEX_JUSTIFICATIONS.find((word) => word === flag?.['label']),
    flaggedAt: flag && getGivenText(flag, 'date'),
    impact,
    action,
    responses: remediations.flatMap((one) => getGivenText(one, 'category') ?? []),
  };
}
