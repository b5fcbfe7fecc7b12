import type { DocumentFacts } from '../../core/document.ts';
import type { PackageDigest, PackageParty } from '../../core/package.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import {
  givenText,
  type JsonRecord,
  recordsIn,
  textIn,
  textsIn,
  withoutAbsent,
} from '../../syntax/json/member.ts';
import { type Properties, propertiesOf } from '../sbom/property.ts';
import { rooted } from '../spdx/spdx-2.ts';
import {
  isSaid,
  type SpdxDocument,
  type SpdxFile,
  type SpdxLicense,
  type SpdxPackage,
  type SpdxRelationship,
} from '../spdx/spdx-document.ts';

/** Reads the elements of a graph as a document. SPDX 3.0.1, its model and JSON schema. */
export function spdx3Document(graph: readonly unknown[]): SpdxDocument {
  const elements = elementsByType(graph);
  const ofType = (type: string): readonly JsonRecord[] => elements.get(type) ?? [];
  const licenses = licensesByPackage(ofType);
  const parties = partiesById(ofType);
  return {
    name: textIn(ofType('SpdxDocument')[0] ?? {}, 'name'),
    about: aboutOf(ofType, parties),
    packages: [...ofType('software_Package'), ...ofType('ai_AIPackage')],
    files: ofType('software_File'),
    relationships: [
      ...ofType('Relationship'),
      ...ofType('LifecycleScopedRelationship'),
      ...rootsOf(ofType),
    ],
    readPackage: (record) => (isRecord(record) ? packageOf(record, licenses, parties) : undefined),
    readFile: (record) => (isRecord(record) ? fileOf(record) : undefined),
    readRelationship: (record) => (isRecord(record) ? relationshipsOf(record) : undefined),
  };
}

type OfType = (type: string) => readonly JsonRecord[];

