import type {
  ExtractedFact,
  FileRef,
  FileView,
  LayerFacts,
  VisibleFact,
} from '../core/cataloger.ts';
import { DeferredFact } from '../core/deferred-fact.ts';
import { compareText } from '../core/digest.ts';
import { hardLinksOf } from './hard-link.ts';
import { hidingLayers } from './hiding-layers.ts';

/**
 * The facts of one extractor about files that are visible in the view, sorted by path.
 *
 * A file with several names (hard links) is one fact: with the name under which the extractor asked
 * for it, where that one is visible, else with the first of its visible names in order, whoever
 * asked for that, since the content is the same. `earlier` holds what lower layers said at that
 * path, as far down as the file was there all along.
 *
 * @param layerFacts the layers of the view, in the same order
 */
export function visibleFacts(
  view: FileView,
  layerFacts: readonly LayerFacts[],
  extractorId: string,
): VisibleFact<unknown>[] {
  const byPath = new Map<string, LayerFact[]>();
  const all: LayerFact[] = [];
  for (const [layer, { files, facts }] of layerFacts.entries()) {
    for (const extracted of factsByExtractor(facts).get(extractorId) ?? []) {
      const { row, role, linkPath } = extracted;
      const said = { ref: { layer, row }, role, extracted, linkPath };
      all.push(said);
      const path = files.path(row);
      const others = byPath.get(path);
      if (others === undefined) {
        byPath.set(path, [said]);
      } else {
        others.push(said);
      }
    }
  }
  const namesOf = namesByContent(view, layerFacts);
  const hiddenBelow = hidingLayers(layerFacts, topmostOfSeveral(byPath));
  return all
    .map((said) => visibleFact(view, layerFacts, { said, byPath, hiddenBelow, namesOf }))
    .filter((fact) => fact !== undefined)
    .sort(
      (left, right) => compareText(left.path, right.path) || compareText(left.role, right.role),
    );
}

/** A layer is asked for the facts of one extractor after the other. */
const byExtractor = new WeakMap<
  readonly ExtractedFact[],
  ReadonlyMap<string, readonly ExtractedFact[]>
>();

function factsByExtractor(
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
  readonly said: LayerFact;
  readonly byPath: ReadonlyMap<string, readonly LayerFact[]>;
  /** Path → layer that took away what lower layers have there. */
  readonly hiddenBelow: ReadonlyMap<string, number>;
  /** Names by `layer:row` of the content. */
  readonly namesOf: ReadonlyMap<string, readonly string[]>;
}

function visibleFact(
  view: FileView,
  layerFacts: readonly LayerFacts[],
  { said, byPath, hiddenBelow, namesOf }: Context,
): VisibleFact<unknown> | undefined {
  const { ref, role, extracted } = said;
  const own = ownNameOf(view, layerFacts, said);
  if (own === undefined && said.linkPath !== undefined) {
    return undefined;
  }
  const linked = namesOf.size === 0 ? [] : (namesOf.get(keyOf(ref)) ?? []);
  const links = linked.filter((name) => name !== own).sort(compareText);
  const [path, ...otherNames] = own === undefined ? links : [own, ...links];
  if (path === undefined) {
    return undefined;
  }
  const lowest = hiddenBelow.get(path) ?? 0;
  const earlier = (byPath.get(path) ?? [])
    .filter((other) => other.role === role && other.ref.layer < ref.layer)
    .filter((other) => other.ref.layer >= lowest)
    .reverse()
    .filter((other, index, all) => all[index - 1]?.ref.layer !== other.ref.layer)
    .map((other) => saidBy(other.extracted, { layer: layerFacts[other.ref.layer]?.diffId }));
  return saidBy(extracted, {
    path,
    ...(otherNames.length > 0 ? { otherNames } : {}),
    ...(said.linkPath === undefined ? {} : { linkPath: said.linkPath }),
    role,
    ref,
    layer: layerFacts[ref.layer]?.diffId,
    earlier,
  });
}

/** With the fact, which is made when it is looked at where that was deferred. */
function saidBy<Rest extends object>(
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
 * The name by which the extractor asked for a file, if it still has it. A folder that the layer
 * took for granted may be a link in the view: then the file is at its real path.
 */
function ownNameOf(
  view: FileView,
  layerFacts: readonly LayerFacts[],
  { ref, linkPath }: LayerFact,
): string | undefined {
  const path = linkPath ?? layerFacts[ref.layer]?.files.path(ref.row) ?? '';
  if (linkPath === undefined && isAt(view, path, ref)) {
    return path;
  }
  const found = view.resolve(path);
  return found !== undefined && isSame(found.ref, ref) ? found.path : undefined;
}

/** Paths of which several layers speak, each with the topmost of them. */
function topmostOfSeveral(
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

function keyOf(ref: FileRef): string {
  return `${ref.layer}:${ref.row}`;
}

function isAt(view: FileView, path: string, ref: FileRef): boolean {
  const found = view.find(path);
  return found !== undefined && isSame(found, ref);
}

function isSame(left: FileRef, right: FileRef): boolean {
  return left.layer === right.layer && left.row === right.row;
}

/** A view is asked for the facts of one extractor after the other. */
const hardLinks = new WeakMap<FileView, ReadonlyMap<string, readonly string[]>>();

/** Visible hard links to files that facts may be about. */
function namesByContent(
  view: FileView,
  layerFacts: readonly LayerFacts[],
): ReadonlyMap<string, readonly string[]> {
  const known = hardLinks.get(view);
  if (known !== undefined) {
    return known;
  }
  const names = new Map<string, string[]>();
  for (const [layer, { files }] of layerFacts.entries()) {
    for (const [row, contentRow] of hardLinksOf(files)) {
      const path = files.path(row);
      if (isAt(view, path, { layer, row })) {
        const key = keyOf({ layer, row: contentRow });
        const others = names.get(key);
        if (others === undefined) {
          names.set(key, [path]);
        } else {
          others.push(path);
        }
      }
    }
  }
  hardLinks.set(view, names);
  return names;
}
