import { defined } from '../../foundation/core/defined.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import type {
  Cpe,
  License,
  Location,
  PackageMetadata,
  Upstream,
} from '../../foundation/core/package.ts';
import { UNKNOWN_PACKAGE_TYPE } from '../../foundation/core/package.ts';
import type { Writable } from '../../foundation/core/writable.ts';
import { mergeCpes, parseDeclaredCpes } from '../../foundation/identity/cpe-name/declared-cpe.ts';
import { toDeclaredLicense } from '../../foundation/identity/license/license.ts';
import { isPackagePurl } from '../../foundation/identity/purl/is-package-purl.ts';
import { PURL_TYPES } from '../../foundation/identity/purl/package-type.data.ts';
import type { Purl } from '../../foundation/identity/purl/purl.ts';
import { toPurlPackage, withEpoch } from '../../foundation/identity/purl/purl-package.ts';
import { toSourceRpmUpstreams } from '../../foundation/identity/source-rpm.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import {
  getGivenText,
  getRecord,
  getRecords,
  getText,
  type JsonRecord,
} from '../../foundation/syntax/json/member.ts';
import { readFileProperties } from '../sbom/file-property.ts';
import { readDigest } from '../sbom/hash-algorithm.ts';
import type { OwnProperties } from '../sbom/own-properties.ts';
import { type Properties, readProperties } from '../sbom/property.ts';
import { type ReadPackage, restorePackage } from '../sbom/read-package.ts';
import { readRecordPurl } from '../sbom/record-purl.ts';
import { readTrivyFacts } from '../sbom/trivy-property.ts';
import { HOMEPAGE_REFERENCE } from './vocabulary.data.ts';

/** Types of components that are versioned software; others are places, data and devices. */
const PACKAGE_TYPES: ReadonlySet<string> = new Set([
  'application',
  'firmware',
  'framework',
  'library',
  'machine-learning-model',
  'platform',
]);

/** The component that names the distribution. */
const SYSTEM_TYPE = 'operating-system';

/**
 * A component with a package URL is a package. A component without a type is a library, as in some
 * documents before 1.4. Trivy's applications without a package URL are the target, or stand for a
 * lock file.
 */
export function isPackageComponent(component: JsonRecord): boolean {
  const type = getGivenText(component, 'type') ?? 'library';
  const purl = getGivenText(component, 'purl');
  const hasPurl = purl !== undefined && (type !== SYSTEM_TYPE || isPackagePurl(purl));
  return (hasPurl || PACKAGE_TYPES.has(type)) && !isHolder(component);
}

function isHolder(component: JsonRecord): boolean {
  if (getGivenText(component, 'purl') !== undefined) {
    return false;
  }
  const properties = readProperties(component);
  return HOLDER_PROPERTIES.some((name) => properties.getText(name) !== undefined);
}

const HOLDER_PROPERTIES = ['aquasecurity:trivy:Class', 'aquasecurity:trivy:SchemaVersion'] as const;

/** Types whose group is a part of the coordinates, not of the name. */
const JAVA_TYPES: ReadonlySet<string> = new Set(['java-archive', 'jenkins-plugin']);

export interface ComponentContext {
  readonly ownProperties: OwnProperties;
  /** Whether our own properties leave out facts for which the component has members. */
  readonly isReduced: boolean;
  /** Identifies a component without a reference. */
  readonly number: number;
}

/**
 * Returns `undefined` if the component has no name. If it has our own properties, only these count,
 * unless they are reduced.
 */
export function readComponentPackage(
  component: JsonRecord,
  { ownProperties, isReduced, number }: ComponentContext,
): ReadPackage | undefined {
  const name = getGivenText(component, 'name');
  if (name === undefined) {
    return undefined;
  }
  const properties = readProperties(component);
  const own = ownProperties.readPackage(properties);
  const key = getGivenText(component, 'bom-ref') ?? `component ${number}`;
  if (own === undefined) {
    return { package: createDeclaredPackage({ component, properties, name, key }) };
  }
  const version = getText(component, 'version');
  const purl = getText(component, 'purl');
  const fields = { key, name, version, purl };
  return isReduced
    ? restorePackage(fields, { ...own, members: { ...own.members, ...readFields(component) } })
    : restorePackage(fields, own);
}

