import { defined } from '../../foundation/core/defined.ts';
import type { Distro } from '../../foundation/core/distro.ts';
import type { DocumentContent, ReadDocumentOptions } from '../../foundation/core/document.ts';
import type { Relationship } from '../../foundation/core/inventory.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { Location } from '../../foundation/core/package.ts';
import { parsePurl } from '../../foundation/identity/purl/parse-purl.ts';
import { findSystem, findTitledSystem } from '../../foundation/identity/purl/system-name.ts';
import { DocumentProblems, readRecords } from '../../foundation/syntax/json/document-records.ts';
import {
  boundEdges,
  createContainmentEdges,
  createEvidenceEdges,
  createOwnershipEdges,
} from '../sbom/document-edge.ts';
import type { OwnProperties } from '../sbom/own-properties.ts';
import { createProperties } from '../sbom/property.ts';
import type { ReadPackage } from '../sbom/read-package.ts';
import { getLayerSystem, isSoftware, isSystem, readSpdxPackage } from './package-record.ts';
import type { SpdxDocument, SpdxFile, SpdxPackage, SpdxRelationship } from './spdx-document.ts';

export interface ReadSpdxOptions extends ReadDocumentOptions {
  /** ID of the reader, for its problems. */
  readonly reader: string;
  readonly ownProperties: OwnProperties;
}

/** Reads the contents of a document. */
export function readSpdx(document: SpdxDocument, options: ReadSpdxOptions): DocumentContent {
  const { limits, description, ownProperties, reader } = options;
  const problems = new DocumentProblems(reader, limits);
  const read = indexRecords(document, { limits, problems });
  const root = read.packages.find(({ properties }) => properties.getText('plimsoll:target:kind'));
  const own = ownProperties.readInventory(
    root?.properties ?? createProperties([]),
    root?.name ?? '',
  );
  own.problems.forEach((problem) => problems.addProblem(problem));
  problems.addNotListed(own.problemsNotListed);
  const found = readPackages(read, ownProperties);
  const packages = found.map((one) => one.package);
  const { name } = document;
  return {
    inventory: {
      target: own.target ?? (name === '' ? description : { ...description, name }),
      distro: findDistro(read.packages, ownProperties),
      packages,
      files: [...own.files.values()],
      relationships: [
        ...findRelatedEdges(found, read.relationships),
        ...createEvidenceEdges(packages),
        ...createOwnershipEdges(found),
        ...createContainmentEdges(found, own.files, { limits, problems }),
      ],
      problems: problems.listed,
      problemsNotListed: problems.notListed,
      catalogers: own.catalogers,
      ...defined({ fileSummary: own.fileSummary }),
      layerBytes: own.layerBytes,
      scope: own.scope ?? 'squashed',
    },
    keys: 'document',
    ...(document.about && {
      about: { ...document.about, ...defined({ declaresUnknowns: own.declaresUnknowns }) },
    }),
    ...defined({ countOmitted: document.countOmitted }),
  };
}

interface SpdxRecords {
  readonly packages: readonly SpdxPackage[];
  readonly files: ReadonlyMap<string, SpdxFile>;
  readonly relationships: readonly SpdxRelationship[];
}

/** If several packages have the same ID, the first one counts. */
function indexRecords(
  document: SpdxDocument,
  context: { readonly limits: Limits; readonly problems: DocumentProblems },
): SpdxRecords {
  const ids = new Set<string>();
  const packages = readRecords(document.packages, {
    noun: 'package',
    limit: 'documentPackagesMax',
    ...context,
    read: (record) => {
      const pkg = document.readPackage(record);
      if (pkg === undefined || ids.has(pkg.id)) {
        return undefined;
      }
      ids.add(pkg.id);
      return pkg;
    },
  });
  const files = readRecords(document.files, {
    noun: 'file',
    ...context,
    read: (record) => document.readFile(record),
  });
  const relationships = readRecords(document.relationships, {
    noun: 'relationship',
    ...context,
    read: (record) => document.readRelationship(record),
  });
  return {
    packages: packages.flatMap((pkg) => splitByPurl(pkg, context.problems)),
    files: new Map(files.map((file) => [file.id, file])),
    relationships: boundEdges(listEdges(relationships), context),
  };
}

/** Every package URL counts: nothing shows which one is right. */
function splitByPurl(pkg: SpdxPackage, problems: DocumentProblems): SpdxPackage[] {
  const { id, name, otherPurls } = pkg;
  if (otherPurls.length > 0) {
    problems.note('P_RECORD', `the package "${name}" has several package URLs: all are matched`);
  }
  const others = otherPurls.map((purl): SpdxPackage => {
    const own = parsePurl(purl);
    return {
      ...pkg,
      id: `${id} ${purl}`,
      purl,
      name: own?.name ?? name,
      version: own?.version ?? '',
    };
  });
  return [pkg, ...others];
}

