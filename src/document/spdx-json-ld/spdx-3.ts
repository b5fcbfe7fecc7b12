import { defined } from '../../foundation/core/defined.ts';
import type { DocumentFacts } from '../../foundation/core/document.ts';
import type { PackageDigest, PackageParty } from '../../foundation/core/package.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import {
  dropAbsent,
  getGivenText,
  getRecords,
  getText,
  getTexts,
  type JsonRecord,
} from '../../foundation/syntax/json/member.ts';
import { readDigest } from '../sbom/hash-algorithm.ts';
import { createProperties, type Properties } from '../sbom/property.ts';
import { toRootedPath } from '../spdx/spdx-2.ts';
import {
  isStated,
  type SpdxDocument,
  type SpdxFile,
  type SpdxLicense,
  type SpdxPackage,
  type SpdxRelationship,
} from '../spdx/spdx-document.ts';
import {
  IDENTIFIER_TYPES,
  LICENSE_RELATIONSHIPS,
  RELATIONSHIPS_3,
  TURNED_RELATIONSHIPS_3,
} from '../spdx/vocabulary.data.ts';

/** Reads the elements of a graph as a document. SPDX 3.0.1, its model and JSON schema. */
export function readSpdx3(graph: readonly unknown[]): SpdxDocument {
  const elements = groupElements(graph);
  const listByType = (type: string): readonly JsonRecord[] => elements.get(type) ?? [];
  const licenses = mapLicenses(listByType);
  const parties = mapParties(listByType);
  return {
    name: getText(listByType('SpdxDocument')[0] ?? {}, 'name'),
    about: readDocumentFacts(listByType, parties),
    packages: [...listByType('software_Package'), ...listByType('ai_AIPackage')],
    files: listByType('software_File'),
    relationships: [
      ...listByType('Relationship'),
      ...listByType('LifecycleScopedRelationship'),
      ...findRoots(listByType),
    ],
    readPackage: (record) =>
      isRecord(record) ? readPackage(record, licenses, parties) : undefined,
    readFile: (record) => (isRecord(record) ? readFile(record) : undefined),
    readRelationship: (record) => (isRecord(record) ? readRelationships(record) : undefined),
  };
}

type OfType = (type: string) => readonly JsonRecord[];

function groupElements(graph: readonly unknown[]): ReadonlyMap<string, JsonRecord[]> {
  const byType = new Map<string, JsonRecord[]>();
  for (const element of graph) {
    if (isRecord(element)) {
      const type = getText(element, 'type') || getText(element, '@type');
      const known = byType.get(type);
      if (known === undefined) {
        byType.set(type, [element]);
      } else {
        known.push(element);
      }
    }
  }
  return byType;
}

function getId(element: JsonRecord): string | undefined {
  return getGivenText(element, 'spdxId') ?? getGivenText(element, '@id');
}

/** Returns the subjects of the document and of its SBOM. */
function findRoots(ofType: OfType): JsonRecord[] {
  return [...ofType('SpdxDocument'), ...ofType('software_Sbom')].map((element) => ({
    from: getId(element) ?? 'document',
    relationshipType: 'describes',
    to: getTexts(element, 'rootElement'),
  }));
}

type Licenses = ReadonlyMap<string, readonly SpdxLicense[]>;

function mapLicenses(ofType: OfType): Licenses {
  const values = mapLicenseValues(ofType);
  const byPackage = new Map<string, SpdxLicense[]>();
  for (const edge of ofType('Relationship')) {
    const kind = LICENSE_RELATIONSHIPS.values.get(getText(edge, 'relationshipType'));
    if (kind === undefined) {
      continue;
    }
    const from = getText(edge, 'from');
    const known = byPackage.get(from) ?? [];
    for (const to of getTexts(edge, 'to')) {
      const value = values.get(to);
      if (value !== undefined) {
        known.push({ value, kind });
      }
    }
    byPackage.set(from, known);
  }
  return byPackage;
}

/** Returns licenses by address: an expression, or the name of a text. */
function mapLicenseValues(ofType: OfType): ReadonlyMap<string, string> {
  const texts = new Map(
    ofType('simplelicensing_SimpleLicensingText').map((text) => [
      getId(text) ?? '',
      getGivenText(text, 'name') ?? getText(text, 'simplelicensing_licenseText'),
    ]),
  );
  const expressions = ofType('simplelicensing_LicenseExpression').map(
    (element): [string, string] => {
      const expression = getText(element, 'simplelicensing_licenseExpression');
      const own = getRecords(element, 'simplelicensing_customIdToUri').find(
        (entry) => getText(entry, 'key') === expression,
      );
      return [getId(element) ?? '', texts.get(getText(own ?? {}, 'value')) ?? expression];
    },
  );
  return new Map([...texts, ...expressions].filter(([, value]) => isStated(value)));
}

const AGENTS = ['Agent', 'Organization', 'Person', 'SoftwareAgent', 'Tool'] as const;

type Parties = ReadonlyMap<string, PackageParty & { readonly isTool: boolean }>;

