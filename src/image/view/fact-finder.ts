import type { ExtractedFact, FileView, LayerFacts } from '../../foundation/core/cataloger.ts';
import { compareText } from '../../foundation/core/compare-text.ts';

/**
 * Returns the fact that an extractor yielded for the visible file at a real path; `undefined` if
 * there is none.
 */
export type FactFinder = (extractorId: string, path: string) => unknown;

/**
 * Finds single facts of visible files, each as in `listVisibleFacts` under any of its names. Facts
 * that are not requested cost nothing.
 *
 * @param layerFacts the layers of the view, in the same order
 */
export function createFactFinder(view: FileView, layerFacts: readonly LayerFacts[]): FactFinder {
  const byRow = new Map<number, ReadonlyMap<number, readonly ExtractedFact[]>>();
  const listFacts = (path: string): readonly ExtractedFact[] => {
    const found = view.find(path);
    const ref = found && view.resolveHardLink(found);
    const layer = ref && layerFacts[ref.layer];
    if (ref === undefined || layer === undefined) {
      return NOTHING;
    }
    let rows = byRow.get(ref.layer);
    if (rows === undefined) {
      rows = Map.groupBy(layer.facts, ({ row }) => row);
      byRow.set(ref.layer, rows);
    }
    const isMatch = ({ linkPath }: ExtractedFact): boolean => {
      const linked = linkPath === undefined ? undefined : view.resolve(linkPath)?.ref;
      return linkPath === undefined || (linked?.layer === ref.layer && linked.row === ref.row);
    };
    // The last of several counts; a deferred one must be read to find out whether it exists.
    return (rows.get(ref.row) ?? NOTHING)
      .filter(isMatch)
      .sort((left, right) => compareText(left.role, right.role))
      .reverse();
  };
  let last: { readonly path: string; readonly facts: readonly ExtractedFact[] } | undefined;
  return (extractorId, path) => {
    // Many callers request the same file in a row.
    if (last?.path !== path) {
      last = { path, facts: listFacts(path) };
    }
    return last.facts.find((one) => one.extractor === extractorId && one.fact !== undefined)?.fact;
  };
}

const NOTHING: readonly ExtractedFact[] = [];
