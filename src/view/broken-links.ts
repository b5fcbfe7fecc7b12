import type { FileRef, FileView } from '../core/cataloger.ts';
import { compareText } from '../core/compare-text.ts';
import { DEFAULT_LIMITS, type Limits } from '../core/limits.ts';
import type { Problem } from '../core/problem.ts';
import { joinPath, nameOf, parentOf } from './path.ts';

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
    for (const row of files.listLinkRows()) {
      const path = files.getType(row) === 'symlink' ? view.getRealPath({ layer, row }) : undefined;
      if (path === undefined || !isWanted(path) || view.resolve(path) !== undefined) {
        continue;
      }
      if (leadsRound(view, path, walk)) {
        problems.push({
          code: 'P_LINK',
          message: 'the symbolic link is circular',
          path,
          ...(diffId === undefined ? {} : { layer: diffId }),
        });
      }
    }
  }
  return problems.sort((left, right) => compareText(left.path ?? '', right.path ?? ''));
}

interface LinkWalk {
  /** Characters of paths that may still be looked at. */
  stepsLeft: number;
  readonly linksMax: number;
}

/** Whether following a link ends only because too many links were followed. */
function leadsRound(view: FileView, path: string, walk: LinkWalk): boolean {
  let at = path;
  for (let links = 0; links < walk.linksMax && walk.stepsLeft > 0; ) {
    walk.stepsLeft -= at.length;
    const ref = view.find(at);
    const target = ref && readTarget(view, ref);
    if (target !== undefined) {
      at = targetOf(at, target);
      links++;
      continue;
    }
    const parent = parentOf(at);
    const folder = view.findRealFolder(parent);
    if (ref !== undefined || at === '/' || folder === parent) {
      return false;
    }
    // A link before the last name leads elsewhere, or round in circles itself.
    at = folder === undefined ? parent : joinPath(folder, nameOf(at));
  }
  return walk.stepsLeft > 0;
}

/** The target of a symbolic link. */
function readTarget(view: FileView, { layer, row }: FileRef): string | undefined {
  const files = view.layers[layer]?.files;
  return files?.getType(row) === 'symlink' ? files.linkTarget(row) : undefined;
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
