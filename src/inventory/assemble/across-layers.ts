import type { Budget } from '../../foundation/core/budget.ts';
import type { Cataloger, FileView, LayerFacts } from '../../foundation/core/cataloger.ts';
import type { Distro } from '../../foundation/core/distro.ts';
import type {
  ExecutableFacts,
  FileSelection,
  InventoryFile,
  InventoryPackage,
  Relationship,
  Scope,
  SuppressedPackage,
} from '../../foundation/core/inventory.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { MemoryGauge } from '../../foundation/core/memory-gauge.ts';
import type { Problem } from '../../foundation/core/problem.ts';
import type { PublishedArchives } from '../../foundation/core/published-archives.ts';
import { findLayerEntries, resolveDirectoryLinks } from '../../image/view/every-layer.ts';
import { getLayerState } from '../../image/view/layer-state.ts';
import { listVisibleFacts } from '../../image/view/visible-facts.ts';
import { assembleAdditions, type StateParts } from './assemble-state.ts';
import { CoordinateMap, toCoordinate } from './coordinate.ts';
import { deduplicate } from './deduplicate.ts';
import { describeFile, listPackageFiles } from './file-selection.ts';
import { mergeStatesOfPackages } from './package-merge.ts';
import { sortEdges } from './relationship.ts';
import { isPathPresent, VisibilityMarker, withPresentEvidence } from './visibility.ts';

export interface AcrossInput {
  readonly view: FileView;
  readonly layers: readonly LayerFacts[];
  readonly distro: Distro | undefined;
  readonly catalogers: readonly Cataloger<unknown>[];
  readonly scope: Exclude<Scope, 'squashed'>;
  readonly fileSelection: FileSelection;
  readonly limits: Limits;
  /** Budget for all files of the target together. */
  readonly budget: Budget;
  readonly memory?: MemoryGauge | undefined;
  readonly publishedArchives?: PublishedArchives | undefined;
  /** Returns the file system that a process would see if only these layers existed. */
  readonly createLowerView: (layers: readonly LayerFacts[]) => FileView;
  /** Whether the user excluded the path. */
  readonly isExcluded: (path: string) => boolean;
}

/** Parts of an inventory with the files that belong to them. */
export interface PartsWithFiles extends StateParts {
  readonly files: readonly InventoryFile[];
}

/**
 * Adds content of layers that later layers hide. Each layer with a hidden file of interest is
 * assembled as if the image ended with it, so that a database is matched with the files beside it
 * at that time. The topmost state that shows a package determines its data; lower states add
 * further locations. Contents of packages are added for every layer that contains the path.
 */
export function addHiddenContent(top: PartsWithFiles, input: AcrossInput): PartsWithFiles {
  const hidden = listHiddenFacts(input);
  const numbers = findRelevantLayers(hidden, input.layers).toSorted((left, right) => right - left);
  const looked = numbers.slice(0, input.limits.layerStatesMax);
  const news = looked.map((number) =>
    assembleLayerAdditions(number, input, findLinkedFiles(hidden, input.layers)),
  );
  const merged = merge(top, news, input);
  const skipped = numbers.length - looked.length;
  const problems =
    skipped > 0 ? [...merged.problems, createSkippedProblem(skipped)] : merged.problems;
  return { ...merged, problems };
}

interface HiddenFact {
  readonly layer: number;
  readonly row: number;
  readonly linkPath?: string | undefined;
}

/** Facts of the enabled catalogers about files that the view does not show. */
function listHiddenFacts({ view, layers, catalogers }: AcrossInput): HiddenFact[] {
  const visible = new Map(
    catalogers.map(({ id }) => [
      id,
      new Set(listVisibleFacts(view, layers, id).map(({ ref }) => `${ref.layer}:${ref.row}`)),
    ]),
  );
  return layers.flatMap(({ facts }, layer) =>
    facts
      .filter(({ extractor, row }) => visible.get(extractor)?.has(`${layer}:${row}`) === false)
      .map(({ row, linkPath }) => ({ layer, row, linkPath })),
  );
}

/** Returns the layers that contain the files, or the links by which alone they are known. */
function findRelevantLayers(
  hidden: readonly HiddenFact[],
  layers: readonly LayerFacts[],
): readonly number[] {
  const linkPaths = new Set(hidden.flatMap(({ linkPath }) => linkPath ?? []));
  const links = linkPaths.size === 0 ? [] : [...findLayerEntries(layers, linkPaths).values()];
  const files = hidden.filter(({ linkPath }) => linkPath === undefined);
  return [...new Set([...files, ...links.flat()].map(({ layer }) => layer))];
}

