import {
  type ProductReference,
  VEX_JUSTIFICATIONS,
  type VexDocument,
  type VexStatement,
  type VexStatus,
} from '../../core/decision.ts';
import { UserError } from '../../core/error.ts';
import type { ReadVexOptions, VexReader } from '../../core/vex-reader.ts';
import { parseBoundedJson } from '../../syntax/json/bounded-json.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { jsonHead } from '../../syntax/json/json-head.ts';
import {
  givenText,
  type JsonRecord,
  recordIn,
  recordsIn,
  textsIn,
  withoutAbsent,
} from '../../syntax/json/member.ts';
import { groupsOf, productsOf } from './read-product-tree.ts';

const SUBJECT = 'the CSAF document';
const VERSIONS: ReadonlySet<string> = new Set(['2.0', '2.1']);

/** CSAF 2.0 and 2.1 of any category: an advisory states product status like a VEX document. */
export const csaf: VexReader = {
  id: 'csaf',
  title: 'CSAF 2.0 and 2.1',
  spec: 'https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html',
  recognises: (head) => {
    const found = jsonHead(head);
    const version = found?.texts.get('document.csaf_version');
    const hasParts = found?.names.some((name) => name === 'product_tree');
    return version === undefined ? Number(hasParts ?? false) / 2 : 1;
  },
  read,
};

/** CSAF 2.0, 3.2.3.9. `recommended` names a version to use, not how a product is affected. */
const STATUS_OF: ReadonlyMap<string, VexStatus> = new Map(
  Object.entries({
    known_not_affected: 'not_affected',
    known_affected: 'affected',
    first_affected: 'affected',
    last_affected: 'affected',
    fixed: 'fixed',
    first_fixed: 'fixed',
    under_investigation: 'under_investigation',
    unknown: 'under_investigation',
  }),
);

function read(content: Uint8Array, { limits, origin }: ReadVexOptions): VexDocument {
  const root = parseBoundedJson(content, { subject: SUBJECT, limits });
  const document = isRecord(root) ? recordIn(root, 'document') : undefined;
  const version = document && givenText(document, 'csaf_version');
  if (!isRecord(root) || document === undefined || version === undefined) {
    throw new UserError('E_DOCUMENT_INVALID', `${SUBJECT} has no version`);
  }
  const tracking = recordIn(document, 'tracking') ?? {};
  const timestamp = givenText(tracking, 'current_release_date');
  const products = productsOf(root, limits);
  const groups = groupsOf(root);
  const problems: string[] = VERSIONS.has(version) ? [] : [`unsupported version ${version}`];
  const drafts = recordsIn(root, 'vulnerabilities').flatMap((vulnerability, index) => {
    const id = idOf(vulnerability);
    if (id === undefined) {
      problems.push(`vulnerability ${index} has no id`);
      return [];
    }
    return statementsOn(vulnerability, { id, products, groups, timestamp, problems });
  });
  return withoutAbsent<VexDocument>({
    format: csaf.id,
    origin,
    id: givenText(tracking, 'id') ?? origin,
    author: givenText(recordIn(document, 'publisher') ?? {}, 'name') ?? 'unknown publisher',
    version: givenText(tracking, 'version'),
    timestamp,
    statements: drafts.map((draft, index) => ({ index, ...draft })),
    problems,
  });
}

function idOf(vulnerability: JsonRecord): string | undefined {
  return givenText(vulnerability, 'cve') ?? otherIds(vulnerability)[0];
}

function otherIds(vulnerability: JsonRecord): readonly string[] {
  return recordsIn(vulnerability, 'ids').flatMap((one) => givenText(one, 'text') ?? []);
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
function statementsOn(vulnerability: JsonRecord, surroundings: Surroundings): readonly Draft[] {
  const statuses = recordIn(vulnerability, 'product_status') ?? {};
  return [...STATUS_OF].flatMap(([name, status]) =>
    textsIn(statuses, name).flatMap((productId) => {
      const { id, products, groups, problems, timestamp } = surroundings;
      const found = products.get(productId);
      if (found === undefined) {
        problems.push(`the product "${productId}" of ${id} is not in the product tree`);
        return [];
      }
      const about = aboutProduct(vulnerability, productId, groups);
      return [
        withoutAbsent<Draft>({
          vulnerability: id,
          aliases: otherIds(vulnerability),
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

function aboutProduct(
  vulnerability: JsonRecord,
  productId: string,
  groups: Surroundings['groups'],
): AboutProduct {
  const isMeant = (one: JsonRecord): boolean =>
    textsIn(one, 'product_ids').includes(productId) ||
    textsIn(one, 'group_ids').some((group) => groups.get(group)?.has(productId));
  const [flag] = recordsIn(vulnerability, 'flags').filter(isMeant);
  const impacts = recordsIn(vulnerability, 'threats').filter(
    (one) => one['category'] === 'impact' && isMeant(one),
  );
  const remediations = recordsIn(vulnerability, 'remediations').filter(isMeant);
  const [impact] = impacts.flatMap((one) => givenText(one, 'details') ?? []);
  const [action] = remediations.flatMap((one) => givenText(one, 'details') ?? []);
  return {
    justification: VEX_JUSTIFICATIONS.find((word) => word === flag?.['label']),
    flaggedAt: flag && givenText(flag, 'date'),
    impact,
    action,
    responses: remediations.flatMap((one) => givenText(one, 'category') ?? []),
  };
}
