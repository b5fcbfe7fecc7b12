import type { ExtractedFact, FileView, LayerFacts } from '../core/cataloger.ts';
import { compareText } from '../core/compare-text.ts';

/** What an extractor said of the visible file at a real path; `undefined` where it said nothing. */
export type FactFinder = (extractorId: string, path: string) => unknown;

/**
 * Finds single facts of visible files, each as `visibleFacts` has it under any of its names. What
 * is not asked for costs nothing.
 *
 * @param layerFacts the layers of the view, in the same order
 */
export function factFinder(view: FileView, layerFacts: readonly LayerFacts[]): FactFinder {
  const byRow = new Map<number, ReadonlyMap<number, readonly ExtractedFact[]>>();
  const factsAt = (path: string): readonly ExtractedFact[] => {
    const found = view.find(path);
    const ref = found && view.resolveHardLink(found);
    const said = ref && layerFacts[ref.layer];
    if (ref === undefined || said === undefined) {
      return NOTHING;
    }
    let rows = byRow.get(ref.layer);
    if (rows === undefined) {
      rows = Map.groupBy(said.facts, ({ row }) => row);
      byRow.set(ref.layer, rows);
    }
    const isMeant = ({ linkPath }: ExtractedFact): boolean => {
      const linked = linkPath === undefined ? undefined : view.resolve(linkPath)?.ref;
      return linkPath === undefined || (linked?.layer === ref.layer && linked.row === ref.row);
    };
    // Of several the last counts; only a look at one that was deferred tells whether it is any.
    return (rows.get(ref.row) ?? NOTHING)
      .filter(isMeant)
      .sort((left, right) => compareText(left.role, right.role))
      .reverse();
  };
  let last: { readonly path: string; readonly facts: readonly ExtractedFact[] } | undefined;
  return (extractorId, path) => {
    // One file is asked about by many.
    if (last?.path !== path) {
      last = { path, facts: factsAt(path) };
    }
    return last.facts.find((said) => said.extractor === extractorId && said.fact !== undefined)
      ?.fact;
  };
}

const NOTHING: readonly ExtractedFact[] = [];
