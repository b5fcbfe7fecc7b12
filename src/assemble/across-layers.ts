import type { Budget } from '../core/budget.ts';
import type { Cataloger, FileView, LayerFacts } from '../core/cataloger.ts';
import type { Distro } from '../core/distro.ts';
import type {
  ExecutableFacts,
  FileSelection,
  InventoryFile,
  InventoryPackage,
  Relationship,
  Scope,
  SuppressedPackage,
} from '../core/inventory.ts';
import type { Limits } from '../core/limits.ts';
import type { MemoryGauge } from '../core/memory-gauge.ts';
import type { Problem } from '../core/problem.ts';
import type { PublishedArchives } from '../core/published-archives.ts';
import { behindFolderLinks, entriesOfEveryLayer } from '../view/every-layer.ts';
import { stateOf } from '../view/layer-state.ts';
import { visibleFacts } from '../view/visible-facts.ts';
import { assembleNews, type StateParts } from './assemble-state.ts';
import { CoordinateMap, coordinateOf } from './coordinate.ts';
import { distinct } from './distinct.ts';
import { describeFile, filesOfPackages } from './file-selection.ts';
import { mergeStatesOfPackages } from './package-merge.ts';
import { inOrderOfEdges } from './relationship.ts';
import { isPathPresent, VisibilityMarker, withPresentEvidence } from './visibility.ts';

export interface AcrossInput {
  readonly view: FileView;
  readonly layers: readonly LayerFacts[];
  readonly distro: Distro | undefined;
  readonly catalogers: readonly Cataloger<unknown>[];
  readonly scope: Exclude<Scope, 'squashed'>;
  readonly fileSelection: FileSelection;
  readonly limits: Limits;
  /** What the files of the target may take together. */
  readonly budget: Budget;
  readonly memory?: MemoryGauge | undefined;
  readonly publishedArchives?: PublishedArchives | undefined;
  /** What a process would see of fewer layers. */
  readonly viewOf: (layers: readonly LayerFacts[]) => FileView;
  /** Paths that the user does not want to see. */
  readonly isExcluded: (path: string) => boolean;
}

/** Parts of an inventory with the files that belong to them. */
export interface PartsWithFiles extends StateParts {
  readonly files: readonly InventoryFile[];
}

/**
 * Adds to what is visible what the layers hold that later ones hide. Each layer with a hidden file
 * of interest is looked at as if the image ended with it, so that a database finds the files which
 * lay beside it then. What is said of a package is the word of the topmost state that shows it;
 * lower ones add where else it was seen. Contents of packages are added in every layer that has the
 * path.
 */
export function acrossLayers(top: PartsWithFiles, input: AcrossInput): PartsWithFiles {
  const hidden = hiddenFacts(input);
  const numbers = layersToLookAt(hidden, input.layers).toSorted((left, right) => right - left);
  const looked = numbers.slice(0, input.limits.layerStatesMax);
  const news = looked.map((number) => newsOf(number, input, linkedFiles(hidden, input.layers)));
  const merged = merge(top, news, input);
  const skipped = numbers.length - looked.length;
  const problems = skipped > 0 ? [...merged.problems, skippedStates(skipped)] : merged.problems;
  return { ...merged, problems };
}

interface HiddenFact {
  readonly layer: number;
  readonly row: number;
  readonly linkPath?: string | undefined;
}

/** Facts of the catalogers that run about files which the view does not show. */
function hiddenFacts({ view, layers, catalogers }: AcrossInput): HiddenFact[] {
  const visible = new Map(
    catalogers.map(({ id }) => [
      id,
      new Set(visibleFacts(view, layers, id).map(({ ref }) => `${ref.layer}:${ref.row}`)),
    ]),
  );
  return layers.flatMap(({ facts }, layer) =>
    facts
      .filter(({ extractor, row }) => visible.get(extractor)?.has(`${layer}:${row}`) === false)
      .map(({ row, linkPath }) => ({ layer, row, linkPath })),
  );
}

/** The layers that hold the files, or the links by which alone they are known. */
function layersToLookAt(
  hidden: readonly HiddenFact[],
  layers: readonly LayerFacts[],
): readonly number[] {
  const linkPaths = new Set(hidden.flatMap(({ linkPath }) => linkPath ?? []));
  const links = linkPaths.size === 0 ? [] : [...entriesOfEveryLayer(layers, linkPaths).values()];
  const files = hidden.filter(({ linkPath }) => linkPath === undefined);
  return [...new Set([...files, ...links.flat()].map(({ layer }) => layer))];
}

/** Coordinates of the files that only links make known, which may lie in another layer. */
function linkedFiles(
  hidden: readonly HiddenFact[],
  layers: readonly LayerFacts[],
): ReadonlySet<string> {
  return new Set(
    hidden
      .filter(({ linkPath }) => linkPath !== undefined)
      .flatMap(({ layer, row }) => {
        const from = layers[layer];
        return from === undefined ? [] : [coordinateOf(from.files.getPath(row), from.diffId)];
      }),
  );
}

