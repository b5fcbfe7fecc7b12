import type { DocumentFacts } from '../../core/document.ts';
import type { PackageDigest, PackageParty } from '../../core/package.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import {
  givenText,
  type JsonRecord,
  listIn,
  recordIn,
  recordsIn,
  textIn,
  textsIn,
} from '../../syntax/json/member.ts';
import { type NotTaken, NotTakenCount } from '../../syntax/json/not-taken.ts';
import type { OwnProperties } from '../sbom/own-properties.ts';
import { type Properties, propertiesOf } from '../sbom/property.ts';
import {
  isSaid,
  type SpdxDocument,
  type SpdxFile,
  type SpdxLicense,
  type SpdxPackage,
  type SpdxRelationship,
} from './spdx-document.ts';

/**
 * Reads a document of version 2 with the members of its JSON notation, for any notation. SPDX 2.3
 * and its JSON schema.
 */
export function spdx2Document(record: JsonRecord, ownProperties: OwnProperties): SpdxDocument {
  const names = licenseNames(record);
  return {
    name: textIn(record, 'name'),
    ...aboutOf(recordIn(record, 'creationInfo')),
    notTaken: () => notTakenOf(record),
    packages: listIn(record, 'packages'),
    files: listIn(record, 'files'),
    relationships: [
      ...textsIn(record, 'documentDescribes').map(describing),
      ...listIn(record, 'relationships'),
      ...contentsOfPackages(record),
    ],
    readPackage: (each) => (isRecord(each) ? packageOf(each, names, ownProperties) : undefined),
    readFile: (each) => (isRecord(each) ? fileOf(each) : undefined),
    readRelationship: (each) => (isRecord(each) ? relationshipOf(each) : undefined),
  };
}

const TAKEN_OF_DOCUMENT: ReadonlySet<string> = new Set([
  'SPDXID',
  'creationInfo',
  'dataLicense',
  'documentDescribes',
  'documentNamespace',
  'files',
  'hasExtractedLicensingInfos',
  'name',
  'packages',
  'relationships',
  'spdxVersion',
]);

const TAKEN_OF_PACKAGE: ReadonlySet<string> = new Set([
  'SPDXID',
  'annotations',
  'attributionTexts',
  'checksums',
  'comment',
  'description',
  'externalRefs',
  'filesAnalyzed',
  'hasFiles',
  'homepage',
  'licenseConcluded',
  'licenseDeclared',
  'name',
  'originator',
  'primaryPackagePurpose',
  'sourceInfo',
  'summary',
  'supplier',
  'versionInfo',
]);

function notTakenOf(record: JsonRecord): NotTaken {
  const count = new NotTakenCount();
  count.count(record, TAKEN_OF_DOCUMENT);
  for (const pkg of recordsIn(record, 'packages')) {
    count.count(pkg, TAKEN_OF_PACKAGE, 'packages');
  }
  return count.counts;
}

const TOOL = /^Tool: */;

/** SPDX 2.3, 6.8: each creator starts with its kind. */
function aboutOf(creation: JsonRecord | undefined): { readonly about?: DocumentFacts } {
  if (creation === undefined) {
    return {};
  }
  const creators = textsIn(creation, 'creators');
  const createdAt = givenText(creation, 'created');
  const about = {
    authors: creators
      .filter((creator) => !TOOL.test(creator))
      .map((creator) => creator.replace(/^\w+: */, '')),
    tools: creators.filter((each) => TOOL.test(each)).map((each) => each.replace(TOOL, '')),
    ...(createdAt === undefined ? {} : { createdAt }),
  };
  return { about };
}

function describing(id: string): JsonRecord {
  return {
    spdxElementId: 'SPDXRef-DOCUMENT',
    relationshipType: 'DESCRIBES',
    relatedSpdxElement: id,
  };
}

/** The member `hasFiles` is equivalent to relationships of version 2.3. */
function contentsOfPackages(record: JsonRecord): JsonRecord[] {
  return recordsIn(record, 'packages').flatMap((pkg) =>
    textsIn(pkg, 'hasFiles').map((id) => ({
      spdxElementId: textIn(pkg, 'SPDXID'),
      relationshipType: 'CONTAINS',
      relatedSpdxElement: id,
    })),
  );
}

