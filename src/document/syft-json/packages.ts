import { compareText } from '../../foundation/core/compare-text.ts';
import type { Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';
import type { License, Location } from '../../foundation/core/package.ts';
import { type CompareCoordinates, createCoordinateOrder } from './layer-order.ts';
import { CPE_SOURCES } from './vocabulary.data.ts';

const UNKNOWN_VERSION = 'UNKNOWN';

const EVIDENCE_ORDER = ['primary', 'supporting', undefined];

/**
 * The artifacts by name, version, type and location, in Syft's order.
 *
 * `isParity`: an unknown version is Syft's word for it.
 */
export function* createPackageModels(inventory: Inventory, isParity: boolean): Iterable<object> {
  const compare = createCoordinateOrder(inventory);
  const aliases = mapAliases(inventory);
  for (const pkg of inventory.packages.toSorted(comparePackages)) {
    const published = isParity ? toPeerForm(pkg) : withSymbols(pkg);
    yield createPackageModel(published, aliases.get(pkg.foundBy) ?? pkg.foundBy, compare);
  }
}

function toPeerForm(pkg: InventoryPackage): InventoryPackage {
  return pkg.version === '' ? { ...pkg, version: UNKNOWN_VERSION } : pkg;
}

/** The schema has a member for the functions of an executable, which Syft only fills on request. */
function withSymbols(pkg: InventoryPackage): InventoryPackage {
  const { metadata, symbols } = pkg;
  if (metadata === undefined || symbols === undefined) {
    return pkg;
  }
  const byPath = Object.fromEntries(symbols.map((each) => [each.path, each.symbols]));
  return { ...pkg, metadata: { ...metadata, value: { ...metadata.value, symbols: byPath } } };
}

/** Returns the catalogers that ran by their names in Syft. */
export function listAliases(inventory: Inventory): string[] {
  return [...new Set(inventory.catalogers.map(({ alias }) => alias))].sort(compareText);
}

export function mapAliases(inventory: Inventory): ReadonlyMap<string, string> {
  return new Map(inventory.catalogers.map(({ id, alias }) => [id, alias]));
}

function comparePackages(left: InventoryPackage, right: InventoryPackage): number {
  return (
    compareText(left.name, right.name) ||
    compareText(left.version, right.version) ||
    compareText(left.type, right.type) ||
    comparePlaces(left.locations, right.locations) ||
    compareText(left.key, right.key)
  );
}

function comparePlaces(left: readonly Location[], right: readonly Location[]): number {
  for (const [index, location] of left.entries()) {
    const other = right[index];
    const order = other === undefined ? 1 : compareText(location.path, other.path);
    if (order !== 0) {
      return order;
    }
  }
  return left.length - right.length;
}

function createPackageModel(
  pkg: InventoryPackage,
  foundBy: string,
  compare: CompareCoordinates,
): object {
  return {
    id: pkg.key,
    name: pkg.name,
    version: pkg.version,
    type: pkg.type,
    foundBy,
    locations: createLocationModels(pkg.locations, compare),
    licenses: createLicenseModels(pkg.licenses, compare),
    language: pkg.language,
    cpes: pkg.cpes.map(({ cpe, source }) => ({ cpe, source: CPE_SOURCES.words.get(source) })),
    purl: pkg.purl,
    metadataType: pkg.metadata?.kind,
    metadata: pkg.metadata?.value,
  };
}

function createLocationModels(
  locations: readonly Location[],
  compare: CompareCoordinates,
): object[] {
  const rank = (location: Location): number => EVIDENCE_ORDER.indexOf(location.evidence);
  return locations
    .toSorted(
      (left, right) =>
        rank(left) - rank(right) ||
        compare(
          { path: left.accessPath, layer: left.layer },
          { path: right.accessPath, layer: right.layer },
        ) ||
        compareText(left.path, right.path),
    )
    .map((location) => ({
      path: location.path,
      layerID: location.layer,
      accessPath: location.accessPath,
      annotations: readAnnotations(location),
    }));
}

function readAnnotations({ evidence, isVisible }: Location): object | undefined {
  return evidence === undefined && isVisible === undefined
    ? undefined
    : { evidence, visible: isVisible === undefined ? undefined : String(isVisible) };
}

function createLicenseModels(licenses: readonly License[], compare: CompareCoordinates): object[] {
  return licenses
    .toSorted(
      (left, right) =>
        compareText(left.value, right.value) ||
        compareText(left.expression, right.expression) ||
        compareText(left.kind, right.kind),
    )
    .map((license) => ({
      value: license.value,
      spdxExpression: license.expression,
      type: license.kind,
      urls: license.urls,
      locations: createLocationModels(license.locations, compare),
      contents: license.contents,
    }));
}
