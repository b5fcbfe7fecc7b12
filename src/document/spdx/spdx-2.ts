import { getBaseName } from '../../foundation/core/base-name.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { DocumentFacts } from '../../foundation/core/document.ts';
import type { PackageDigest, PackageParty } from '../../foundation/core/package.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import {
  getGivenText,
  getList,
  getRecord,
  getRecords,
  getText,
  getTexts,
  type JsonRecord,
} from '../../foundation/syntax/json/member.ts';
import { type NotTaken, NotTakenCount } from '../../foundation/syntax/json/not-taken.ts';
import { readDigest } from '../sbom/hash-algorithm.ts';
import type { OwnProperties } from '../sbom/own-properties.ts';
import { createProperties, type Properties } from '../sbom/property.ts';
import {
  isStated,
  type SpdxDocument,
  type SpdxFile,
  type SpdxLicense,
  type SpdxPackage,
  type SpdxRelationship,
} from './spdx-document.ts';
import {
  LICENSE_MEMBERS,
  REFERENCE_TYPES,
  RELATIONSHIPS,
  TURNED_RELATIONSHIPS,
} from './vocabulary.data.ts';

/**
 * Reads a document of version 2 with the members of its JSON notation, for any notation. SPDX 2.3
 * and its JSON schema.
 */
