import type { Reach, ReachedFile, ReachStep } from './reach.ts';

/**
 * The steps of the best way from the configuration of the image down to a file; empty where it is
 * not reached.
 */
export function wayTo(path: string, { files }: Pick<Reach, 'files'>): readonly ReachStep[] {
  const index = indexOf(files);
  const steps: ReachStep[] = [];
  const seen = new Set<string>();
  for (let at = index.get(path); at?.step !== undefined; at = index.get(at.step.from)) {
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