interface Told {
  readonly component: JsonRecord;
  readonly properties: Properties;
  readonly name: string;
  readonly key: string;
}

function createDeclaredPackage({ component, properties, name, key }: Told): InventoryPackage {
  const written = getGivenText(component, 'purl') ?? getGivenText(component, 'bom-ref') ?? '';
  const declared = { name, version: getGivenText(component, 'version') ?? '' };
  const { purl, text = '' } = readRecordPurl(written, declared) ?? {};
  const byPurl = purl === undefined ? undefined : toPurlPackage(purl);
  const type = properties.getText('syft:package:type') ?? byPurl?.type ?? UNKNOWN_PACKAGE_TYPE;
  const rare = isUsual(component) ? NOTHING_RARE : readRareFacts(component, properties, type);
  const modularity =
    properties.getText('syft:metadata:modularityLabel', true) ??
    byPurl?.modularity ??
    rare.modularity;
  const architecture = byPurl?.architecture ?? properties.getText('syft:metadata:architecture');
  const metadata = readMetadata({ component, properties, type, purl, byPurl: byPurl?.metadata });
  const version = declared.version || (byPurl?.version ?? '');
  const found: Writable<Omit<InventoryPackage, 'ownedFiles'>> = {
    key,
    name: getName(name, getText(component, 'group'), type, purl),
    version: withEpoch(version, purl),
    type,
    language: properties.getText('syft:package:language') ?? byPurl?.language ?? '',
    purl: text,
    foundBy: properties.getText('syft:package:foundBy') ?? '',
    rule: 'a component in a CycloneDX document',
    confidence: 1,
    locations: rare.locations,
    licenses: [],
    cpes: readCpes(component, properties, byPurl?.cpes ?? []),
    upstreams: readUpstreams(name, byPurl?.upstreams ?? [], properties, rare.upstreams),
  };
  if (architecture !== undefined) {
    found.architecture = architecture;
  }
  if (modularity !== undefined) {
    found.modularity = modularity;
  }
  return Object.assign(
    found,
    { ownedFiles: [] },
    metadata === undefined ? undefined : { metadata },
    rare.members,
  );
}

/** The members of most components in lists. */
const USUAL_MEMBERS: ReadonlySet<string> = new Set([
  'bom-ref',
  'cpe',
  'group',
  'name',
  'purl',
  'type',
  'version',
]);

function isUsual(component: JsonRecord): boolean {
  return Object.keys(component).every((name) => USUAL_MEMBERS.has(name));
}

/** Facts from members that most components in lists do not have. */
interface RareFacts {
  readonly locations: readonly Location[];
  readonly upstreams: readonly Upstream[];
  readonly modularity: string | undefined;
  readonly members: Partial<InventoryPackage> | undefined;
}

const NOTHING_RARE: RareFacts = {
  locations: [],
  upstreams: [],
  modularity: undefined,
  members: undefined,
};

function readRareFacts(component: JsonRecord, properties: Properties, type: string): RareFacts {
  const { upstreams, locations, modularity } = readTrivyFacts(properties, type);
  return {
    locations: readLocations(component, properties, locations),
    upstreams,
    modularity,
    members: { ...readFields(component), ...readFileProperties(properties) },
  };
}

/** Facts for which a component has members of its own. */
function readFields(component: JsonRecord): Partial<InventoryPackage> {
  return {
    licenses: readLicenses(component),
    ...getSupplier(component),
    ...readDigests(component),
    ...readAuthor(component),
    ...getDescription(component),
    ...getHomepage(component),
  };
}

