import { addToList } from '../../../foundation/core/add-to-list.ts';
import type { Ranges } from './project-manifest.ts';

/** A range that replaces the requested one. */
export interface Resolution {
  readonly range: string;
  /** Whether it applies to a range that a package requests; `asker` is empty for a project. */
  isApplicable(range: string, asker: string): boolean;
}

/**
 * Returns the `resolutions` of a project by the replaced name: `name`, `name@range`, `parent/name`.
 * Yarn documentation, "resolutions".
 */
export function readResolutions(resolutions: Ranges): ReadonlyMap<string, readonly Resolution[]> {
  const byName = new Map<string, Resolution[]>();
  for (const [pattern, range] of Object.entries(resolutions)) {
    const segments = pattern.match(/(?:@[^/]+\/)?[^/]+/g) ?? [];
    const [name, replaced] = cutRange(segments.at(-1) ?? '');
    const [parent] = cutRange(segments.at(-2) ?? ANY_PARENTS);
    const isApplicable: Resolution['isApplicable'] = (wanted, asker) =>
      (parent === ANY_PARENTS || parent === asker) &&
      (replaced === '' || replaced === wanted || replaced === `npm:${wanted}`);
    addToList(byName, name, { range, isApplicable });
  }
  return byName;
}

/** Yarn 1 supported patterns of parents; later versions ignore this one. */
const ANY_PARENTS = '**';

function cutRange(segment: string): readonly [string, string] {
  const at = segment.indexOf('@', 1);
  return at < 0 ? [segment, ''] : [segment.slice(0, at), segment.slice(at + 1)];
}
