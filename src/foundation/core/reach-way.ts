import type { Reach, ReachedFile, ReachStep } from './reach.ts';

/**
 * Returns the steps of the best path from the configuration of the image to a file or a member of
 * an archive; empty if it is not reached.
 */
export function findWay(
  path: string,
  { files, members = [] }: Pick<Reach, 'files' | 'members'>,
): readonly ReachStep[] {
  const filesIn = indexOf(files);
  const membersIn = indexOf(members);
  const steps: ReachStep[] = [];
  const seen = new Set<string>();
  const findReachedFile = (one: string): ReachedFile | undefined =>
    membersIn.get(one) ?? filesIn.get(one);
  for (let at = findReachedFile(path); at?.step !== undefined; at = findReachedFile(at.step.from)) {
    if (seen.has(at.path)) {
      break;
    }
    seen.add(at.path);
    steps.unshift(at.step);
  }
  return steps;
}

const INDEXES = new WeakMap<Reach['files'], ReadonlyMap<string, ReachedFile>>();

function indexOf(files: Reach['files']): ReadonlyMap<string, ReachedFile> {
  const index = INDEXES.get(files) ?? new Map(files.map((file) => [file.path, file]));
  INDEXES.set(files, index);
  return index;
}
