import {
  type ProductReference,
  VEX_JUSTIFICATIONS,
  VEX_STATUSES,
  type VexDocument,
  type VexStatement,
} from '../../foundation/core/decision.ts';
import { defined } from '../../foundation/core/defined.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { ReadVexOptions, VexReader } from '../../foundation/core/vex-reader.ts';
import { parseBoundedJson } from '../../foundation/syntax/json/bounded-json.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import { readJsonHead } from '../../foundation/syntax/json/json-head.ts';
import {
  dropAbsent,
  getGivenText,
  getList,
  getRecord,
  getRecords,
  getTexts,
  type JsonRecord,
} from '../../foundation/syntax/json/member.ts';
import { toHashAlgorithm } from '../sbom/hash-algorithm.ts';

const CONTEXT = 'https://openvex.dev/ns';
const SUBJECT = 'the OpenVEX document';

/** OpenVEX 0.2.0 and the drafts 0.0.x, in which vulnerability and products are plain strings. */
export const openvex: VexReader = {
  id: 'openvex',
  title: 'OpenVEX 0.2.0',
  spec: 'https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md',
  recognize: (head) => (readJsonHead(head)?.texts.get('@context')?.startsWith(CONTEXT) ? 1 : 0),
  read,
};

function read(content: Uint8Array, { limits, origin }: ReadVexOptions): VexDocument {
  const document = parseBoundedJson(content, { subject: SUBJECT, limits });
  if (!isRecord(document) || !Array.isArray(document['statements'])) {
    throw new UserError('E_DOCUMENT_INVALID', `${SUBJECT} has no list of statements`);
  }
  const problems: string[] = [];
  const timestamp = getGivenText(document, 'timestamp');
  const version = document['version'];
  const statements = document['statements'].flatMap((entry: unknown, index) => {
    const statement = isRecord(entry)
      ? createStatement(entry, index, timestamp)
      : 'is not an object';
    if (typeof statement === 'string') {
      problems.push(`statement ${index} ${statement}`);
      return [];
    }
    return [statement];
  });
  return {
    format: openvex.id,
    origin,
    id: getGivenText(document, '@id') ?? origin,
    author: getGivenText(document, 'author') ?? 'unknown author',
    ...(typeof version === 'number' || typeof version === 'string'
      ? { version: String(version) }
      : {}),
    ...defined({ timestamp }),
    statements,
    problems,
  };
}

/** Returns the statement, or its error as the rest of a sentence. */
function createStatement(
  record: JsonRecord,
  index: number,
  timestamp: string | undefined,
): VexStatement | string {
  const status = VEX_STATUSES.find((word) => word === record['status']);
  const vulnerability = record['vulnerability'];
  const named = isRecord(vulnerability) ? vulnerability : undefined;
  const id =
    typeof vulnerability === 'string'
      ? vulnerability
      : named && (getGivenText(named, 'name') ?? getLastPart(getGivenText(named, '@id')));
  if (id === undefined || id === '') {
    return 'does not name a vulnerability';
  }
  if (status === undefined) {
    return `about ${id} has no supported status`;
  }
  const outer = record['subcomponents'];
  const inherited = Array.isArray(outer) ? outer.flatMap(toReference) : [];
  return dropAbsent<VexStatement>({
    index,
    vulnerability: id,
    aliases: named === undefined ? [] : getTexts(named, 'aliases'),
    products: getList(record, 'products').flatMap((entry) =>
      toReference(entry).map((product) =>
        product.subcomponents.length > 0 ? product : { ...product, subcomponents: inherited },
      ),
    ),
    status,
    justification: VEX_JUSTIFICATIONS.find((word) => word === record['justification']),
    detail: undefined,
    impactStatement:
      getGivenText(record, 'impact_statement') ?? getGivenText(record, 'status_notes'),
    actionStatement: getGivenText(record, 'action_statement'),
    responses: [],
    timestamp:
      getGivenText(record, 'last_updated') ??
      getGivenText(record, 'action_statement_timestamp') ??
      getGivenText(record, 'timestamp') ??
      timestamp,
  });
}

/** An `@id` is often the address of a record whose last part is the ID. */
function getLastPart(iri: string | undefined): string | undefined {
  return iri?.split('/').findLast((part) => part !== '');
}

function toReference(entry: unknown): readonly ProductReference[] {
  if (typeof entry === 'string') {
    return [{ identifiers: [entry], hashes: [], subcomponents: [] }];
  }
  if (!isRecord(entry)) {
    return [];
  }
  const others = getRecord(entry, 'identifiers') ?? {};
  const hashes = getRecord(entry, 'hashes') ?? {};
  const identifiers = [entry['@id'], ...Object.values(others)].filter(
    (one): one is string => typeof one === 'string' && one !== '',
  );
  return [
    {
      identifiers: [...new Set(identifiers)],
      hashes: Object.entries(hashes).flatMap(([name, value]) =>
        typeof value === 'string'
          ? [{ algorithm: toHashAlgorithm(name), value: value.toLowerCase() }]
          : [],
      ),
      subcomponents: getRecords(entry, 'subcomponents').flatMap(toReference),
    },
  ];
}
