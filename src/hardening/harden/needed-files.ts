import { addToList } from '../../foundation/core/add-to-list.ts';
import { hasExecuteBit } from '../../foundation/core/executable-file.ts';
import { CONFIG_PATH, type Reach, type ReachStep } from '../../foundation/core/reach.ts';
import type { ImageFiles } from './image-files.ts';
import type { KeepLevel } from './removal-plan.ts';

export interface NeedOptions {
  readonly keepLevel: KeepLevel;
  /** Returns whether the user drops the file. */
  readonly isDropped: (path: string) => boolean;
  /** Returns the name of the source package of a file. */
  readonly findSource: (path: string) => string | undefined;
  /** Directories in which commands are looked up. */
  readonly commandFolders: ReadonlySet<string>;
}

/** The files that stay by the steps that lead to them. */
export interface NeededFiles {
  /** Real paths of the files and of the links that stand for them. */
  readonly paths: ReadonlySet<string>;
  /** Links to directories on the way. */
  readonly via: ReadonlySet<string>;
  /** Possible steps from a needed file to one that is dropped unless another step leads to it. */
  readonly weak: readonly ReachStep[];
  /** Other steps from a needed file to one that the user drops. */
  readonly cut: readonly ReachStep[];
}

/**
 * Follows the steps from the configuration of the image, but a possible one only if the keep level
 * includes its target. What is reached through a dropped file alone is dropped with it.
 */
export function findNeededFiles(
  { steps = [] }: Pick<Reach, 'steps'>,
  files: ImageFiles,
  options: NeedOptions,
): NeededFiles {
  const stepsFrom = new Map<string, ReachStep[]>();
  for (const step of steps) {
    addToList(stepsFrom, step.from, step);
  }
  const paths = new Set<string>();
  const via = new Set<string>();
  const weak: ReachStep[] = [];
  const cut: ReachStep[] = [];
  const open = [CONFIG_PATH];
  for (let from = open.pop(); from !== undefined; from = open.pop()) {
    for (const step of stepsFrom.get(from) ?? []) {
      if (options.isDropped(step.to) || options.isDropped(files.resolve(step.to))) {
        cut.push(step);
      } else if (step.strength === 'possible' && !isWeakTargetKept(step, files, options)) {
        weak.push(step);
      } else {
        step.via?.forEach(({ path }) => via.add(path));
        if (!paths.has(step.to)) {
          paths.add(step.to);
          open.push(step.to);
        }
      }
    }
  }
  return { paths, via, weak: weak.filter(({ to }) => !paths.has(to)), cut };
}

/** Returns whether a keep level includes the target of a possible step. */
function isWeakTargetKept(
  { from, to }: ReachStep,
  files: ImageFiles,
  { keepLevel, findSource, commandFolders }: NeedOptions,
): boolean {
  if (keepLevel !== 'careful') {
    return keepLevel === 'reached';
  }
  const real = files.resolve(to);
  const source = findSource(real);
  return (
    !isProgram(real, files, commandFolders) || (source !== undefined && source === findSource(from))
  );
}

const LIBRARY = /\.so(?:\.[\w.]+)?$/;
const MODULE = /\.(?:py[co]?|p[lm]|rb|[cm]?js|php|jar|class|lua|tcl|dll)$/;

/** Returns whether a file is made to be started, not loaded: programs and scripts. */
function isProgram(path: string, files: ImageFiles, commandFolders: ReadonlySet<string>): boolean {
  const file = files.findFile(path);
  const isCommand = commandFolders.has(path.slice(0, path.lastIndexOf('/')));
  return (
    file?.type !== 'directory' &&
    hasExecuteBit(file?.mode ?? 0) &&
    !LIBRARY.test(path) &&
    (isCommand || !MODULE.test(path))
  );
}
