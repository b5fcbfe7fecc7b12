import { compareText } from '../../foundation/core/compare-text.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import type {
  Cpe,
  License,
  Location,
  OwnedFile,
  PackageMetadata,
  PackageSymbols,
  Upstream,
} from '../../foundation/core/package.ts';
import { formatCpe, parseCpe } from '../../foundation/identity/cpe-name/cpe.ts';
import { toSourceRpmUpstreams } from '../../foundation/identity/source-rpm.ts';
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
import { METADATA_MEANINGS, type MetadataMeaning, presentKind } from './metadata.data.ts';
import { CPE_SOURCES } from './vocabulary.data.ts';

/** Reads an artifact as a package; `undefined` if it has no ID or no name. */
export function readArtifact(artifact: JsonRecord): InventoryPackage | undefined {
  const key = getGivenText(artifact, 'id');
  const name = getGivenText(artifact, 'name');
  if (key === undefined || name === undefined) {
    return undefined;
  }
  const locations = getRecords(artifact, 'locations').flatMap(readLocation);
  const { metadata, symbols } = splitSymbols(readMetadata(artifact, locations));
  const meaning = METADATA_MEANINGS.get(metadata?.kind ?? '') ?? {};
  const value = metadata?.value ?? {};
  return {
    key,
    name,
    version: getText(artifact, 'version'),
    type: getText(artifact, 'type'),
    language: getText(artifact, 'language'),
    purl: getText(artifact, 'purl'),
    foundBy: getText(artifact, 'foundBy'),
    rule: 'an artifact in a Syft document',
    confidence: 1,
    locations,
    licenses: getList(artifact, 'licenses').flatMap(readLicense),
    cpes: getList(artifact, 'cpes').flatMap(readCpe),
    upstreams: readUpstreams(name, value, meaning),
    ...readValue('architecture', value, meaning.architecture),
    ...readValue('modularity', value, meaning.modularity, true),
    ownedFiles: readOwnedFiles(value, meaning, locations),
    ...defined({ symbols, metadata }),
  };
}

interface SymbolsApart {
  readonly metadata: PackageMetadata | undefined;
  readonly symbols?: readonly PackageSymbols[];
}

/** The metadata has functions of an executable by import path; here they are a separate member. */
function splitSymbols(metadata: PackageMetadata | undefined): SymbolsApart {
  const byPath = getRecord(metadata?.value ?? {}, 'symbols');
  if (metadata === undefined || byPath === undefined) {
    return { metadata };
  }
  const { symbols: _, ...value } = metadata.value;
  const symbols = Object.keys(byPath)
    .sort(compareText)
    .map((path) => ({ path, symbols: getTexts(byPath, path) }));
  return { metadata: { kind: metadata.kind, value }, symbols };
}

function readLocation(record: JsonRecord): Location[] {
  const path = getGivenText(record, 'path');
  if (path === undefined) {
    return [];
  }
  const layer = getGivenText(record, 'layerID');
  const { evidence, visible } = getRecord(record, 'annotations') ?? {};
  return [
    {
      path,
      accessPath: getGivenText(record, 'accessPath') ?? getGivenText(record, 'virtualPath') ?? path,
      ...defined({ layer }),
      ...(evidence === 'primary' || evidence === 'supporting' ? { evidence } : {}),
      ...(visible === 'true' || visible === 'false' ? { isVisible: visible === 'true' } : {}),
    },
  ];
}

/** Documents before schema 8 only have the license's text. */
function readLicense(license: unknown): License[] {
  if (typeof license === 'string') {
    return [{ value: license, expression: '', kind: 'declared', urls: [], locations: [] }];
  }
  if (!isRecord(license)) {
    return [];
  }
  const contents = getGivenText(license, 'contents');
  return [
    {
      value: getText(license, 'value'),
      expression: getText(license, 'spdxExpression'),
      kind: getText(license, 'type') === 'concluded' ? 'concluded' : 'declared',
      urls: getTexts(license, 'urls'),
      locations: getRecords(license, 'locations').flatMap(readLocation),
      ...defined({ contents }),
    },
  ];
}

/** Documents before schema 16.0.4 only have the name. A malformed name is ignored. */
function readCpe(cpe: unknown): Cpe[] {
  const record = isRecord(cpe) ? cpe : { cpe };
  const name = parseCpe(getText(record, 'cpe'));
  const source = CPE_SOURCES.values.get(getText(record, 'source')) ?? 'declared';
  return name === undefined ? [] : [{ cpe: formatCpe(name), source }];
}

function readMetadata(
  artifact: JsonRecord,
  locations: readonly Location[],
): PackageMetadata | undefined {
  const kind = getGivenText(artifact, 'metadataType');
  const value = getRecord(artifact, 'metadata');
  if (kind === undefined || value === undefined) {
    return undefined;
  }
  const paths = locations.map(({ path }) => path);
  return { kind: presentKind(kind, paths), value };
}

function readUpstreams(
  name: string,
  value: JsonRecord,
  { source, sourceRpm }: MetadataMeaning,
): readonly Upstream[] {
  if (sourceRpm !== undefined) {
    return toSourceRpmUpstreams(name, getText(value, sourceRpm));
  }
  const sourceName = source === undefined ? undefined : getGivenText(value, source.name);
  if (source === undefined || sourceName === undefined) {
    return [];
  }
  const version = source.version === undefined ? undefined : getGivenText(value, source.version);
  return [version === undefined ? { name: sourceName } : { name: sourceName, version }];
}

/** A member that metadata may have; `isEmptyTelling`: an empty string is meaningful. */
function readValue<Name extends 'architecture' | 'modularity'>(
  name: Name,
  value: JsonRecord,
  member: string | undefined,
  isEmptyTelling = false,
): Partial<Record<Name, string>> {
  const found = member === undefined ? undefined : value[member];
  const isWritten = typeof found === 'string' && (found !== '' || isEmptyTelling);
  return isWritten ? ({ [name]: found } as Partial<Record<Name, string>>) : {};
}

/** Records are maps, or the paths themselves in old documents. */
function readOwnedFiles(
  value: JsonRecord,
  { files, databasePaths = [] }: MetadataMeaning,
  locations: readonly Location[],
): readonly OwnedFile[] {
  if (files === undefined) {
    return [];
  }
  const root = findRoot(databasePaths, locations);
  return getList(value, files).flatMap((file) => {
    const path = isRecord(file) ? getGivenText(file, 'path') : file;
    return typeof path === 'string' && path !== '' ? [{ path: root + path }] : [];
  });
}

/** One database path may be the end of another: the longest match counts. */
function findRoot(databasePaths: readonly string[], locations: readonly Location[]): string {
  for (const { path } of locations) {
    const roots = databasePaths
      .map((databasePath) => path.lastIndexOf(databasePath))
      .filter((at) => at >= 0);
    if (roots.length > 0) {
      return path.slice(0, Math.min(...roots));
    }
  }
  return '';
}
