import { appendAll } from '../../foundation/core/append-all.ts';
import type {
  ProductReference,
  VexDocument,
  VexStatement,
  VexStatus,
} from '../../foundation/core/decision.ts';
import { UserError } from '../../foundation/core/error.ts';
import { unescapeUriComponent } from '../../foundation/core/uri-component.ts';
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
import {
  AFFECTED_STATUSES,
  ANALYSIS_JUSTIFICATIONS,
  ANALYSIS_STATES,
} from '../cyclonedx/vocabulary.data.ts';
import { toHashAlgorithm } from '../sbom/hash-algorithm.ts';

const SUBJECT = 'the CycloneDX document';
const BOM_LINK = 'urn:cdx:';

/** Analyses in a CycloneDX document, with or without the components they refer to. */
export const cyclonedxVex: VexReader = {
  id: 'cyclonedx-vex',
  title: 'CycloneDX 1.4 to 1.7, vulnerabilities with an analysis',
  spec: 'https://cyclonedx.org/docs/1.7/json/#vulnerabilities',
  recognize: (head) => {
    const found = readJsonHead(head);
    const isSpeaking = found?.names.includes('vulnerabilities') === true;
    return found?.texts.get('bomFormat') === 'CycloneDX' ? (isSpeaking ? 1 : 1 / 2) : 0;
  },
  read,
};

function read(content: Uint8Array, { limits, origin }: ReadVexOptions): VexDocument {
  const document = parseBoundedJson(content, { subject: SUBJECT, limits });
  if (!isRecord(document) || !Array.isArray(document['vulnerabilities'])) {
    throw new UserError('E_DOCUMENT_INVALID', `${SUBJECT} has no list of vulnerabilities`, {
      hint: 'scan an SBOM without analyses as a target: plimsoll scan FILE',
    });
  }
  const metadata = getRecord(document, 'metadata') ?? {};
  const timestamp = getGivenText(metadata, 'timestamp');
  const described = getRecord(metadata, 'component');
  const references = mapComponents(document, described);
  const subject = described && readSubject(described);
  const problems: string[] = [];
  const statements = document['vulnerabilities'].flatMap((entry: unknown, index) => {
    const statement = isRecord(entry)
      ? createStatement(entry, { index, references, subject, timestamp })
      : 'is not an object';
    if (typeof statement === 'string') {
      problems.push(`vulnerability ${index} ${statement}`);
      return [];
    }
    return statement === undefined ? [] : [statement];
  });
  const version = document['version'];
  return dropAbsent<VexDocument>({
    format: cyclonedxVex.id,
    origin,
    id: getGivenText(document, 'serialNumber') ?? origin,
    author: readAuthor(metadata),
    version: typeof version === 'number' ? String(version) : undefined,
    timestamp,
    statements,
    problems,
  });
}

function readAuthor(metadata: JsonRecord): string {
  const named = [
    ...getRecords(metadata, 'authors'),
    getRecord(metadata, 'supplier'),
    getRecord(metadata, 'manufacturer'),
    getRecord(metadata, 'manufacture'),
  ].flatMap((one) => (one === undefined ? [] : (getGivenText(one, 'name') ?? [])));
  return named[0] ?? 'unknown author';
}

/** Returns components at any depth by `bom-ref`, including the described one. */
function mapComponents(
  document: JsonRecord,
  described: JsonRecord | undefined,
): ReadonlyMap<string, ProductReference> {
  const open = [...getRecords(document, 'components'), ...(described ? [described] : [])];
  const found = new Map<string, ProductReference>();
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const ref = getGivenText(one, 'bom-ref');
    if (ref !== undefined) {
      found.set(ref, readComponentReference(one));
    }
    appendAll(open, getRecords(one, 'components'));
  }
  return found;
}

/**
 * Returns the image that the document describes, if a digest identifies it; statements then only
 * apply to that image.
 */
function readSubject(described: JsonRecord): Subject | undefined {
  const reference = readComponentReference(described);
  const isImage =
    reference.hashes.length > 0 || reference.identifiers.some((one) => IMAGE_BY_DIGEST.test(one));
  return isImage && described['type'] === 'container'
    ? { ref: getGivenText(described, 'bom-ref'), reference }
    : undefined;
}