/** Returns the parties in the document by element address. */
function mapParties(ofType: OfType): Parties {
  const pairs = AGENTS.flatMap((type) =>
    ofType(type).flatMap((agent) => {
      const id = getId(agent);
      const name = getGivenText(agent, 'name');
      const email = getRecords(agent, 'externalIdentifier').find(
        (each) => getText(each, 'externalIdentifierType') === 'email',
      );
      const address = getGivenText(email ?? {}, 'identifier');
      const party = {
        name: name ?? '',
        isPerson: type === 'Person',
        isTool: type === 'SoftwareAgent' || type === 'Tool',
        ...defined({ email: address }),
      };
      return id === undefined || name === undefined ? [] : [[id, party] as const];
    }),
  );
  return new Map(pairs);
}

/** Returns author, tool and time of the document. */
function readDocumentFacts(ofType: OfType, parties: Parties): DocumentFacts {
  const creation = ofType('CreationInfo')[0] ?? {};
  const named = [...getTexts(creation, 'createdBy'), ...getTexts(creation, 'createdUsing')].flatMap(
    (id) => parties.get(id) ?? [],
  );
  const createdAt = getGivenText(creation, 'created');
  const [context] = ofType('software_Sbom').flatMap((sbom) => getTexts(sbom, 'software_sbomType'));
  return {
    authors: named
      .filter(({ isTool }) => !isTool)
      .map(({ name, email }) => (email === undefined ? name : `${name} (${email})`)),
    tools: named.filter(({ isTool }) => isTool).map(({ name }) => name),
    ...defined({ createdAt, context }),
  };
}

function findParty(parties: Parties, id: string | undefined): PackageParty | undefined {
  const found = parties.get(id ?? '');
  if (found === undefined) {
    return undefined;
  }
  const { name, isPerson, email } = found;
  return { name, isPerson, ...defined({ email }) };
}

function readDigests(record: JsonRecord): PackageDigest[] {
  return getRecords(record, 'verifiedUsing').flatMap((hash) =>
    readDigest(getText(hash, 'algorithm'), getText(hash, 'hashValue')),
  );
}

function readPackage(
  record: JsonRecord,
  licenses: Licenses,
  parties: Parties,
): SpdxPackage | undefined {
  const id = getId(record);
  const name = getGivenText(record, 'name');
  if (id === undefined || name === undefined) {
    return undefined;
  }
  const identifiers = getRecords(record, 'externalIdentifier');
  const listIdentifiers = (type: 'cpe' | 'purl'): string[] =>
    identifiers
      .filter(
        (each) => IDENTIFIER_TYPES.values.get(getText(each, 'externalIdentifierType')) === type,
      )
      .map((each) => getText(each, 'identifier'));
  const stated = getGivenText(record, 'software_packageUrl');
  const listed = listIdentifiers('purl');
  const [purl = '', ...otherPurls] = new Set(stated === undefined ? listed : [stated, ...listed]);
  return {
    id,
    name,
    version: getText(record, 'software_packageVersion'),
    purl,
    otherPurls,
    cpes: listIdentifiers('cpe'),
    purpose: addDashes(getText(record, 'software_primaryPurpose')),
    sourceInfo: getText(record, 'software_sourceInfo'),
    licenses: licenses.get(id) ?? [],
    ...dropAbsent({
      supplier: findParty(parties, getGivenText(record, 'suppliedBy')),
      originator: findParty(parties, getTexts(record, 'originatedBy')[0]),
    }),
    description: getText(record, 'description') || getText(record, 'summary'),
    homepage: getText(record, 'software_homePage'),
    digests: readDigests(record),
    remarks: createProperties([]),
    properties: readExtension(record),
  };
}

/** `operatingSystem` is `OPERATING-SYSTEM` in version 2. */
function addDashes(purpose: string): string {
  return purpose.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Properties in the extension that SPDX adopted from CycloneDX. */
function readExtension(record: JsonRecord): Properties {
  return createProperties(
    getRecords(record, 'extension').flatMap((extension) =>
      getRecords(extension, 'extension_cdxProperty').map((entry): [string, string] => [
        getText(entry, 'extension_cdxPropName'),
        getText(entry, 'extension_cdxPropValue'),
      ]),
    ),
  );
}

function readFile(record: JsonRecord): SpdxFile | undefined {
  const id = getId(record);
  const name = getGivenText(record, 'name');
  return id === undefined || name === undefined ? undefined : { id, path: toRootedPath(name) };
}

/** One record holds several; `undefined` if an end is missing. */
function readRelationships(record: JsonRecord): Iterable<SpdxRelationship> | undefined {
  const from = getText(record, 'from');
  const ends = getTexts(record, 'to');
  if (from === '' || ends.length === 0) {
    return undefined;
  }
  const type = getText(record, 'relationshipType');
  const comment = getText(record, 'comment');
  const kind = RELATIONSHIPS_3.values.get(type);
  const turned = TURNED_RELATIONSHIPS_3.values.get(type);
  // Lazy, because all elements may be ends of all others.
  const others = Iterator.from(ends);
  if (kind !== undefined) {
    return others.map((to) => ({ kind, from, to, comment }));
  }
  return turned === undefined
    ? []
    : others.map((other) => ({ kind: turned, from: other, to: from, comment }));
}
