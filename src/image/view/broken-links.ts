import { getBaseName } from '../../foundation/core/base-name.ts';
import type { FileRef, FileView } from '../../foundation/core/cataloger.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { defined } from '../../foundation/core/defined.ts';
import { DEFAULT_LIMITS, type Limits } from '../../foundation/core/limits.ts';
import type { Problem } from '../../foundation/core/problem.ts';
import { getParentPath, joinPath, normalizePath } from './path.ts';

/**
 * Returns problems for visible symbolic links with a requested name that lead in a circle. A
 * dangling link is not a problem: no process sees a file through it.
 *
 * @param isWanted returns whether any extractor requests a file with this path
 */
export function findBrokenLinks(
  view: FileView,
  isWanted: (path: string) => boolean,
  limits: Limits = DEFAULT_LIMITS,
): Problem[] {
  const walk = { stepsLeft: limits.linkStepsMax, linksMax: limits.linkDepthMax };
  const problems: Problem[] = [];
  for (const [layer, { diffId, files }] of view.layers.entries()) {
    for (const row of files.listLinkRows()) {
      const path = files.getType(row) === 'symlink' ? view.getRealPath({ layer, row }) : undefined;
      if (path === undefined || !isWanted(path) || view.resolve(path) !== undefined) {
        continue;
      }
      if (isCircular(view, path, walk)) {
        problems.push({
          code: 'P_LINK',
          message: 'the symbolic link is circular',
          path,
          ...defined({ layer: diffId }),
        });
      }
    }
  }
  return problems.sort((left, right) => compareText(left.path ?? '', right.path ?? ''));
}

interface LinkWalk {
  /** Number of path characters that may still be walked. */
  stepsLeft: number;
  readonly linksMax: number;
}

/** Returns whether following a link only ends because of too many links. */
function isCircular(view: FileView, path: string, walk: LinkWalk): boolean {
  let at = path;
  for (let links = 0; links < walk.linksMax && walk.stepsLeft > 0; ) {
    walk.stepsLeft -= at.length;
    const ref = view.find(at);
    const target = ref && readTarget(view, ref);
    if (target !== undefined) {
      at = resolveTarget(at, target);
      links++;
      continue;
    }
    const parent = getParentPath(at);
    const folder = view.findRealFolder(parent);
    if (ref !== undefined || at === '/' || folder === parent) {
      return false;
    }
    // A link in the directory part leads to another place, or in a circle itself.
    at = folder === undefined ? parent : joinPath(folder, getBaseName(at));
  }
  return walk.stepsLeft > 0;
}

/** Returns the target of a symbolic link. */
function readTarget(view: FileView, { layer, row }: FileRef): string | undefined {
  const files = view.layers[layer]?.files;
  return files?.getType(row) === 'symlink' ? files.linkTarget(row) : undefined;
}

function resolveTarget(path: string, target: string): string {
  return normalizePath(target.startsWith('/') ? target : joinPath(getParentPath(path), target));
}
