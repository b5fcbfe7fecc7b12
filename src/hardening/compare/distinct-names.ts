import { shortenTargetName, splitTargetPath } from '../../foundation/core/target-title.ts';
import type { Side } from './difference.ts';

/**
 * Shortens paths with the same short name to the part from the directories in which they differ.
 * Other names stay as they are.
 */
export function addDistinctNames(sides: readonly Side[]): readonly Side[] {
  const groups = Map.groupBy(new Set(sides.map(({ name }) => name)), shortenTargetName);
  const shortNames = new Map(
    [...groups.values()].filter(({ length }) => length > 1).flatMap(shortenPaths),
  );
  return sides.map((side) => {
    const distinctName = shortNames.get(side.name);
    return distinctName === undefined ? side : { ...side, distinctName };
  });
}

/** Returns each path with the shortest end that no other one has. */
function shortenPaths(paths: readonly string[]): readonly (readonly [string, string])[] {
  const parts = paths.map(splitTargetPath);
  const longest = Math.max(...parts.map(({ length }) => length));
  const joinEnds = (count: number): readonly string[] =>
    parts.map((names) => names.slice(-count).join('/'));
  let count = 1;
  while (new Set(joinEnds(count)).size < paths.length && count < longest) {
    count += 1;
  }
  const ends = joinEnds(count);
  return paths.map((path, index) => [path, ends[index] ?? path] as const);
}

/** Returns the name of a target for people, see {@link shortenTargetName}. */
export function toShortName({ name, distinctName }: Pick<Side, 'name' | 'distinctName'>): string {
  return distinctName ?? shortenTargetName(name);
}