type LicenseNames = ReadonlyMap<string, string>;

/** Names of licenses outside of the SPDX list by ID. */
function licenseNames(record: JsonRecord): LicenseNames {
  return new Map(
    recordsIn(record, 'hasExtractedLicensingInfos').flatMap((each): [string, string][] => {
      const name = textIn(each, 'name');
      const text = textIn(each, 'extractedText');
      const told = isSaid(name) ? name : text;
      return isSaid(told) ? [[textIn(each, 'licenseId'), told]] : [];
    }),
  );
}

function packageOf(
  record: JsonRecord,
  names: LicenseNames,
  ownProperties: OwnProperties,
): SpdxPackage | undefined {
  const id = givenText(record, 'SPDXID');
  const name = givenText(record, 'name');
  if (id === undefined || name === undefined) {
    return undefined;
  }
  const references = recordsIn(record, 'externalRefs');
  const locators = (types: ReadonlySet<string>): string[] =>
    references
      .filter((reference) => types.has(lastPart(textIn(reference, 'referenceType'))))
      .map((reference) => textIn(reference, 'referenceLocator'));
  const version = textIn(record, 'versionInfo');
  return {
    id,
    name,
    version: isSaid(version) ? version : '',
    purl: locators(PURL_TYPES)[0] ?? '',
    cpes: locators(CPE_TYPES),
    purpose: textIn(record, 'primaryPackagePurpose').toLowerCase().replaceAll('_', '-'),
    sourceInfo: textIn(record, 'sourceInfo'),
    licenses: licensesOf(record, names),
    ...partyAs('supplier', textIn(record, 'supplier')),
    ...partyAs('originator', textIn(record, 'originator')),
    description: saidIn(record, 'description') || saidIn(record, 'summary'),
    homepage: saidIn(record, 'homepage'),
    digests: digestsOf(record),
    ...annotationsOf(record, ownProperties),
  };
}

/** SPDX 2.3, 7.5 and 7.6: `Person: NAME (ADDRESS)`. */
function partyAs<Name extends 'originator' | 'supplier'>(
  member: Name,
  text: string,
): Partial<Record<Name, PackageParty>> {
  const colon = text.indexOf(':');
  const kind = text.slice(0, Math.max(colon, 0));
  const told = text.slice(colon + 1).trim();
  const open = told.endsWith(')') ? told.lastIndexOf('(') : -1;
  const name = (open < 0 ? told : told.slice(0, open)).trim();
  const email = open < 0 ? '' : told.slice(open + 1, -1).trim();
  const isParty = (kind === 'Person' || kind === 'Organization') && name !== '';
  if (!isParty) {
    return {};
  }
  const party = { name, isPerson: kind === 'Person', ...(email === '' ? {} : { email }) };
  return { [member]: party } as Partial<Record<Name, PackageParty>>;
}

function saidIn(record: JsonRecord, name: string): string {
  const text = textIn(record, name);
  return isSaid(text) ? text : '';
}

const HEX = /^[0-9a-f]{1,256}$/i;

function digestsOf(record: JsonRecord): PackageDigest[] {
  return recordsIn(record, 'checksums').flatMap((checksum) => {
    const digits = textIn(checksum, 'checksumValue').toLowerCase();
    const algorithm = textIn(checksum, 'algorithm').toLowerCase().replaceAll('-', '');
    return HEX.test(digits) ? [{ algorithm, digits }] : [];
  });
}

const PURL_TYPES: ReadonlySet<string> = new Set(['purl']);
const CPE_TYPES: ReadonlySet<string> = new Set(['cpe22type', 'cpe23type']);

/** Types are words, or addresses that end with them. */
function lastPart(type: string): string {
  return type.slice(type.lastIndexOf('/') + 1).toLowerCase();
}

function licensesOf(record: JsonRecord, names: LicenseNames): SpdxLicense[] {
  return (['declared', 'concluded'] as const).flatMap((kind): SpdxLicense[] => {
    const member = kind === 'declared' ? 'licenseDeclared' : 'licenseConcluded';
    const text = textIn(record, member);
    return isSaid(text) ? [{ value: names.get(text) ?? text, kind }] : [];
  });
}

