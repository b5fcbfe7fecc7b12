import type { Relationship } from '../../core/inventory.ts';
import { type JsonRecord, recordIn, textIn, textsIn } from '../../syntax/json/member.ts';
import type { FilePlace } from './file-record.ts';

/** What the ends of an edge may be. */
export interface EdgeEnds {
  readonly packageIds: ReadonlySet<string>;
  readonly filesById: ReadonlyMap<string, FilePlace>;
}

/**
 * An edge between packages, or from a package to a file that it installed; none where it says
 * nothing of that kind, `undefined` where an end of it is missing. Evidence is not taken from here:
 * the packages themselves have it.
 */
export function relationshipOf(
  edge: JsonRecord,
  { packageIds, filesById }: EdgeEnds,
): readonly Relationship[] | undefined {
  const from = textIn(edge, 'parent');
  const to = textIn(edge, 'child');
  const type = textIn(edge, 'type');
  if (type === 'contains') {
    const file = filesById.get(to);
    const isOwned = packageIds.has(from) && file !== undefined;
    return isOwned ? [{ kind: 'contains-file', from, ...file }] : [];
  }
  if (type === 'evident-by') {
    return [];
  }
  if (!packageIds.has(from) || !packageIds.has(to)) {
    return undefined;
  }
  if (type === 'ownership-by-file-overlap') {
    return [{ kind: 'owns-package', from, to, paths: pathsOf(edge) }];
  }
  return type.includes('dependency-of') ? [{ kind: 'dependency-of', from, to }] : [];
}

function pathsOf(edge: JsonRecord): readonly string[] {
  return textsIn(recordIn(edge, 'metadata') ?? {}, 'files');
}
