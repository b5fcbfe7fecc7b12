import { appendAll } from '../../core/append-all.ts';
import type {
  ProductReference,
  VexDocument,
  VexStatement,
  VexStatus,
} from '../../core/decision.ts';
import { UserError } from '../../core/error.ts';
import { textOfUriComponent } from '../../core/uri-component.ts';
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
import { JUSTIFICATION_OF, STATUS_OF_STATE } from './analysis.data.ts';

const SUBJECT = 'the CycloneDX document';
const BOM_LINK = 'urn:cdx:';

/** Analyses in a CycloneDX document, with or without the components they refer to. */
export const cyclonedxVex: VexReader = {
  id: 'cyclonedx-vex',
  title: 'CycloneDX 1.4 to 1.7, vulnerabilities with an analysis',
  spec: 'https://cyclonedx.org/docs/1.7/json/#vulnerabilities',
  recognises: (head) => {
    const found = jsonHead(head);
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
  const metadata = recordIn(document, 'metadata') ?? {};
  const timestamp = givenText(metadata, 'timestamp');
  const described = recordIn(metadata, 'component');
  const references = componentsByRef(document, described);
  const subject = described && subjectOf(described);
  const problems: string[] = [];
  const statements = document['vulnerabilities'].flatMap((entry: unknown, index) => {
    const statement = isRecord(entry)
      ? statementOf(entry, { index, references, subject, timestamp })
      : 'is not an object';
    if (typeof statement === 'string') {
      problems.push(`vulnerability ${index} ${statement}`);
      return [];
    }
    return statement === undefined ? [] : [statement];
  });
  const version = document['version'];
  return withoutAbsent<VexDocument>({
    format: cyclonedxVex.id,
    origin,
    id: givenText(document, 'serialNumber') ?? origin,
    author: authorOf(metadata),
    version: typeof version === 'number' ? String(version) : undefined,
    timestamp,
    statements,
    problems,
  });
}

function authorOf(metadata: JsonRecord): string {
  const named = [
    ...recordsIn(metadata, 'authors'),
    recordIn(metadata, 'supplier'),
    recordIn(metadata, 'manufacturer'),
    recordIn(metadata, 'manufacture'),
  ].flatMap((one) => (one === undefined ? [] : (givenText(one, 'name') ?? [])));
  return named[0] ?? 'unknown author';
}

/** Returns components at any depth by `bom-ref`, including the described one. */
function componentsByRef(
  document: JsonRecord,
  described: JsonRecord | undefined,
): ReadonlyMap<string, ProductReference> {
  const open = [...recordsIn(document, 'components'), ...(described ? [described] : [])];
  const found = new Map<string, ProductReference>();
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const ref = givenText(one, 'bom-ref');
    if (ref !== undefined) {
      found.set(ref, referenceOfComponent(one));
    }
    appendAll(open, recordsIn(one, 'components'));
  }
  return found;
}

/**
 * Returns the image that the document describes, if a digest identifies it; statements then only
 * apply to that image.
 */
function subjectOf(described: JsonRecord): Subject | undefined {
  const reference = referenceOfComponent(described);
  const isImage =
    reference.hashes.length > 0 || reference.identifiers.some((one) => IMAGE_BY_DIGEST.test(one));
  return isImage && described['type'] === 'container'
    ? { ref: givenText(described, 'bom-ref'), reference }
    : undefined;
}

const IMAGE_BY_DIGEST = /^pkg:(?:oci|docker)\/[^?#]*@sha256(?:%3A|:)/i;

interface Subject {
  readonly ref: string | undefined;
  readonly reference: ProductReference;
}

function referenceOfComponent(component: JsonRecord): ProductReference {
  const name = givenText(component, 'name');
  const version = givenText(component, 'version');
  const label = version === undefined ? name : `${name ?? ''}@${version}`;
  const identifiers = [givenText(component, 'purl'), givenText(component, 'cpe')];
  const known = identifiers.filter((one) => one !== undefined);
  return {
    // A name alone only identifies a product if nothing better does.
    identifiers: known.length > 0 || label === undefined ? known : [label],
    hashes: recordsIn(component, 'hashes').map((one) => ({
      algorithm: (givenText(one, 'alg') ?? '').toLowerCase().replaceAll('-', ''),
      value: (givenText(one, 'content') ?? '').toLowerCase(),
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
function statementOf(
  record: JsonRecord,
  { index, references, subject, timestamp }: Surroundings,
): VexStatement | string | undefined {
  const analysis = recordIn(record, 'analysis');
  if (analysis === undefined) {
    return undefined;
  }
  const vulnerability = givenText(record, 'id');
  if (vulnerability === undefined) {
    return 'has no id';
  }
  const state = givenText(analysis, 'state') ?? '';
  const status = STATUS_OF_STATE.get(state);
  if (status === undefined) {
    return `(${vulnerability}) has no supported state`;
  }
  const word = givenText(analysis, 'justification');
  const isFalse = state === 'false_positive';
  return withoutAbsent<VexStatement>({
    index,
    vulnerability,
    aliases: recordsIn(record, 'references').flatMap((one) => givenText(one, 'id') ?? []),
    products: recordsIn(record, 'affects').flatMap((one) =>
      productsOf(one, { references, subject, status }),
    ),
    status,
    justification: word === undefined ? undefined : JUSTIFICATION_OF.get(word),
    detail: isFalse ? state : word,
    impactStatement: givenText(analysis, 'detail'),
    actionStatement: givenText(record, 'recommendation'),
    responses: textsIn(analysis, 'response'),
    timestamp:
      givenText(analysis, 'lastUpdated') ??
      givenText(analysis, 'firstIssued') ??
      givenText(record, 'updated') ??
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
 * is then often its package URL. Versions narrow it; versions that are unaffected by an exploitable
 * vulnerability are not part of the analysis.
 */
function productsOf(
  affected: JsonRecord,
  { references, subject, status }: Affecting,
): readonly ProductReference[] {
  const ref = givenText(affected, 'ref') ?? '';
  const hash = ref.indexOf('#');
  const linked =
    ref.startsWith(BOM_LINK) && hash !== -1 ? textOfUriComponent(ref.slice(hash + 1)) : ref;
  const found = references.get(ref) ?? references.get(linked);
  const product = found ?? { identifiers: [linked], hashes: [], subcomponents: [] };
  const versions = recordsIn(affected, 'versions');
  const meant = versions.filter(
    (one) => status !== 'affected' || givenText(one, 'status') !== 'unaffected',
  );
  const products =
    versions.length === 0
      ? [product]
      : meant.map((one) => {
          const versionRange = rangeOf(one);
          return versionRange === undefined ? product : { ...product, versionRange };
        });
  return subject === undefined || subject.ref === ref || linked !== ref
    ? products
    : products.map((part) => ({ ...subject.reference, subcomponents: [part] }));
}

/** One version or a range. CycloneDX 1.7, "affects[].versions[]". */
function rangeOf(entry: JsonRecord): string | undefined {
  const version = givenText(entry, 'version');
  return version === undefined
    ? givenText(entry, 'range')
    : `vers:generic/${encodeURIComponent(version)}`;
}