function newsOf(number: number, input: AcrossInput, linked: ReadonlySet<string>): PartsWithFiles {
  const { distro, catalogers, viewOf, limits, budget, memory, publishedArchives } = input;
  const { view, layers } = stateOf(input.layers, number, viewOf);
  const parts = assembleNews(
    { view, layers, distro, catalogers, limits, budget, memory, publishedArchives },
    linked,
  );
  const { files, problems } = filesOfPackages(view, parts, limits);
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
  const marked = merged.slice(0, packagesMax).map((pkg) => marker.package(pkg));
  const visible = new Set(top.packages.map(({ key }) => key));
  const packages = isDeep
    ? marked.filter(({ key }) => visible.has(key)).map(withPresentEvidence(view))
    : marked;
  const edges = all.flatMap(({ relationships }) => relationships).reverse();
  const executables = new CoordinateMap(
    all.toReversed().flatMap((parts) => [...parts.executables]),
  );
  const contents = contentsOfEveryLayer({ packages, edges, executables }, input);
  const relationships = inOrderOfEdges([...contents.edges, ...edges])
    .filter(betweenKnown(packages))
    .map((edge) => marker.relationship(edge));
  const everyFile = input.fileSelection === 'all' ? everyFileOfEveryLayer(input, executables) : [];
  const allFiles = distinctFiles([
    ...all.flatMap((parts) => parts.files),
    ...contents.files,
    ...everyFile,
  ]);
  const listed = allFiles.slice(0, input.limits.listedFilesMax);
  const files = listed.map((file) => marker.file(file));
  const problems = distinctProblems([
    ...all.flatMap((parts) => parts.problems),
    ...(merged.length > packagesMax ? [tooMany('packages', merged.length, { packagesMax })] : []),
    ...(allFiles.length > files.length
      ? [tooMany('files', allFiles.length, { listedFilesMax: files.length })]
      : []),
  ]);
  const suppressed = suppressedOf(all, packages);
  const whole = { packages, relationships, suppressed, executables, files, problems };
  return isDeep ? onlyPresentParts(whole, input) : whole;
}

/** Each once, without those that another state does not suppress. */
function suppressedOf(
  all: readonly StateParts[],
  packages: readonly InventoryPackage[],
): readonly SuppressedPackage[] {
  const identityOf = (one: InventoryPackage | SuppressedPackage): string =>
    `${one.type}\0${one.name}\0${one.version}`;
  const known = new Set(packages.map(identityOf));
  const suppressed = distinct(
    all.flatMap((parts) => parts.suppressed),
    identityOf,
  );
  return suppressed.filter((one) => !known.has(identityOf(one)));
}

/** Leaves out what lies at paths that the view does not have, and what then belongs to nothing. */
function onlyPresentParts(
  parts: PartsWithFiles,
  { view, fileSelection }: AcrossInput,
): PartsWithFiles {
  const relationships = parts.relationships.filter((edge) => isEdgePresent(edge, view));
  const executables = onlyAtPresentPaths(parts.executables, view);
  const related = new Set(relationships.flatMap(coordinatesOf));
  const files = parts.files.filter((file) => {
    const at = coordinateOf(file.path, file.layer);
    const isExecutable = executables.get(file.path, file.layer) !== undefined;
    const isAsked = fileSelection === 'all' || related.has(at) || isExecutable;
    return isAsked && isPathPresent(file, view);
  });
  return { ...parts, relationships, executables, files };
}

function coordinatesOf(edge: Relationship): string[] {
  switch (edge.kind) {
    case 'contains-file':
      return [coordinateOf(edge.path, edge.layer)];
    case 'evident-by':
      return [coordinateOf(edge.location.path, edge.location.layer)];
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

/** The contents of packages in each layer that has them. */
function contentsOfEveryLayer(owned: Owned, { view, layers }: AcrossInput): Contents {
  const owners = ownersByPath(owned, view);
  const entries = [...entriesOfEveryLayer(layers, new Set(owners.keys()))].flatMap(([path, refs]) =>
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

/** Real path → keys of the packages that installed it. */
function ownersByPath(
  { packages, edges }: Owned,
  view: FileView,
): ReadonlyMap<string, ReadonlySet<string>> {
  const owners = new Map<string, Set<string>>();
  const add = (path: string, key: string): void => {
    owners.set(path, (owners.get(path) ?? new Set()).add(key));
  };
  for (const edge of edges) {
    if (edge.kind === 'contains-file') {
      add(edge.path, edge.from);
    }
  }
  for (const { key, ownedFiles } of packages) {
    for (const { path } of ownedFiles) {
      add(behindFolderLinks(view, path), key);
    }
  }
  return owners;
}

function everyFileOfEveryLayer(
  { layers, view, isExcluded }: AcrossInput,
  executables: CoordinateMap<ExecutableFacts>,
): InventoryFile[] {
  return [...entriesOfEveryLayer(layers)].flatMap(([path, refs]) =>
    (isExcluded(path) ? [] : refs).flatMap((ref) =>
      describeFile({ layers }, { path, ref: view.resolveHardLink(ref) }, executables),
    ),
  );
}

function betweenKnown(packages: readonly InventoryPackage[]): (edge: Relationship) => boolean {
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

function onlyAtPresentPaths(
  executables: CoordinateMap<ExecutableFacts>,
  view: FileView,
): CoordinateMap<ExecutableFacts> {
  return new CoordinateMap([...executables].filter((placed) => isPathPresent(placed, view)));
}

/** The first of each coordinate. */
function distinctFiles(files: readonly InventoryFile[]): InventoryFile[] {
  const byCoordinate = new Map<string, InventoryFile>();
  for (const file of files) {
    const at = coordinateOf(file.path, file.layer);
    if (!byCoordinate.has(at)) {
      byCoordinate.set(at, file);
    }
  }
  return [...byCoordinate.values()];
}

function distinctProblems(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function tooMany(what: string, count: number, limit: Partial<Limits>): Problem {
  const [[name, most] = []] = Object.entries(limit);
  return {
    code: 'P_LIMIT',
    message: `all layers together have ${count} ${what}; the limit ${name} allows ${most}`,
  };
}

function skippedStates(count: number): Problem {
  return {
    code: 'P_LIMIT',
    message: `${count} more layers with hidden files were not read: the limit layerStatesMax was exceeded`,
  };
}
