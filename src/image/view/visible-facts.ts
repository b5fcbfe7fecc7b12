import { addToList } from '../../foundation/core/add-to-list.ts';
import type {
  ExtractedFact,
  FileRef,
  FileView,
  LayerFacts,
  VisibleFact,
} from '../../foundation/core/cataloger.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { DeferredFact } from '../../foundation/core/deferred-fact.ts';
import { FileRefMap } from '../../foundation/core/file-ref-map.ts';
import { findHidingLayers } from './hiding-layers.ts';

/**
 * Returns the facts of one extractor about files that are visible in the view, sorted by path.
 *
 * A file with several names (hard links) is one fact: with the name that the extractor requested,
 * if that is visible, else with the first visible name in order, because the content is the same.
 * `earlier` holds the facts of lower layers for that path, down to the layer that hides the rest.
 *
 * @param layerFacts the layers of the view, in the same order
 */
export function listVisibleFacts(
  view: FileView,
  layerFacts: readonly LayerFacts[],
  extractorId: string,
): VisibleFact<unknown>[] {
  const byPath = new Map<string, LayerFact[]>();
  const all: LayerFact[] = [];
  for (const [layer, { files, facts }] of layerFacts.entries()) {
    for (const extracted of groupFacts(facts).get(extractorId) ?? []) {
      const { row, role, linkPath } = extracted;
      const layerFact = { ref: { layer, row }, role, extracted, linkPath };
      all.push(layerFact);
      addToList(byPath, files.getPath(row), layerFact);
    }
  }
  const namesByFile = indexHardLinks(view, layerFacts);
  const hiddenBelow = findHidingLayers(layerFacts, findTopmostLayers(byPath));
  return all
    .map((layerFact) =>
      createVisibleFact(view, layerFacts, { layerFact, byPath, hiddenBelow, namesByFile }),
    )
    .filter((fact) => fact !== undefined)
    .sort(
      (left, right) => compareText(left.path, right.path) || compareText(left.role, right.role),
    );
}

/** Callers request the facts of a layer for one extractor after the other. */
const byExtractor = new WeakMap<
  readonly ExtractedFact[],
  ReadonlyMap<string, readonly ExtractedFact[]>
>();

function groupFacts(
  facts: readonly ExtractedFact[],
): ReadonlyMap<string, readonly ExtractedFact[]> {
  const known = byExtractor.get(facts);
  if (known !== undefined) {
    return known;
  }
  const made = Map.groupBy(facts, ({ extractor }) => extractor);
  byExtractor.set(facts, made);
  return made;
}

interface LayerFact {
  readonly ref: FileRef;
  readonly role: string;
  readonly extracted: ExtractedFact;
  readonly linkPath: string | undefined;
}

interface Context {
  readonly layerFact: LayerFact;
  readonly byPath: ReadonlyMap<string, readonly LayerFact[]>;
  /** Path → layer that removed the entries of lower layers. */
  readonly hiddenBelow: ReadonlyMap<string, number>;
  /** Names by the file that has the content. */
  readonly namesByFile: FileRefMap<string[]>;
}

function createVisibleFact(
  view: FileView,
  layerFacts: readonly LayerFacts[],
  { layerFact, byPath, hiddenBelow, namesByFile }: Context,
): VisibleFact<unknown> | undefined {
  const { ref, role, extracted } = layerFact;
  const own = findOwnPath(view, layerFact);
  if (own === undefined && layerFact.linkPath !== undefined) {
    return undefined;
  }
  const linked = namesByFile.get(ref);
  const links = linked?.filter((name) => name !== own).sort(compareText) ?? NONE;
  const path = own ?? links[0];
  if (path === undefined) {
    return undefined;
  }
  const otherNames = own === undefined ? links.slice(1) : links;
  const others = byPath.get(path) ?? NONE;
  const isAlone = others.length === 1 && others[0] === layerFact;
  const lowest = hiddenBelow.get(path) ?? 0;
  const earlier = isAlone
    ? NONE
    : listEarlierFacts(layerFact, others, lowest).map((other) =>
        addFact(other.extracted, { layer: layerFacts[other.ref.layer]?.diffId }),
      );
  return addFact(extracted, {
    ...(layerFact.linkPath === undefined ? { path } : { path: layerFact.linkPath, realPath: path }),
    ...(otherNames.length > 0 ? { otherNames } : {}),
    role,
    ref,
    layer: layerFacts[ref.layer]?.diffId,
    earlier,
  });
}

const NONE: readonly never[] = [];

/** The facts of lower layers about the file, from the next lower one down. */
function listEarlierFacts(
  { ref, role }: LayerFact,
  others: readonly LayerFact[],
  lowest: number,
): readonly LayerFact[] {
  return others
    .filter((other) => other.role === role && other.ref.layer < ref.layer)
    .filter((other) => other.ref.layer >= lowest)
    .reverse()
    .filter((other, index, all) => all[index - 1]?.ref.layer !== other.ref.layer);
}

/** Includes the fact; a deferred fact is created on access. */
function addFact<Rest extends object>(
  extracted: ExtractedFact,
  rest: Rest,
): Rest & { readonly fact: unknown } {
  return extracted instanceof DeferredFact
    ? Object.defineProperty({ ...rest, fact: undefined }, 'fact', {
        get: () => extracted.fact,
        enumerable: true,
      })
    : { ...rest, fact: extracted.fact };
}

/**
 * Returns the real path of the file that an extractor requested, by its own name or by that of a
 * link.
 */
function findOwnPath(view: FileView, { ref, linkPath }: LayerFact): string | undefined {
  if (linkPath === undefined) {
    return view.getRealPath(ref);
  }
  const found = view.resolve(linkPath);
  return found !== undefined && isSame(found.ref, ref) ? found.path : undefined;
}

/** Returns the paths that occur in several layers, each with the topmost of them. */
function findTopmostLayers(
  byPath: ReadonlyMap<string, readonly LayerFact[]>,
): ReadonlyMap<string, number> {
  const topmost = new Map<string, number>();
  for (const [path, facts] of byPath) {
    const top = facts.at(-1)?.ref.layer ?? 0;
    if (facts[0]?.ref.layer !== top) {
      topmost.set(path, top);
    }
  }
  return topmost;
}

function isSame(left: FileRef, right: FileRef): boolean {
  return left.layer === right.layer && left.row === right.row;
}

/** Callers request the facts of a view for one extractor after the other. */
const hardLinks = new WeakMap<FileView, FileRefMap<string[]>>();

/** Returns visible hard links to files that facts may be about. */
function indexHardLinks(view: FileView, layerFacts: readonly LayerFacts[]): FileRefMap<string[]> {
  const known = hardLinks.get(view);
  if (known !== undefined) {
    return known;
  }
  const names = new FileRefMap<string[]>();
  for (const [layer, { files }] of layerFacts.entries()) {
    for (const row of files.listLinkRows()) {
      const isHardLink = files.getType(row) === 'hardlink';
      const path = isHardLink ? view.getRealPath({ layer, row }) : undefined;
      if (path !== undefined) {
        const content = view.resolveHardLink({ layer, row });
        const others = names.get(content) ?? [];
        others.push(path);
        names.set(content, others);
      }
    }
  }
  hardLinks.set(view, names);
  return names;
}