/** The supplier, or else the publisher. */
function getSupplier(component: JsonRecord): Pick<InventoryPackage, 'supplier'> | undefined {
  const supplier = getRecord(component, 'supplier') ?? {};
  const name = getGivenText(supplier, 'name') ?? getGivenText(component, 'publisher');
  const email = getRecords(supplier, 'contact').flatMap(
    (each) => getGivenText(each, 'email') ?? [],
  )[0];
  return name === undefined
    ? undefined
    : { supplier: { name, isPerson: false, ...(email === undefined ? undefined : { email }) } };
}

/** The first author; a string before version 1.6. */
function readAuthor(component: JsonRecord): Pick<InventoryPackage, 'author'> | undefined {
  const [first = {}] = getRecords(component, 'authors');
  const name = getGivenText(first, 'name') ?? getGivenText(component, 'author');
  const email = getGivenText(first, 'email');
  return name === undefined
    ? undefined
    : { author: { name, isPerson: true, ...(email === undefined ? undefined : { email }) } };
}

function getDescription(component: JsonRecord): Pick<InventoryPackage, 'description'> | undefined {
  const description = getGivenText(component, 'description');
  return description === undefined ? undefined : { description };
}

function getHomepage(component: JsonRecord): Pick<InventoryPackage, 'homepage'> | undefined {
  const page = getRecords(component, 'externalReferences').find(
    (reference) => getText(reference, 'type') === HOMEPAGE_REFERENCE,
  );
  const homepage = getGivenText(page ?? {}, 'url');
  return homepage === undefined ? undefined : { homepage };
}

function readDigests(component: JsonRecord): Pick<InventoryPackage, 'digests'> | undefined {
  const digests = getRecords(component, 'hashes').flatMap((hash) =>
    readDigest(getText(hash, 'alg'), getText(hash, 'content')),
  );
  return digests.length === 0 ? undefined : { digests };
}

/** Package URLs are the best source; then the properties of Syft or Trivy. */
function readUpstreams(
  name: string,
  byPurl: readonly Upstream[],
  properties: Properties,
  byTrivy: readonly Upstream[],
): readonly Upstream[] {
  if (byPurl.length > 0 || byTrivy.length > 0) {
    return byPurl.length > 0 ? byPurl : byTrivy;
  }
  const sourceRpm = properties.getText('syft:metadata:sourceRpm');
  if (sourceRpm !== undefined) {
    return toSourceRpmUpstreams(name, sourceRpm);
  }
  const source =
    properties.getText('syft:metadata:source') ?? properties.getText('syft:metadata:originPackage');
  const version = properties.getText('syft:metadata:sourceVersion');
  if (source === undefined || source === name) {
    return [];
  }
  return [version === undefined ? { name: source } : { name: source, version }];
}

/**
 * Some ecosystems have names of two parts, which documents split in various ways: `@scope` and
 * `name`, or `@scope/name` with the group as well.
 */
function getName(name: string, group: string, type: string, purl: Purl | undefined): string {
  const isNameAlone = purl !== undefined && PURL_TYPES.get(purl.type)?.isNameAlone === true;
  const isWhole = group === '' || name.startsWith(`${group}/`) || JAVA_TYPES.has(type);
  return isWhole || isNameAlone ? name : `${group}/${name}`;
}

const METADATA_PREFIX = 'syft:metadata:';
const EPOCH = /^[0-9]{1,9}$/;

interface MetadataParts {
  readonly component: JsonRecord;
  readonly properties: Properties;
  readonly type: string;
  readonly purl: Purl | undefined;
  /** From the package URL. */
  readonly byPurl: PackageMetadata | undefined;
}