/**
 * Returns the coordinates of files that are only found through links; they may be in another layer.
 */
function findLinkedFiles(
  hidden: readonly HiddenFact[],
  layers: readonly LayerFacts[],
): ReadonlySet<string> {
  return new Set(
    hidden
      .filter(({ linkPath }) => linkPath !== undefined)
      .flatMap(({ layer, row }) => {
        const from = layers[layer];
        return from === undefined ? [] : [toCoordinate(from.files.getPath(row), from.diffId)];
      }),
  );
}

function assembleLayerAdditions(
  number: number,
  input: AcrossInput,
  linked: ReadonlySet<string>,
): PartsWithFiles {
  const { distro, catalogers, createLowerView, limits, budget, memory, publishedArchives } = input;
  const { view, layers } = getLayerState(input.layers, number, createLowerView);
  const parts = assembleAdditions(
    { view, layers, distro, catalogers, limits, budget, memory, publishedArchives },
    linked,
  );
  const { files, problems } = listPackageFiles(view, parts, limits);
  return { ...parts, files, problems: [...parts.problems, ...problems] };
}

function merge(
  top: PartsWithFiles,
  news: readonly PartsWithFiles[],
  input: AcrossInput,
): PartsWithFiles {
  const { view, scope } = input;
  const all = [top, ...news];
  const marker = new VisibilityMarker(view);
  const isDeep = scope === 'deep-squashed';
  const { packagesMax } = input.limits;
  const merged = mergeStatesOfPackages(all.flatMap(({ packages }) => packages));
  const marked = merged.slice(0, packagesMax).map((pkg) => marker.markPackage(pkg));
  const visible = new Set(top.packages.map(({ key }) => key));
  const packages = isDeep
    ? marked.filter(({ key }) => visible.has(key)).map(withPresentEvidence(view))
    : marked;
  const edges = all.flatMap(({ relationships }) => relationships).reverse();
  const executables = new CoordinateMap(
    all.toReversed().flatMap((parts) => [...parts.executables]),
  );
  const contents = collectLayerContents({ packages, edges, executables }, input);
  const relationships = sortEdges([...contents.edges, ...edges])
    .filter(createKnownEdgeFilter(packages))
    .map((edge) => marker.markRelationship(edge));
  const everyFile = input.fileSelection === 'all' ? listLayerFiles(input, executables) : [];
  const allFiles = deduplicateFiles([
    ...all.flatMap((parts) => parts.files),
    ...contents.files,
    ...everyFile,
  ]);
  const listed = allFiles.slice(0, input.limits.listedFilesMax);
  const files = listed.map((file) => marker.markFile(file));
  const problems = deduplicateProblems([
    ...all.flatMap((parts) => parts.problems),
    ...(merged.length > packagesMax
      ? [createLimitProblem('packages', merged.length, { packagesMax })]
      : []),
    ...(allFiles.length > files.length
      ? [createLimitProblem('files', allFiles.length, { listedFilesMax: files.length })]
      : []),
  ]);
  const suppressed = mergeSuppressed(all, packages);
  const whole = { packages, relationships, suppressed, executables, files, problems };
  return isDeep ? keepPresentParts(whole, input) : whole;
}

/** Removes duplicates and packages that another state does not suppress. */
function mergeSuppressed(
  all: readonly StateParts[],
  packages: readonly InventoryPackage[],
): readonly SuppressedPackage[] {
  const toPackageIdentity = (one: InventoryPackage | SuppressedPackage): string =>
    `${one.type}\0${one.name}\0${one.version}`;
  const known = new Set(packages.map(toPackageIdentity));
  const suppressed = deduplicate(
    all.flatMap((parts) => parts.suppressed),
    toPackageIdentity,
  );
  return suppressed.filter((one) => !known.has(toPackageIdentity(one)));
}

/** Removes parts at paths that are missing in the view, and parts that then belong to nothing. */
function keepPresentParts(
  parts: PartsWithFiles,
  { view, fileSelection }: AcrossInput,
): PartsWithFiles {
  const relationships = parts.relationships.filter((edge) => isEdgePresent(edge, view));
  const executables = keepPresentExecutables(parts.executables, view);
  const related = new Set(relationships.flatMap(listCoordinates));
  const files = parts.files.filter((file) => {
    const at = toCoordinate(file.path, file.layer);
    const isExecutable = executables.get(file.path, file.layer) !== undefined;
    const isSelected = fileSelection === 'all' || related.has(at) || isExecutable;
    return isSelected && isPathPresent(file, view);
  });
  return { ...parts, relationships, executables, files };
}

