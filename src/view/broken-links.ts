import type { FileRef, FileView } from '../core/cataloger.ts';
import { compareText } from '../core/compare-text.ts';
import { DEFAULT_LIMITS, type Limits } from '../core/limits.ts';
import type { Problem } from '../core/problem.ts';
import { joinPath, parentOf } from './path.ts';

/**
 * Problems of visible links that no content can be reached by: hard links to what is no file of the
 * image, and symbolic links with a wanted name that lead round in circles. A symbolic link to what
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
    for (let row = 0; row < files.length; row++) {
      const type = files.type(row);
      if (type !== 'hardlink' && type !== 'symlink') {
        continue;
      }
      const path = files.path(row);
      if (!isVisible(view, path, { layer, row })) {
        continue;
      }
      const isBroken =
        type === 'hardlink'
          ? !leadsToFile(view, path)
          : isWanted(path) && view.resolve(path) === undefined && leadsRound(view, path, walk);
      if (isBroken) {
        const message =
          type === 'hardlink'
            ? 'the hard link does not lead to a file in the image'
            : 'the symbolic link is circular';
        problems.push({
          code: 'P_LINK',
          message,
          path,
          ...(diffId === undefined ? {} : { layer: diffId }),
        });
      }
    }
  }
  return problems.sort((left, right) => compareText(left.path ?? '', right.path ?? ''));
}

function isVisible(view: FileView, path: string, { layer, row }: FileRef): boolean {
  const found = view.find(path);
  return found !== undefined && found.layer === layer && found.row === row;
}

/** A hard link to a symbolic link is fine, wherever that leads. */
function leadsToFile(view: FileView, path: string): boolean {
  const found = view.resolve(path);
  if (found === undefined) {
    return isSymbolic(view, path);
  }
  return view.layers[found.ref.layer]?.files.type(found.ref.row) !== 'directory';
}

function isSymbolic(view: FileView, path: string): boolean {
  const ref = view.find(path);
  const files = ref && view.layers[ref.layer]?.files;
  const target = ref && files?.linkTarget(ref.row);
  const other = target === undefined ? undefined : view.find(target);
  return other !== undefined && view.layers[other.layer]?.files.type(other.row) === 'symlink';
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
