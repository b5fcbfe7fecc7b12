import { defined } from '../../foundation/core/defined.ts';
import { omitEmpty, omitEmptyText } from '../../foundation/core/filled.ts';
import type { Report } from '../../foundation/core/format.ts';
import { formatJson, writeJsonList } from '../../foundation/core/json-document.ts';
import type { Sink } from '../../foundation/core/sink.ts';
import { searchProperties } from '../cyclonedx/cyclonedx-vulnerability.ts';
import { translateHashes } from '../sbom/hash-algorithm.ts';
import { computeUuid } from '../sbom/sbom-identity.ts';
import type { Party } from '../sbom/sbom-package.ts';
import {
  DOCUMENT_ID,
  NO_ASSERTION,
  type SpdxModel,
  type SpdxPackage,
  type SpdxRelationship,
  toPackageId,
} from '../spdx/spdx-model.ts';
import {
  IDENTIFIER_TYPES,
  LICENSE_MEMBERS,
  LICENSE_RELATIONSHIPS,
  RELATIONSHIPS_3,
  SPDX_HASHES,
  TURNED_RELATIONSHIPS_3,
} from '../spdx/vocabulary.data.ts';
import {
  type Address,
  CREATION_ID,
  createElement,
  createExtension,
  shortenDigest,
} from './spdx-3-element.ts';
import { createSecurityElements } from './spdx-3-security.ts';

/** Version for requests; documents state 3.0.1, which corrects 3.0. */
export const SPDX_3 = '3.0';

const CONTEXT = 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld';
const SPEC_VERSION = '3.0.1';
const DATA_LICENSE = 'CC0-1.0';
/** Syft rejects a document that names the extension profile, which nothing requires. */
const PROFILES = ['core', 'software', 'simpleLicensing'];

/**
 * Writes the document as JSON-LD. Data without an SPDX field is in the extension for properties
 * adopted from CycloneDX. SPDX 3.0.1, "Serializations" and annex "JSON schema".
 */
export function writeSpdx3(report: Report, model: SpdxModel, sink: Sink): void {
  const parts = { report, model };
  const uuid = computeUuid((body) => writeGraph(parts, createAddress(model.namespace), body));
  const address = createAddress(`${model.namespace}-${uuid}`);
  sink.write(`{"@context":"${CONTEXT}",\n"@graph":`);
  writeGraph(parts, address, sink);
  sink.write('}\n');
}

function createAddress(namespace: string): Address {
  return (id) => `${namespace}#${id}`;
}

/** Input of a document. */
interface Parts {
  readonly report: Report;
  readonly model: SpdxModel;
}

function writeGraph(parts: Parts, address: Address, sink: Sink): void {
  writeJsonList(sink, listElements(parts, address));
}

function* listElements({ report, model }: Parts, address: Address): Iterable<object> {
  yield* createDocumentElements(model, address, report.findings?.database !== undefined);
  const ofSearch = searchProperties(report);
  const agents = new Map<string, Party>();
  const expressions = new Set([DATA_LICENSE]);
  for (const pkg of model.packages()) {
    for (const party of [pkg.supplier, pkg.originator]) {
      if (party !== undefined) {
        agents.set(toAgentId(party), party);
      }
    }
    for (const expression of [pkg.licenseDeclared, pkg.licenseConcluded]) {
      if (expression !== NO_ASSERTION) {
        expressions.add(expression);
      }
    }
    const more = pkg.id === model.root.id ? ofSearch : [];
    yield createPackageElement({ ...pkg, properties: [...pkg.properties, ...more] }, address);
  }
  for (const [id, party] of agents) {
    yield createAgentElement(id, party, address);
  }
  yield* createLicenseElements(model, expressions, address);
  yield* createRelationshipElements(model, address);
  yield* createSecurityElements(report, toPackageId, address);
}

function* createDocumentElements(
  model: SpdxModel,
  address: Address,
  hasFindings: boolean,
): Iterable<object> {
  const { author } = model;
  const agent = address('SPDXRef-Creator');
  yield {
    '@id': CREATION_ID,
    type: 'CreationInfo',
    specVersion: SPEC_VERSION,
    created: model.created,
    createdBy: [...(author === undefined ? [] : [address(toAgentId(author))]), agent],
  };
  yield {
    ...createElement('SoftwareAgent', agent),
    name: model.creator.replace(/^Tool: /, ''),
  };
  const sbom = address('SPDXRef-Sbom');
  yield {
    ...createElement('SpdxDocument', address(DOCUMENT_ID)),
    name: model.name,
    comment: model.comment,
    dataLicense: address(toExpressionId(DATA_LICENSE)),
    profileConformance: [...PROFILES, ...(hasFindings ? ['security'] : [])],
    rootElement: [sbom],
  };
  yield {
    ...createElement('software_Sbom', sbom),
    name: model.name,
    software_sbomType: model.isAnalyzed ? ['analyzed'] : undefined,
    rootElement: [address(model.root.id)],
    element: [...model.packages()].map(({ id }) => address(id)),
  };
}