function elementsByType(graph: readonly unknown[]): ReadonlyMap<string, JsonRecord[]> {
  const byType = new Map<string, JsonRecord[]>();
  for (const element of graph) {
    if (isRecord(element)) {
      const type = textIn(element, 'type') || textIn(element, '@type');
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

function idOf(element: JsonRecord): string | undefined {
  return givenText(element, 'spdxId') ?? givenText(element, '@id');
}

/** Returns the subjects of the document and of its SBOM. */
function rootsOf(ofType: OfType): JsonRecord[] {
  return [...ofType('SpdxDocument'), ...ofType('software_Sbom')].map((element) => ({
    from: idOf(element) ?? 'document',
    relationshipType: 'describes',
    to: textsIn(element, 'rootElement'),
  }));
}

const LICENSE_KINDS: ReadonlyMap<string, SpdxLicense['kind']> = new Map([
  ['hasConcludedLicense', 'concluded'],
  ['hasDeclaredLicense', 'declared'],
]);

type Licenses = ReadonlyMap<string, readonly SpdxLicense[]>;

function licensesByPackage(ofType: OfType): Licenses {
  const values = licenseValues(ofType);
  const byPackage = new Map<string, SpdxLicense[]>();
  for (const edge of ofType('Relationship')) {
    const kind = LICENSE_KINDS.get(textIn(edge, 'relationshipType'));
    if (kind === undefined) {
      continue;
    }
    const from = textIn(edge, 'from');
    const known = byPackage.get(from) ?? [];
    for (const to of textsIn(edge, 'to')) {
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
function licenseValues(ofType: OfType): ReadonlyMap<string, string> {
  const texts = new Map(
    ofType('simplelicensing_SimpleLicensingText').map((text) => [
      idOf(text) ?? '',
      givenText(text, 'name') ?? textIn(text, 'simplelicensing_licenseText'),
    ]),
  );
  const expressions = ofType('simplelicensing_LicenseExpression').map(
    (element): [string, string] => {
      const expression = textIn(element, 'simplelicensing_licenseExpression');
      const own = recordsIn(element, 'simplelicensing_customIdToUri').find(
        (entry) => textIn(entry, 'key') === expression,
      );
      return [idOf(element) ?? '', texts.get(textIn(own ?? {}, 'value')) ?? expression];
    },
  );
  return new Map([...texts, ...expressions].filter(([, value]) => isSaid(value)));
}

const AGENTS = ['Agent', 'Organization', 'Person', 'SoftwareAgent', 'Tool'] as const;

type Parties = ReadonlyMap<string, PackageParty & { readonly isTool: boolean }>;

/** Returns the parties in the document by element address. */
function partiesById(ofType: OfType): Parties {
  const pairs = AGENTS.flatMap((type) =>
    ofType(type).flatMap((agent) => {
      const id = idOf(agent);
      const name = givenText(agent, 'name');
      const email = recordsIn(agent, 'externalIdentifier').find(
        (each) => textIn(each, 'externalIdentifierType') === 'email',
      );
      const address = givenText(email ?? {}, 'identifier');
      const party = {
        name: name ?? '',
        isPerson: type === 'Person',
        isTool: type === 'SoftwareAgent' || type === 'Tool',
        ...(address === undefined ? {} : { email: address }),
      };
      return id === undefined || name === undefined ? [] : [[id, party] as const];
    }),
  );
  return new Map(pairs);
}

/** Returns author, tool and time of the document. */
function aboutOf(ofType: OfType, parties: Parties): DocumentFacts {
  const creation = ofType('CreationInfo')[0] ?? {};
  const named = [...textsIn(creation, 'createdBy'), ...textsIn(creation, 'createdUsing')].flatMap(
    (id) => parties.get(id) ?? [],
  );
  const createdAt = givenText(creation, 'created');
  return {
    authors: named
      .filter(({ isTool }) => !isTool)
      .map(({ name, email }) => (email === undefined ? name : `${name} (${email})`)),
    tools: named.filter(({ isTool }) => isTool).map(({ name }) => name),
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}

function partyOf(parties: Parties, id: string | undefined): PackageParty | undefined {
  const found = parties.get(id ?? '');
  if (found === undefined) {
    return undefined;
  }
  const { name, isPerson, email } = found;
  return { name, isPerson, ...(email === undefined ? {} : { email }) };
}

const HEX = /^[0-9a-f]{1,256}$/i;

function digestsOf(record: JsonRecord): PackageDigest[] {
  return recordsIn(record, 'verifiedUsing').flatMap((hash) => {
    const digits = textIn(hash, 'hashValue').toLowerCase();
    const algorithm = textIn(hash, 'algorithm').toLowerCase().replaceAll('_', '');
    return HEX.test(digits) ? [{ algorithm, digits }] : [];
  });
}

function packageOf(
  record: JsonRecord,
  licenses: Licenses,
  parties: Parties,
): SpdxPackage | undefined {
  const id = idOf(record);
  const name = givenText(record, 'name');
  if (id === undefined || name === undefined) {
    return undefined;
  }
  const identifiers = recordsIn(record, 'externalIdentifier');
  const identifiersOf = (types: readonly string[]): string[] =>
    identifiers
      .filter((each) => types.includes(textIn(each, 'externalIdentifierType')))
      .map((each) => textIn(each, 'identifier'));
  return {
    id,
    name,
    version: textIn(record, 'software_packageVersion'),
    purl: givenText(record, 'software_packageUrl') ?? identifiersOf(['packageUrl'])[0] ?? '',
    cpes: identifiersOf(['cpe22', 'cpe23']),
    purpose: dashed(textIn(record, 'software_primaryPurpose')),
    sourceInfo: textIn(record, 'software_sourceInfo'),
    licenses: licenses.get(id) ?? [],
    ...withoutAbsent({
      supplier: partyOf(parties, givenText(record, 'suppliedBy')),
      originator: partyOf(parties, textsIn(record, 'originatedBy')[0]),
    }),
    description: textIn(record, 'description') || textIn(record, 'summary'),
    homepage: textIn(record, 'software_homePage'),
    digests: digestsOf(record),
    remarks: propertiesOf([]),
    properties: extensionOf(record),
  };
}

/** `operatingSystem` is `OPERATING-SYSTEM` in version 2. */
function dashed(purpose: string): string {
  return purpose.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Properties in the extension that SPDX adopted from CycloneDX. */
function extensionOf(record: JsonRecord): Properties {
  return propertiesOf(
    recordsIn(record, 'extension').flatMap((extension) =>
      recordsIn(extension, 'extension_cdxProperty').map((entry): [string, string] => [
        textIn(entry, 'extension_cdxPropName'),
        textIn(entry, 'extension_cdxPropValue'),
      ]),
    ),
  );
}

function fileOf(record: JsonRecord): SpdxFile | undefined {
  const id = idOf(record);
  const name = givenText(record, 'name');
  return id === undefined || name === undefined ? undefined : { id, path: rooted(name) };
}

const KINDS: ReadonlyMap<string, SpdxRelationship['kind']> = new Map([
  ['contains', 'contains'],
  ['dependsOn', 'dependency-of'],
  ['describes', 'describes'],
  ['other', 'other'],
]);

/** One record holds several; `undefined` if an end is missing. */
function relationshipsOf(record: JsonRecord): Iterable<SpdxRelationship> | undefined {
  const from = textIn(record, 'from');
  const ends = textsIn(record, 'to');
  if (from === '' || ends.length === 0) {
    return undefined;
  }
  const kind = KINDS.get(textIn(record, 'relationshipType'));
  return kind === undefined
    ? []
    : edgesTo(ends, { kind, from, comment: textIn(record, 'comment') });
}

/** Lazy, because all elements may be ends of all others. */
function* edgesTo(
  ends: readonly string[],
  { kind, from, comment }: Omit<SpdxRelationship, 'to'>,
): Generator<SpdxRelationship> {
  for (const to of ends) {
    yield kind === 'dependency-of'
      ? { kind, from: to, to: from, comment }
      : { kind, from, to, comment };
  }
}