function* listEdges(records: readonly Iterable<SpdxRelationship>[]): Generator<SpdxRelationship> {
  for (const edges of records) {
    yield* edges;
  }
}

/** Marks the edge to a file as evidence of the package, as Syft does. */
const EVIDENCE = 'evident-by';

function readPackages(read: SpdxRecords, ownProperties: OwnProperties): ReadPackage[] {
  const described = new Set<string>();
  const locations = new Map<string, Location[]>();
  const ownedPaths = new Map<string, string[]>();
  const sources = findSources(read);
  const sourceIds = new Set([...sources.values()].map(({ id }) => id));
  for (const { kind, from, to, comment } of read.relationships) {
    const file = read.files.get(to);
    if (kind === 'describes') {
      described.add(to);
    } else if (file !== undefined && kind === 'contains') {
      append(ownedPaths, from, file.path);
    } else if (file !== undefined && kind === 'other' && comment.startsWith(EVIDENCE)) {
      append(locations, from, readPlace(file));
    }
  }
  return read.packages
    .filter((pkg) => isSoftware(pkg, described.has(pkg.id)) && !isSourceAlone(pkg, sourceIds))
    .map((pkg) =>
      readSpdxPackage(pkg, {
        ownProperties,
        locations: locations.get(pkg.id) ?? [],
        ownedPaths: ownedPaths.get(pkg.id) ?? [],
        source: sources.get(pkg.id),
      }),
    );
}

/** Types of packages whose advisories name the source package. */
const BUILT_TYPES: ReadonlySet<string> = new Set(['apk', 'deb', 'rpm']);

/**
 * Returns the source packages by the IDs of the packages that were generated from them. Docker
 * Scout lists sources as packages of the same type, Tern without a package URL.
 */
function findSources({ packages, relationships }: SpdxRecords): ReadonlyMap<string, SpdxPackage> {
  const edges = relationships.filter(({ kind }) => kind === 'generated-from');
  if (edges.length === 0) {
    return new Map();
  }
  const byId = new Map(packages.map((pkg) => [pkg.id, pkg]));
  const getType = (id: string): string => parsePurl(byId.get(id)?.purl ?? '')?.type ?? '';
  const sources = new Map<string, SpdxPackage>();
  for (const { from, to } of edges) {
    const source = byId.get(to);
    const type = getType(from);
    const isSource = source?.purl === '' || getType(to) === type;
    if (source !== undefined && BUILT_TYPES.has(type) && isSource) {
      sources.set(from, source);
    }
  }
  return sources;
}

/** An element that only stands for the source of other packages is not installed. */
function isSourceAlone({ id, purl, cpes }: SpdxPackage, sourceIds: ReadonlySet<string>): boolean {
  return purl === '' && cpes.length === 0 && sourceIds.has(id);
}

function readPlace({ path, layer }: SpdxFile): Location {
  return { path, accessPath: path, ...defined({ layer }) };
}

function append<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) {
    lists.set(key, [value]);
  } else {
    list.push(value);
  }
}

/** Marks an edge as ownership by files of another package's record, as Syft and we do. */
const OWNERSHIP = 'ownership-by-file-overlap';

/** Edges between packages. For packages that we wrote, properties define ownership. */
function findRelatedEdges(
  found: readonly ReadPackage[],
  relationships: readonly SpdxRelationship[],
): Relationship[] {
  const isOursById = new Map(found.map(({ package: { key }, own }) => [key, own !== undefined]));
  return relationships.flatMap(({ kind, from, to, comment }): Relationship[] => {
    if (!isOursById.has(from) || !isOursById.has(to) || from === to) {
      return [];
    }
    if (kind === 'dependency-of') {
      return [{ kind, from, to }];
    }
    const isOwnership = kind === 'other' && comment.startsWith(OWNERSHIP);
    return isOwnership && isOursById.get(from) === false
      ? [{ kind: 'owns-package', from, to, paths: [] }]
      : [];
  });
}

/** Returns the operating system of the first such package, or of the first layer that has one. */
function findDistro(
  packages: readonly SpdxPackage[],
  ownProperties: OwnProperties,
): Distro | undefined {
  for (const pkg of packages.filter(isSystem)) {
    const found = ownProperties.readDistro(pkg.properties) ?? findSystem(pkg.name, pkg.version);
    if (found !== undefined) {
      return found;
    }
  }
  const title = packages.flatMap((pkg) => getLayerSystem(pkg) ?? [])[0];
  return findTitledSystem(title ?? '');
}