function listCoordinates(edge: Relationship): string[] {
  switch (edge.kind) {
    case 'contains-file':
      return [toCoordinate(edge.path, edge.layer)];
    case 'evident-by':
      return [toCoordinate(edge.location.path, edge.location.layer)];
    default:
      return [];
  }
}

interface Contents {
  readonly edges: readonly Relationship[];
  readonly files: readonly InventoryFile[];
}

interface Owned {
  readonly packages: readonly InventoryPackage[];
  readonly edges: readonly Relationship[];
  readonly executables: CoordinateMap<ExecutableFacts>;
}

/** Returns the contents of packages for each layer that contains them. */
function collectLayerContents(owned: Owned, { view, layers }: AcrossInput): Contents {
  const owners = indexOwners(owned, view);
  const entries = [...findLayerEntries(layers, new Set(owners.keys()))].flatMap(([path, refs]) =>
    refs
      .filter(({ layer, row }) => layers[layer]?.files.getType(row) === 'regular')
      .map((ref) => ({ path, ref })),
  );
  return {
    edges: entries.flatMap(({ path, ref }) => {
      const layer = layers[ref.layer]?.diffId;
      const where = layer === undefined ? {} : { layer };
      return [...(owners.get(path) ?? [])].map(
        (from): Relationship => ({ kind: 'contains-file', from, path, ...where }),
      );
    }),
    files: entries.flatMap((file) => describeFile({ layers }, file, owned.executables)),
  };
}

/** Maps real paths to the keys of the packages that installed them. */
function indexOwners(
  { packages, edges }: Owned,
  view: FileView,
): ReadonlyMap<string, ReadonlySet<string>> {
  const owners = new Map<string, Set<string>>();
  const addOwner = (path: string, key: string): void => {
    owners.set(path, (owners.get(path) ?? new Set()).add(key));
  };
  for (const edge of edges) {
    if (edge.kind === 'contains-file') {
      addOwner(edge.path, edge.from);
    }
  }
  for (const { key, ownedFiles } of packages) {
    for (const { path } of ownedFiles) {
      addOwner(resolveDirectoryLinks(view, path), key);
    }
  }
  return owners;
}

function listLayerFiles(
  { layers, view, isExcluded }: AcrossInput,
  executables: CoordinateMap<ExecutableFacts>,
): InventoryFile[] {
  return [...findLayerEntries(layers)].flatMap(([path, refs]) =>
    (isExcluded(path) ? [] : refs).flatMap((ref) =>
      describeFile({ layers }, { path, ref: view.resolveHardLink(ref) }, executables),
    ),
  );
}

function createKnownEdgeFilter(
  packages: readonly InventoryPackage[],
): (edge: Relationship) => boolean {
  const known = new Set(packages.map(({ key }) => key));
  return (edge) => known.has(edge.from) && (!('to' in edge) || known.has(edge.to));
}

function isEdgePresent(edge: Relationship, view: FileView): boolean {
  switch (edge.kind) {
    case 'contains-file':
      return isPathPresent(edge, view);
    case 'evident-by':
      return isPathPresent(edge.location, view);
    default:
      return true;
  }
}

function keepPresentExecutables(
  executables: CoordinateMap<ExecutableFacts>,
  view: FileView,
): CoordinateMap<ExecutableFacts> {
  return new CoordinateMap([...executables].filter((placed) => isPathPresent(placed, view)));
}

/** Keeps the first file of each coordinate. */
function deduplicateFiles(files: readonly InventoryFile[]): InventoryFile[] {
  const byCoordinate = new Map<string, InventoryFile>();
  for (const file of files) {
    const at = toCoordinate(file.path, file.layer);
    if (!byCoordinate.has(at)) {
      byCoordinate.set(at, file);
    }
  }
  return [...byCoordinate.values()];
}

function deduplicateProblems(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function createLimitProblem(what: string, count: number, limit: Partial<Limits>): Problem {
  const [[name, most] = []] = Object.entries(limit);
  return {
    code: 'P_LIMIT',
    message: `all layers together have ${count} ${what}; the limit ${name} allows ${most}`,
  };
}

function createSkippedProblem(count: number): Problem {
  return {
    code: 'P_LIMIT',
    message: `${count} more layers with hidden files were not read: the limit layerStatesMax was exceeded`,
  };
}