const IMAGE_BY_DIGEST = /^pkg:(?:oci|docker)\/[^?#]*@sha256(?:%3A|:)/i;

interface Subject {
  readonly ref: string | undefined;
  readonly reference: ProductReference;
}

function readComponentReference(component: JsonRecord): ProductReference {
  const name = getGivenText(component, 'name');
  const version = getGivenText(component, 'version');
  const label = version === undefined ? name : `${name ?? ''}@${version}`;
  const identifiers = [getGivenText(component, 'purl'), getGivenText(component, 'cpe')];
  const known = identifiers.filter((one) => one !== undefined);
  return {
    // A name alone only identifies a product if nothing better does.
    identifiers: known.length > 0 || label === undefined ? known : [label],
    hashes: getRecords(component, 'hashes').map((one) => ({
      algorithm: toHashAlgorithm(getGivenText(one, 'alg') ?? ''),
      value: (getGivenText(one, 'content') ?? '').toLowerCase(),
    })),
    subcomponents: [],
  };
}

interface Surroundings {
  readonly index: number;
  readonly references: ReadonlyMap<string, ProductReference>;
  readonly subject: Subject | undefined;
  readonly timestamp: string | undefined;
}

/** Returns `undefined` if there is no analysis; a string if it is malformed. */
function createStatement(
  record: JsonRecord,
  { index, references, subject, timestamp }: Surroundings,
): VexStatement | string | undefined {
  const analysis = getRecord(record, 'analysis');
  if (analysis === undefined) {
    return undefined;
  }
  const vulnerability = getGivenText(record, 'id');
  if (vulnerability === undefined) {
    return 'has no id';
  }
  const state = getGivenText(analysis, 'state') ?? '';
  const status = ANALYSIS_STATES.values.get(state);
  if (status === undefined) {
    return `(${vulnerability}) has no supported state`;
  }
  const word = getGivenText(analysis, 'justification');
  const isFalse = state === 'false_positive';
  return dropAbsent<VexStatement>({
    index,
    vulnerability,
    aliases: getRecords(record, 'references').flatMap((one) => getGivenText(one, 'id') ?? []),
    products: getRecords(record, 'affects').flatMap((one) =>
      readProducts(one, { references, subject, status }),
    ),
    status,
    justification: ANALYSIS_JUSTIFICATIONS.values.get(word ?? ''),
    detail: isFalse ? state : word,
    impactStatement: getGivenText(analysis, 'detail'),
    actionStatement: getGivenText(record, 'recommendation'),
    responses: getTexts(analysis, 'response'),
    timestamp:
      getGivenText(analysis, 'lastUpdated') ??
      getGivenText(analysis, 'firstIssued') ??
      getGivenText(record, 'updated') ??
      timestamp,
  });
}

interface Affecting {
  readonly references: Surroundings['references'];
  readonly subject: Subject | undefined;
  readonly status: VexStatus;
}

/**
 * A reference names a component of this document, or by a BOM-Link one of another, whose `bom-ref`
 * is then often its package URL. Versions narrow it. The analysis is not about versions with the
 * opposite status: those that a resolved vulnerability affects are not suppressed.
 */
function readProducts(
  affected: JsonRecord,
  { references, subject, status }: Affecting,
): readonly ProductReference[] {
  const ref = getGivenText(affected, 'ref') ?? '';
  const hash = ref.indexOf('#');
  const linked =
    ref.startsWith(BOM_LINK) && hash !== -1 ? unescapeUriComponent(ref.slice(hash + 1)) : ref;
  const found = references.get(ref) ?? references.get(linked);
  const product = found ?? { identifiers: [linked], hashes: [], subcomponents: [] };
  const versions = getRecords(affected, 'versions');
  const opposite = AFFECTED_STATUSES.write(status === 'affected' ? 'not_affected' : 'affected');
  const matching = versions.filter(
    (one) => status === 'under_investigation' || getGivenText(one, 'status') !== opposite,
  );
  const products =
    versions.length === 0
      ? [product]
      : matching.map((one) => {
          const versionRange = readRange(one);
          return versionRange === undefined ? product : { ...product, versionRange };
        });
  return subject === undefined || subject.ref === ref || linked !== ref
    ? products
    : products.map((part) => ({ ...subject.reference, subcomponents: [part] }));
}

/** One version or a range. CycloneDX 1.7, "affects[].versions[]". */
function readRange(entry: JsonRecord): string | undefined {
  const version = getGivenText(entry, 'version');
  return version === undefined
    ? getGivenText(entry, 'range')
    : `vers:generic/${encodeURIComponent(version)}`;
}