export function readSpdx2(record: JsonRecord, ownProperties: OwnProperties): SpdxDocument {
  const names = mapLicenseNames(record);
  return {
    name: getText(record, 'name'),
    ...readDocumentFacts(getRecord(record, 'creationInfo')),
    countOmitted: () => countNotTaken(record),
    packages: getList(record, 'packages'),
    files: getList(record, 'files'),
    relationships: [
      ...getTexts(record, 'documentDescribes').map(createDescribing),
      ...getList(record, 'relationships'),
      ...readContents(record),
    ],
    readPackage: (each) => (isRecord(each) ? readPackage(each, names, ownProperties) : undefined),
    readFile: (each) => (isRecord(each) ? readFile(each) : undefined),
    readRelationship: (each) => (isRecord(each) ? readRelationship(each) : undefined),
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

function countNotTaken(record: JsonRecord): NotTaken {
  const count = new NotTakenCount();
  count.count(record, TAKEN_OF_DOCUMENT);
  for (const pkg of getRecords(record, 'packages')) {
    count.count(pkg, TAKEN_OF_PACKAGE, 'packages');
  }
  return count.counts;
}

const TOOL = /^Tool: */;

/** SPDX 2.3, 6.8: each creator starts with its kind. */
function readDocumentFacts(creation: JsonRecord | undefined): { readonly about?: DocumentFacts } {
  if (creation === undefined) {
    return {};
  }
  const creators = getTexts(creation, 'creators');
  const createdAt = getGivenText(creation, 'created');
  const context = /\bSBOM type: *(\w[\w ]*)/i.exec(getText(creation, 'comment'))?.[1];
  const about = {
    authors: creators
      .filter((creator) => !TOOL.test(creator))
      .map((creator) => creator.replace(/^\w+: */, '')),
    tools: creators.filter((each) => TOOL.test(each)).map((each) => each.replace(TOOL, '')),
    ...defined({ createdAt, context }),
  };
  return { about };
}

function createDescribing(id: string): JsonRecord {
  return {
    spdxElementId: 'SPDXRef-DOCUMENT',
    relationshipType: 'DESCRIBES',
    relatedSpdxElement: id,
  };
}

/** The member `hasFiles` is equivalent to relationships of version 2.3. */
function readContents(record: JsonRecord): JsonRecord[] {
  return getRecords(record, 'packages').flatMap((pkg) =>
    getTexts(pkg, 'hasFiles').map((id) => ({
      spdxElementId: getText(pkg, 'SPDXID'),
      relationshipType: 'CONTAINS',
      relatedSpdxElement: id,
    })),
  );
}

type LicenseNames = ReadonlyMap<string, string>;

/** Names of licenses outside of the SPDX list by ID. */
function mapLicenseNames(record: JsonRecord): LicenseNames {
  return new Map(
    getRecords(record, 'hasExtractedLicensingInfos').flatMap((each): [string, string][] => {
      const name = getText(each, 'name');
      const text = getText(each, 'extractedText');
      const stated = isStated(name) ? name : text;
      return isStated(stated) ? [[getText(each, 'licenseId'), stated]] : [];
    }),
  );
}

function readPackage(
  record: JsonRecord,
  names: LicenseNames,
  ownProperties: OwnProperties,
): SpdxPackage | undefined {
  const id = getGivenText(record, 'SPDXID');
  const name = getGivenText(record, 'name');
  if (id === undefined || name === undefined) {
    return undefined;
  }
  const references = getRecords(record, 'externalRefs');
  const listLocators = (type: 'cpe' | 'purl'): string[] =>
    references
      .filter(
        (one) => REFERENCE_TYPES.values.get(getLastPart(getText(one, 'referenceType'))) === type,
      )
      .map((one) => getText(one, 'referenceLocator'));
  const version = getText(record, 'versionInfo');
  const [purl = '', ...otherPurls] = new Set(listLocators('purl'));
  return {
    id,
    name,
    version: isStated(version) ? version : '',
    purl,
    otherPurls,
    cpes: listLocators('cpe'),
    purpose: getText(record, 'primaryPackagePurpose').toLowerCase().replaceAll('_', '-'),
    sourceInfo: getText(record, 'sourceInfo'),
    comment: getText(record, 'comment'),
    licenses: readLicenses(record, names),
    ...readParty('supplier', getText(record, 'supplier')),
    ...readParty('originator', getText(record, 'originator')),
    description: getStated(record, 'description') || getStated(record, 'summary'),
    homepage: getStated(record, 'homepage'),
    digests: readDigests(record),
    ...readAnnotations(record, ownProperties),
  };
}

/** SPDX 2.3, 7.5 and 7.6: `Person: NAME (ADDRESS)`. */
function readParty<Name extends 'originator' | 'supplier'>(
  member: Name,
  text: string,
): Partial<Record<Name, PackageParty>> {
  const colon = text.indexOf(':');
  const kind = text.slice(0, Math.max(colon, 0));
  const stated = text.slice(colon + 1).trim();
  const open = stated.endsWith(')') ? stated.lastIndexOf('(') : -1;
  const name = (open < 0 ? stated : stated.slice(0, open)).trim();
  const email = open < 0 ? '' : stated.slice(open + 1, -1).trim();
  const isParty = (kind === 'Person' || kind === 'Organization') && name !== '';
  if (!isParty) {
    return {};
  }
  const party = { name, isPerson: kind === 'Person', ...(email === '' ? {} : { email }) };
  return { [member]: party } as Partial<Record<Name, PackageParty>>;
}

function getStated(record: JsonRecord, name: string): string {
  const text = getText(record, name);
  return isStated(text) ? text : '';
}

function readDigests(record: JsonRecord): PackageDigest[] {
  return getRecords(record, 'checksums').flatMap((checksum) =>
    readDigest(getText(checksum, 'algorithm'), getText(checksum, 'checksumValue')),
  );
}

/** Types are words, or addresses that end with them. */
function getLastPart(type: string): string {
  return getBaseName(type).toLowerCase();
}

function readLicenses(record: JsonRecord, names: LicenseNames): SpdxLicense[] {
  return [...LICENSE_MEMBERS.values].flatMap(([member, kind]): SpdxLicense[] => {
    const text = getText(record, member);
    return isStated(text) ? [{ value: names.get(text) ?? text, kind }] : [];
  });
}

const OWN_ANNOTATION = 'plimsoll:properties';
const REMARK = /^([A-Za-z]{1,40}): (.*)$/;

/** Annotations are ours or Trivy's, which older versions wrote as attribution texts. */
function readAnnotations(
  record: JsonRecord,
  ownProperties: OwnProperties,
): { readonly properties: Properties; readonly remarks: Properties } {
  const texts = [
    ...getRecords(record, 'annotations').map((annotation) => getText(annotation, 'comment')),
    ...getTexts(record, 'attributionTexts'),
  ];
  const own = texts.find((text) => text.startsWith(OWN_ANNOTATION));
  const remarks = texts.flatMap((text): [string, string][] => {
    const [, name, value] = REMARK.exec(text) ?? [];
    return name === undefined ? [] : [[`aquasecurity:trivy:${name}`, value ?? '']];
  });
  return {
    properties:
      own === undefined
        ? createProperties([])
        : ownProperties.parseProperties(own.slice(OWN_ANNOTATION.length)),
    remarks: createProperties(remarks),
  };
}

/** Syft's notation of the layer of a file. */
const LAYER = /\blayerID: (sha256:[0-9a-f]{64})/;

function readFile(record: JsonRecord): SpdxFile | undefined {
  const id = getGivenText(record, 'SPDXID');
  const name = getGivenText(record, 'fileName');
  if (id === undefined || name === undefined) {
    return undefined;
  }
  const layer = LAYER.exec(getText(record, 'comment'))?.[1];
  return { id, path: toRootedPath(name), ...defined({ layer }) };
}

/** File names are relative to the target, with or without `./`. SPDX 2.3, 8.1. */
export function toRootedPath(name: string): string {
  const path = name.startsWith('./') ? name.slice(2) : name;
  return path.startsWith('/') ? path : `/${path}`;
}

/** Returns `undefined` if an end is missing, and nothing if the kind does not matter. */
function readRelationship(record: JsonRecord): readonly SpdxRelationship[] | undefined {
  const left = getText(record, 'spdxElementId');
  const right = getText(record, 'relatedSpdxElement');
  if (left === '' || right === '') {
    return undefined;
  }
  const type = getText(record, 'relationshipType');
  const comment = getText(record, 'comment');
  const kind = RELATIONSHIPS.values.get(type);
  if (kind !== undefined) {
    return [{ kind, from: left, to: right, comment }];
  }
  const turned = TURNED_RELATIONSHIPS.values.get(type);
  return turned === undefined ? [] : [{ kind: turned, from: right, to: left, comment }];
}
