import type {
  ExtractedFact,
  FileRef,
  FileView,
  LayerFacts,
  VisibleFact,
} from '../core/cataloger.ts';
import { compareText } from '../core/compare-text.ts';
import { DeferredFact } from '../core/deferred-fact.ts';
import { FileRefMap } from '../core/file-ref-map.ts';
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
      const path = files.getPath(row);
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
  /** Names by the file that has the content. */
  readonly namesOf: FileRefMap<string[]>;
}

function visibleFact(
  view: FileView,
  layerFacts: readonly LayerFacts[],
  { said, byPath, hiddenBelow, namesOf }: Context,
): VisibleFact<unknown> | undefined {
  const { ref, role, extracted } = said;
  const own = findOwnPath(view, said);
  if (own === undefined && said.linkPath !== undefined) {
    return undefined;
  }
  const linked = namesOf.get(ref);
  const links = linked?.filter((name) => name !== own).sort(compareText) ?? NONE;
  const path = own ?? links[0];
  if (path === undefined) {
    return undefined;
  }
  const otherNames = own === undefined ? links.slice(1) : links;
  const others = byPath.get(path) ?? NONE;
  const isAlone = others.length === 1 && others[0] === said;
  const lowest = hiddenBelow.get(path) ?? 0;
  const earlier = isAlone
    ? NONE
    : earlierThan(said, others, lowest).map((other) =>
        saidBy(other.extracted, { layer: layerFacts[other.ref.layer]?.diffId }),
      );
  return saidBy(extracted, {
    ...(said.linkPath === undefined ? { path } : { path: said.linkPath, realPath: path }),
    ...(otherNames.length > 0 ? { otherNames } : {}),
    role,
    ref,
    layer: layerFacts[ref.layer]?.diffId,
    earlier,
  });
}

const NONE: readonly never[] = [];

/** What lower layers said of the file, down to the lowest, from the next lower one down. */
function earlierThan(
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

/** The real path of the file that an extractor asked for, by its own name or by that of a link. */
function findOwnPath(view: FileView, { ref, linkPath }: LayerFact): string | undefined {
  if (linkPath === undefined) {
    return view.getRealPath(ref);
  }
  const found = view.resolve(linkPath);
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

function isSame(left: FileRef, right: FileRef): boolean {
  return left.layer === right.layer && left.row === right.row;
}

/** A view is asked for the facts of one extractor after the other. */
const hardLinks = new WeakMap<FileView, FileRefMap<string[]>>();

/** Visible hard links to files that facts may be about. */
function namesByContent(view: FileView, layerFacts: readonly LayerFacts[]): FileRefMap<string[]> {
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