function createPackageElement(pkg: SpdxPackage, address: Address): object {
  const { supplier, originator } = pkg;
  return {
    ...createElement('software_Package', address(pkg.id)),
    name: pkg.name,
    description: omitEmptyText(pkg.description),
    software_packageVersion: omitEmptyText(pkg.version),
    software_packageUrl: omitEmptyText(pkg.purl),
    software_homePage: pkg.homepage,
    software_sourceInfo: omitEmptyText(pkg.sourceInfo),
    software_primaryPurpose: pkg.purpose.replace('-s', 'S'),
    suppliedBy: supplier && address(toAgentId(supplier)),
    originatedBy: originator && [address(toAgentId(originator))],
    externalIdentifier: omitEmpty(listIdentifiers(pkg)),
    verifiedUsing: omitEmpty(
      translateHashes(pkg.checksums, SPDX_HASHES[SPDX_3]).map(({ algorithm, digits }) => ({
        type: 'Hash',
        algorithm,
        hashValue: digits,
      })),
    ),
    extension: createExtension(pkg.properties),
  };
}

function listIdentifiers({ cpes, purl }: SpdxPackage): object[] {
  const pairs = [
    ...cpes.map((cpe) => [IDENTIFIER_TYPES.write('cpe'), cpe] as const),
    ...(purl === '' ? [] : [[IDENTIFIER_TYPES.write('purl'), purl] as const]),
  ];
  return pairs.map(([externalIdentifierType, identifier]) => ({
    type: 'ExternalIdentifier',
    externalIdentifierType,
    identifier,
  }));
}

/** Parties with the same name and address are one. */
function toAgentId(party: Party): string {
  return `SPDXRef-Agent-${shortenDigest(formatJson([party.isPerson, party.name, party.email ?? '']))}`;
}

function createAgentElement(
  id: string,
  { name, email, isPerson }: Party,
  address: Address,
): object {
  return {
    ...createElement(isPerson ? 'Person' : 'Organization', address(id)),
    name,
    externalIdentifier:
      email === undefined
        ? undefined
        : [{ type: 'ExternalIdentifier', externalIdentifierType: 'email', identifier: email }],
  };
}

function toExpressionId(expression: string): string {
  return `SPDXRef-License-${shortenDigest(expression)}`;
}

function* createLicenseElements(
  { licenses }: SpdxModel,
  expressions: ReadonlySet<string>,
  address: Address,
): Iterable<object> {
  const known = new Set(licenses.map(({ id }) => id));
  for (const expression of expressions) {
    const own = [...new Set(expression.match(/LicenseRef-[A-Za-z0-9.-]+/g))].filter((id) =>
      known.has(id),
    );
    yield {
      ...createElement('simplelicensing_LicenseExpression', address(toExpressionId(expression))),
      simplelicensing_licenseExpression: expression,
      simplelicensing_customIdToUri: omitEmpty(
        own.map((id) => ({ type: 'DictionaryEntry', key: id, value: address(id) })),
      ),
    };
  }
  for (const { id, name, text } of licenses) {
    yield {
      ...createElement('simplelicensing_SimpleLicensingText', address(id)),
      name,
      simplelicensing_licenseText: text,
    };
  }
}

/** An edge without a number; `to` may be many. */
interface Edge {
  readonly from: string;
  readonly kind: string;
  readonly to: readonly string[];
  readonly comment?: string;
}

function* createRelationshipElements(model: SpdxModel, address: Address): Iterable<object> {
  let number = 0;
  for (const { from, kind, to, comment } of listEdges(model)) {
    number += 1;
    yield {
      ...createElement('Relationship', address(`SPDXRef-Relationship-${number}`)),
      from: address(from),
      relationshipType: kind,
      to: to.map(address),
      comment,
    };
  }
}

/** One edge holds all contents or dependencies of a package. */
function* listEdges(model: SpdxModel): Iterable<Edge> {
  for (const pkg of model.packages()) {
    for (const [word, kind] of LICENSE_RELATIONSHIPS.values) {
      const expression = pkg[LICENSE_MEMBERS.write(kind)];
      if (expression !== NO_ASSERTION) {
        yield { from: pkg.id, kind: word, to: [toExpressionId(expression)] };
      }
    }
  }
  const contained = new Map<string, string[]>();
  const needs = new Map<string, string[]>();
  const others: SpdxRelationship[] = [];
  for (const edge of model.relationships()) {
    if (edge.kind === 'contains') {
      append(contained, edge.from, edge.to);
    } else if (edge.kind === 'dependency-of') {
      append(needs, edge.to, edge.from);
    } else if (edge.kind === 'other') {
      others.push(edge);
    }
  }
  for (const [from, to] of contained) {
    yield { from, kind: RELATIONSHIPS_3.write('contains'), to };
  }
  for (const [from, to] of needs) {
    yield { from, kind: TURNED_RELATIONSHIPS_3.write('dependency-of'), to };
  }
  for (const { from, to, comment } of others) {
    yield { from, kind: RELATIONSHIPS_3.write('other'), to: [to], ...defined({ comment }) };
  }
}

function append(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key) ?? [];
  list.push(value);
  lists.set(key, list);
}
