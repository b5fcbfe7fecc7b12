import type { Side } from './difference.ts';

interface Sides {
  readonly before: Side;
  readonly after: Side;
}

/** Shortens two paths with the same end to the part from the directories in which they differ. */
export function withDistinctNames({ before, after }: Sides): Sides {
  const [left, right] = [namesIn(before.name), namesIn(after.name)];
  if (before.name === after.name || left.at(-1) !== right.at(-1)) {
    return { before, after };
  }
  let count = 2;
  const endOf = (names: readonly string[]): string => names.slice(-count).join('/');
  while (endOf(left) === endOf(right) && count < Math.max(left.length, right.length)) {
    count += 1;
  }
  return {
    before: { ...before, distinctName: endOf(left) },
    after: { ...after, distinctName: endOf(right) },
  };
}

function namesIn(path: string): readonly string[] {
  return path.replace(/\/+$/, '').split('/');
}