/** Returns the ecosystem data that later stages need. */
function readMetadata(parts: MetadataParts): PackageMetadata | undefined {
  const { component, properties, type, purl, byPurl } = parts;
  const group = getText(component, 'group');
  const isJava = JAVA_TYPES.has(type) && group !== '';
  const kind =
    properties.getText('syft:package:metadataType') ?? byPurl?.kind ?? (isJava ? type : '');
  if (kind === '') {
    return undefined;
  }
  const epoch = properties.getText(`${METADATA_PREFIX}epoch`) ?? purl?.qualifiers?.['epoch'] ?? '';
  const value = {
    ...byPurl?.value,
    ...properties.getTexts(METADATA_PREFIX),
    ...(EPOCH.test(epoch) ? { epoch: Number(epoch) } : {}),
    ...(isJava
      ? { pomProperties: { groupId: group, artifactId: getText(component, 'name') } }
      : {}),
  };
  return { kind, value };
}

const PLACES_MAX = 1_000;

/** From the properties of Syft or Trivy, or from occurrences, which have no layers. */
function readLocations(
  component: JsonRecord,
  properties: Properties,
  byTrivy: readonly Location[],
): readonly Location[] {
  const numbered = readNumberedLocations(properties);
  if (numbered.length > 0 || byTrivy.length > 0) {
    return numbered.length > 0 ? numbered : byTrivy;
  }
  const occurrences = getRecords(getRecord(component, 'evidence') ?? {}, 'occurrences');
  return occurrences.slice(0, PLACES_MAX).flatMap((occurrence) => {
    const path = getGivenText(occurrence, 'location');
    return path === undefined ? [] : [{ path, accessPath: path }];
  });
}

/** Properties number their places from 0. */
function readNumberedLocations(properties: Properties): readonly Location[] {
  const locations: Location[] = [];
  for (let number = 0; number < PLACES_MAX; number++) {
    const prefix = `syft:location:${number}:`;
    const path = properties.getText(`${prefix}path`);
    if (path === undefined) {
      break;
    }
    const layer = properties.getText(`${prefix}layerID`);
    const accessPath = properties.getText(`${prefix}accessPath`) ?? path;
    const evidence = properties.getText(`${prefix}annotations:evidence`);
    locations.push({
      path,
      accessPath,
      ...defined({ layer }),
      ...(evidence === 'primary' || evidence === 'supporting' ? { evidence } : {}),
    });
  }
  return locations;
}

/** Licenses found by evidence are concluded. */
function readLicenses(component: JsonRecord): License[] {
  const concluded = getRecords(getRecord(component, 'evidence') ?? {}, 'licenses');
  return [
    ...getRecords(component, 'licenses').flatMap(readLicense),
    ...concluded.flatMap(readLicense).map((each): License => ({ ...each, kind: 'concluded' })),
  ];
}

/** Each choice is a license by SPDX ID or name, or an expression. */
function readLicense(choice: JsonRecord): License[] {
  const license = getRecord(choice, 'license') ?? {};
  const value =
    getGivenText(license, 'id') ?? getGivenText(license, 'name') ?? getText(choice, 'expression');
  const url = getGivenText(license, 'url');
  const found = toDeclaredLicense(value, {
    locations: [],
    urls: url === undefined ? [] : [url],
  });
  if (found === undefined) {
    return [];
  }
  const isConcluded =
    getText(license, 'acknowledgement') === 'concluded' ||
    getText(choice, 'acknowledgement') === 'concluded';
  return [isConcluded ? { ...found, kind: 'concluded' } : found];
}

/** The field `cpe` holds one CPE; tools write further ones into properties. */
function readCpes(
  component: JsonRecord,
  properties: Properties,
  byPurl: readonly Cpe[],
): readonly Cpe[] {
  const texts = [getText(component, 'cpe'), ...properties.getAll('syft:cpe23')];
  return mergeCpes(parseDeclaredCpes(texts), byPurl);
}

/** Returns whether the component is an object of the given type. */
export function isComponent(component: unknown, type: string): component is JsonRecord {
  return isRecord(component) && getText(component, 'type') === type;
}
