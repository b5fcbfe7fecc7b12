import type { Side } from './difference.ts';

interface Sides {
  readonly before: Side;
  readonly after: Side;
}

/** Shortens two paths with the same end to the part from the directories in which they differ. */
export function addDistinctNames({ before, after }: Sides): Sides {
  const [left, right] = [splitPath(before.name), splitPath(after.name)];
  if (before.name === after.name || left.at(-1) !== right.at(-1)) {
    return { before, after };
  }
  let count = 2;
  const joinEnd = (names: readonly string[]): string => names.slice(-count).join('/');
  while (joinEnd(left) === joinEnd(right) && count < Math.max(left.length, right.length)) {
    count += 1;
  }
  return {
    before: { ...before, distinctName: joinEnd(left) },
    after: { ...after, distinctName: joinEnd(right) },
  };
}

function splitPath(path: string): readonly string[] {
  return path.replace(/\/+$/, '').split('/');
}
