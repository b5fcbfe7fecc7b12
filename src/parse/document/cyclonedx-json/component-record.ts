import type { InventoryPackage } from '../../../core/inventory.ts';
import type { Cpe, License, Location, PackageMetadata } from '../../../core/package.ts';
import { formatCpe, parseCpe } from '../../cpe/cpe.ts';
import { givenText, type JsonRecord, recordIn, recordsIn, textIn } from '../../json/member.ts';
import { declaredLicense } from '../../license/license.ts';
import { PURL_TYPES } from '../../purl/package-type.data.ts';
import { parsePurl } from '../../purl/parse-purl.ts';
import type { Purl } from '../../purl/purl.ts';
import { packageOfPurl } from '../../purl/purl-package.ts';
import type { OwnPackage, OwnProperties } from '../../sbom/own-properties.ts';
import { type Properties, propertiesOfRecord } from '../../sbom/property.ts';
import { isRecord } from '../../text/json.ts';

/** Kinds of components that are software with a version; others are places, data and devices. */
const PACKAGE_TYPES: ReadonlySet<string> = new Set([
  'application',
  'firmware',
  'framework',
  'library',
  'machine-learning-model',
  'platform',
]);

/** What has no type is a library: documents before 1.4 have been seen without. */
export function isPackageComponent(component: JsonRecord): boolean {
  return PACKAGE_TYPES.has(givenText(component, 'type') ?? 'library');
}

/** Types whose group is a part of the coordinates and not of the name. */
const JAVA_TYPES: ReadonlySet<string> = new Set(['java-archive', 'jenkins-plugin']);
const UNKNOWN_TYPE = 'UnknownPackage';

export interface ComponentPackage {
  readonly package: InventoryPackage;
  /** Absent where another program wrote the component. */
  readonly own?: OwnPackage;
}

export interface ComponentContext {
  readonly ownProperties: OwnProperties;
  /** Names a component that has no reference. */
  readonly number: string;
}

/** `undefined` where the component has no name. What our own properties tell counts most. */
export function packageOfComponent(
  component: JsonRecord,
  { ownProperties, number }: ComponentContext,
): ComponentPackage | undefined {
  const told = toldPackage(component, number);
  const own = told && ownProperties.packageOf(propertiesOfRecord(component));
  if (told === undefined || own === undefined) {
    return told && { package: told };
  }
  return { package: { ...told, ...own.members, name: textIn(component, 'name') }, own };
}

function toldPackage(component: JsonRecord, number: string): InventoryPackage | undefined {
  const ownName = givenText(component, 'name');
  if (ownName === undefined) {
    return undefined;
  }
  const reference = givenText(component, 'bom-ref');
  const written = givenText(component, 'purl') ?? reference ?? '';
  const purl = parsePurl(written);
  const told = purl === undefined ? undefined : packageOfPurl(purl);
  const properties = propertiesOfRecord(component);
  const type = properties.text('syft:package:type') ?? told?.type ?? UNKNOWN_TYPE;
  const group = textIn(component, 'group');
  const modularity = properties.text('syft:metadata:modularityLabel', true) ?? told?.modularity;
  const architecture = told?.architecture ?? properties.text('syft:metadata:architecture');
  const metadata = metadataOf({ component, properties, type, purl, told: told?.metadata });
  return {
    key: reference ?? number,
    name: nameOf(ownName, group, type, purl),
    version: givenText(component, 'version') ?? told?.version ?? '',
    type,
    language: properties.text('syft:package:language') ?? told?.language ?? '',
    purl: purl === undefined ? '' : written,
    foundBy: properties.text('syft:package:foundBy') ?? '',
    rule: 'a component of a CycloneDX document',
    confidence: 1,
    locations: locationsOf(properties),
    licenses: recordsIn(component, 'licenses').flatMap(licenseOf),
    cpes: cpesOf(component, properties, told?.cpes ?? []),
    upstreams: told?.upstreams ?? [],
    ...(architecture === undefined ? {} : { architecture }),
    ...(modularity === undefined ? {} : { modularity }),
    ownedFiles: [],
    ...(metadata === undefined ? {} : { metadata }),
  };
}

/**
 * Some ecosystems have names of two parts, which documents split as they like: `@scope` and `name`,
 * or `@scope/name` with the group besides.
 */
function nameOf(name: string, group: string, type: string, purl: Purl | undefined): string {
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
  /** By the package URL. */
  readonly told: PackageMetadata | undefined;
}

/** What later stages need of an ecosystem's own data. */
function metadataOf(parts: MetadataParts): PackageMetadata | undefined {
  const { component, properties, type, purl, told } = parts;
  const group = textIn(component, 'group');
  const isJava = JAVA_TYPES.has(type) && group !== '';
  const kind = properties.text('syft:package:metadataType') ?? told?.kind ?? (isJava ? type : '');
  const epoch = properties.text(`${METADATA_PREFIX}epoch`) ?? purl?.qualifiers?.['epoch'] ?? '';
  const value = {
    ...told?.value,
    ...properties.texts(METADATA_PREFIX),
    ...(EPOCH.test(epoch) ? { epoch: Number(epoch) } : {}),
    ...(isJava ? { pomProperties: { groupId: group, artifactId: textIn(component, 'name') } } : {}),
  };
  return kind === '' ? undefined : { kind, value };
}

const PLACES_MAX = 1_000;

/** Properties have their places numbered from 0. */
function locationsOf(properties: Properties): readonly Location[] {
  const locations: Location[] = [];
  for (let number = 0; number < PLACES_MAX; number++) {
    const prefix = `syft:location:${number}:`;
    const path = properties.text(`${prefix}path`);
    if (path === undefined) {
      break;
    }
    const layer = properties.text(`${prefix}layerID`);
    const accessPath = properties.text(`${prefix}accessPath`) ?? path;
    const evidence = properties.text(`${prefix}annotations:evidence`);
    locations.push({
      path,
      accessPath,
      ...(layer === undefined ? {} : { layer }),
      ...(evidence === 'primary' || evidence === 'supporting' ? { evidence } : {}),
    });
  }
  return locations;
}

/** Each choice is a licence by its SPDX id or a name, or an expression. */
function licenseOf(choice: JsonRecord): License[] {
  const license = recordIn(choice, 'license') ?? {};
  const value =
    givenText(license, 'id') ?? givenText(license, 'name') ?? textIn(choice, 'expression');
  const url = givenText(license, 'url');
  const found = declaredLicense(value, {
    locations: [],
    urls: url === undefined ? [] : [url],
  });
  if (found === undefined) {
    return [];
  }
  const isConcluded =
    textIn(license, 'acknowledgement') === 'concluded' ||
    textIn(choice, 'acknowledgement') === 'concluded';
  return [isConcluded ? { ...found, kind: 'concluded' } : found];
}

/** The field holds one; tools that know several write the rest into properties. */
function cpesOf(
  component: JsonRecord,
  properties: Properties,
  told: readonly Cpe[],
): readonly Cpe[] {
  const names = [textIn(component, 'cpe'), ...properties.all('syft:cpe23')];
  const written = names.flatMap((text): Cpe[] => {
    const name = parseCpe(text);
    return name === undefined ? [] : [{ cpe: formatCpe(name), source: 'declared' }];
  });
  return [...new Map([...written, ...told].map((each) => [each.cpe, each])).values()];
}

/** Whether the component is a record that says of itself to be of a kind. */
export function isComponentOf(component: unknown, type: string): component is JsonRecord {
  return isRecord(component) && textIn(component, 'type') === type;
}
