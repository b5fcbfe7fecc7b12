import { compareText } from '../../core/compare-text.ts';
import type { InventoryPackage } from '../../core/inventory.ts';
import type {
  Cpe,
  License,
  Location,
  OwnedFile,
  PackageMetadata,
  PackageSymbols,
  Upstream,
} from '../../core/package.ts';
import { formatCpe, parseCpe } from '../../identity/cpe-name/cpe.ts';
import { upstreamsOfSourceRpm } from '../../identity/source-rpm.ts';
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
import { METADATA_MEANINGS, type MetadataMeaning, presentKind } from './metadata.data.ts';

/** Reads an artifact as a package; `undefined` if it has no ID or no name. */
export function packageOfArtifact(artifact: JsonRecord): InventoryPackage | undefined {
  const key = givenText(artifact, 'id');
  const name = givenText(artifact, 'name');
  if (key === undefined || name === undefined) {
    return undefined;
  }
  const locations = recordsIn(artifact, 'locations').flatMap(locationOf);
  const { metadata, symbols } = withoutSymbols(metadataOf(artifact, locations));
  const meaning = METADATA_MEANINGS.get(metadata?.kind ?? '') ?? {};
  const value = metadata?.value ?? {};
  return {
    key,
    name,
    version: textIn(artifact, 'version'),
    type: textIn(artifact, 'type'),
    language: textIn(artifact, 'language'),
    purl: textIn(artifact, 'purl'),
    foundBy: textIn(artifact, 'foundBy'),
    rule: 'an artifact in a Syft document',
    confidence: 1,
    locations,
    licenses: listIn(artifact, 'licenses').flatMap(licenseOf),
    cpes: listIn(artifact, 'cpes').flatMap(cpeOf),
    upstreams: upstreamsOf(name, value, meaning),
    ...valueOf('architecture', value, meaning.architecture),
    ...valueOf('modularity', value, meaning.modularity, true),
    ownedFiles: ownedFilesOf(value, meaning, locations),
    ...(symbols === undefined ? {} : { symbols }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

interface SymbolsApart {
  readonly metadata: PackageMetadata | undefined;
  readonly symbols?: readonly PackageSymbols[];
}

/** The metadata has functions of an executable by import path; here they are a separate member. */
function withoutSymbols(metadata: PackageMetadata | undefined): SymbolsApart {
  const byPath = recordIn(metadata?.value ?? {}, 'symbols');
  if (metadata === undefined || byPath === undefined) {
    return { metadata };
  }
  const { symbols: _, ...value } = metadata.value;
  const symbols = Object.keys(byPath)
    .sort(compareText)
    .map((path) => ({ path, symbols: textsIn(byPath, path) }));
  return { metadata: { kind: metadata.kind, value }, symbols };
}

function locationOf(record: JsonRecord): Location[] {
  const path = givenText(record, 'path');
  if (path === undefined) {
    return [];
  }
  const layer = givenText(record, 'layerID');
  const { evidence, visible } = recordIn(record, 'annotations') ?? {};
  return [
    {
      path,
      accessPath: givenText(record, 'accessPath') ?? givenText(record, 'virtualPath') ?? path,
      ...(layer === undefined ? {} : { layer }),
      ...(evidence === 'primary' || evidence === 'supporting' ? { evidence } : {}),
      ...(visible === 'true' || visible === 'false' ? { isVisible: visible === 'true' } : {}),
    },
  ];
}

/** Documents before schema 8 only have the license's text. */
function licenseOf(license: unknown): License[] {
  if (typeof license === 'string') {
    return [{ value: license, expression: '', kind: 'declared', urls: [], locations: [] }];
  }
  if (!isRecord(license)) {
    return [];
  }
  const contents = givenText(license, 'contents');
  return [
    {
      value: textIn(license, 'value'),
      expression: textIn(license, 'spdxExpression'),
      kind: textIn(license, 'type') === 'concluded' ? 'concluded' : 'declared',
      urls: textsIn(license, 'urls'),
      locations: recordsIn(license, 'locations').flatMap(locationOf),
      ...(contents === undefined ? {} : { contents }),
    },
  ];
}

const CPE_SOURCES: ReadonlyMap<string, Cpe['source']> = new Map([
  ['', 'generated'],
  ['syft-generated', 'generated'],
  ['nvd-cpe-dictionary', 'dictionary'],
]);

/** Documents before schema 16.0.4 only have the name. A malformed name is ignored. */
function cpeOf(cpe: unknown): Cpe[] {
  const record = isRecord(cpe) ? cpe : { cpe };
  const name = parseCpe(textIn(record, 'cpe'));
  const source = CPE_SOURCES.get(textIn(record, 'source')) ?? 'declared';
  return name === undefined ? [] : [{ cpe: formatCpe(name), source }];
}

function metadataOf(
  artifact: JsonRecord,
  locations: readonly Location[],
): PackageMetadata | undefined {
  const kind = givenText(artifact, 'metadataType');
  const value = recordIn(artifact, 'metadata');
  if (kind === undefined || value === undefined) {
    return undefined;
  }
  const paths = locations.map(({ path }) => path);
  return { kind: presentKind(kind, paths), value };
}

function upstreamsOf(
  name: string,
  value: JsonRecord,
  { source, sourceRpm }: MetadataMeaning,
): readonly Upstream[] {
  if (sourceRpm !== undefined) {
    return upstreamsOfSourceRpm(name, textIn(value, sourceRpm));
  }
  const sourceName = source === undefined ? undefined : givenText(value, source.name);
  if (source === undefined || sourceName === undefined) {
    return [];
  }
  const version = source.version === undefined ? undefined : givenText(value, source.version);
  return [version === undefined ? { name: sourceName } : { name: sourceName, version }];
}

/** A member that metadata may have; `isEmptyTelling`: an empty string is meaningful. */
function valueOf<Name extends 'architecture' | 'modularity'>(
  name: Name,
  value: JsonRecord,
  member: string | undefined,
  isEmptyTelling = false,
): Partial<Record<Name, string>> {
  const found = member === undefined ? undefined : value[member];
  const isTold = typeof found === 'string' && (found !== '' || isEmptyTelling);
  return isTold ? ({ [name]: found } as Partial<Record<Name, string>>) : {};
}

/** Records are maps, or the paths themselves in old documents. */
function ownedFilesOf(
  value: JsonRecord,
  { files, databasePaths = [] }: MetadataMeaning,
  locations: readonly Location[],
): readonly OwnedFile[] {
  if (files === undefined) {
    return [];
  }
  const root = rootOf(databasePaths, locations);
  return listIn(value, files).flatMap((file) => {
    const path = isRecord(file) ? givenText(file, 'path') : file;
    return typeof path === 'string' && path !== '' ? [{ path: root + path }] : [];
  });
}

/** One database path may be the end of another: the longest match counts. */
function rootOf(databasePaths: readonly string[], locations: readonly Location[]): string {
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