const OWN_ANNOTATION = 'plimsoll:properties';
const REMARK = /^([A-Za-z]{1,40}): (.*)$/;

/** Annotations are ours or Trivy's, which older versions wrote as attribution texts. */
function annotationsOf(
  record: JsonRecord,
  ownProperties: OwnProperties,
): { readonly properties: Properties; readonly remarks: Properties } {
  const texts = [
    ...recordsIn(record, 'annotations').map((annotation) => textIn(annotation, 'comment')),
    ...textsIn(record, 'attributionTexts'),
  ];
  const own = texts.find((text) => text.startsWith(OWN_ANNOTATION));
  const remarks = texts.flatMap((text): [string, string][] => {
    const [, name, value] = REMARK.exec(text) ?? [];
    return name === undefined ? [] : [[`aquasecurity:trivy:${name}`, value ?? '']];
  });
  return {
    properties:
      own === undefined
        ? propertiesOf([])
        : ownProperties.propertiesOfText(own.slice(OWN_ANNOTATION.length)),
    remarks: propertiesOf(remarks),
  };
}

/** Syft's notation of the layer of a file. */
const LAYER = /\blayerID: (sha256:[0-9a-f]{64})/;

function fileOf(record: JsonRecord): SpdxFile | undefined {
  const id = givenText(record, 'SPDXID');
  const name = givenText(record, 'fileName');
  if (id === undefined || name === undefined) {
    return undefined;
  }
  const layer = LAYER.exec(textIn(record, 'comment'))?.[1];
  return { id, path: rooted(name), ...(layer === undefined ? {} : { layer }) };
}

/** File names are relative to the target, with or without `./`. SPDX 2.3, 8.1. */
export function rooted(name: string): string {
  const path = name.startsWith('./') ? name.slice(2) : name;
  return path.startsWith('/') ? path : `/${path}`;
}

/** Kinds of dependencies, and whether the first package is the needed one. */
const NEEDS: ReadonlyMap<string, 'from' | 'to'> = new Map([
  ['BUILD_DEPENDENCY_OF', 'from'],
  ['DEPENDENCY_OF', 'from'],
  ['DEV_DEPENDENCY_OF', 'from'],
  ['OPTIONAL_DEPENDENCY_OF', 'from'],
  ['PROVIDED_DEPENDENCY_OF', 'from'],
  ['RUNTIME_DEPENDENCY_OF', 'from'],
  ['TEST_DEPENDENCY_OF', 'from'],
  ['DEPENDS_ON', 'to'],
]);

const CONTAINING: ReadonlyMap<string, 'from' | 'to'> = new Map([
  ['CONTAINS', 'from'],
  ['CONTAINED_BY', 'to'],
]);

/** Returns `undefined` if an end is missing, and nothing if the kind does not matter. */
function relationshipOf(record: JsonRecord): readonly SpdxRelationship[] | undefined {
  const left = textIn(record, 'spdxElementId');
  const right = textIn(record, 'relatedSpdxElement');
  if (left === '' || right === '') {
    return undefined;
  }
  const type = textIn(record, 'relationshipType');
  const comment = textIn(record, 'comment');
  const ends = (first: 'from' | 'to') =>
    first === 'from' ? { from: left, to: right } : { from: right, to: left };
  const needs = NEEDS.get(type);
  const containing = CONTAINING.get(type);
  if (needs !== undefined) {
    return [{ kind: 'dependency-of', ...ends(needs), comment }];
  }
  if (containing !== undefined) {
    return [{ kind: 'contains', ...ends(containing), comment }];
  }
  switch (type) {
    case 'DESCRIBES':
      return [{ kind: 'describes', ...ends('from'), comment }];
    case 'DESCRIBED_BY':
      return [{ kind: 'describes', ...ends('to'), comment }];
    case 'OTHER':
      return [{ kind: 'other', ...ends('from'), comment }];
    default:
      return [];
  }
}
