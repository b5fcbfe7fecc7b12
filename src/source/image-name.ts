import { dirname } from 'node:path';
import { detectPathKind } from './local-file.ts';

const IMAGE_NAME = /^[\w[\]@.:/-]{1,512}$/;
export const ARCHIVE_NAME =
  /\.(?:tar|tar\.(?:gz|zst|xz|bz2|lz4)|tgz|tzst|txz|zip|7z|gz|zst|xz|bz2)(?::|@|$)/i;

const TAR_NAME = /\.(?:tar|tar\.[a-z0-9]{1,5}|tgz|tzst|txz|tbz2?)$/i;

/** Whether a file is called as archives of images are, whatever it holds. */
export function isTarName(path: string): boolean {
  return TAR_NAME.test(path);
}

/**
 * Whether a target that was not named by its source can be the name of an image. What looks like a
 * path, or like a file in a folder that is there, is a mistyped path: nobody is asked for it.
 */
export function isImageName(target: string): boolean {
  return (
    IMAGE_NAME.test(target) &&
    detectPathKind(target) === 'none' &&
    !/^[./-]/.test(target) &&
    !target.endsWith('/') &&
    !ARCHIVE_NAME.test(target) &&
    !isInFolder(target)
  );
}

/** A first part with a dot or a colon is a registry, and so is `localhost`. */
function isInFolder(target: string): boolean {
  const folder = dirname(target);
  const isBare = folder === '.' || /^(?:[^/]*[.:]|localhost(?:\/|$))/.test(target);
  return !isBare && detectPathKind(folder) === 'folder';
}
