import type { FileView } from '../core/cataloger.ts';
import { compareText } from '../core/compare-text.ts';
import { DEFAULT_LIMITS, type Limits } from '../core/limits.ts';
import type { Problem } from '../core/problem.ts';
import { joinPath, parentOf } from './path.ts';

/**
 * Problems of visible symbolic links with a wanted name that lead round in circles. A link to what
 * is not there is none: it shows nothing to anybody.
 *
 * @param isWanted whether some extractor wants a file of this path
 */
export function brokenLinks(
  view: FileView,
  isWanted: (path: string) => boolean,
  limits: Limits = DEFAULT_LIMITS,
): Problem[] {
  const walk = { stepsLeft: limits.linkStepsMax, linksMax: limits.linkDepthMax };
  const problems: Problem[] = [];
  for (const [layer, { diffId, files }] of view.layers.entries()) {
    for (const row of files.linkRows()) {
      const path = files.type(row) === 'symlink' ? view.realPath({ layer, row }) : undefined;
      if (path === undefined || !isWanted(path) || view.resolve(path) !== undefined) {
        continue;
      }
      if (leadsRound(view, path, walk)) {
        problems.push({
          code: 'P_LINK',
          message: 'The symbolic link leads round in circles.',
          path,
          ...(diffId === undefined ? {} : { layer: diffId }),
        });
      }
    }
  }
  return problems.sort((left, right) => compareText(left.path ?? '', right.path ?? ''));
}

interface LinkWalk {
  /** Characters of targets that may still be looked at. */
  stepsLeft: number;
  readonly linksMax: number;
}

/** Links between files only: what a link to a folder does with a path is not followed. */
function leadsRound(view: FileView, path: string, walk: LinkWalk): boolean {
  let at = path;
  for (let links = 0; links < walk.linksMax; links++) {
    const ref = view.find(at);
    const files = ref && view.layers[ref.layer]?.files;
    if (ref === undefined || files?.type(ref.row) !== 'symlink') {
      return false;
    }
    const target = files.linkTarget(ref.row) ?? '';
    walk.stepsLeft -= target.length;
    if (walk.stepsLeft <= 0) {
      return false;
    }
    at = targetOf(at, target);
  }
  return true;
}

function targetOf(path: string, target: string): string {
  let at = target.startsWith('/') ? '/' : parentOf(path);
  for (const name of target.split('/')) {
    if (name === '..') {
      at = parentOf(at);
    } else if (name !== '' && name !== '.') {
      at = joinPath(at, name);
    }
  }
  return at;
}
