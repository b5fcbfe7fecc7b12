import { dirname } from 'node:path';
import { detectPathKind } from './local-file.ts';

const IMAGE_NAME = /^[\w[\]@.:/-]{1,512}$/;
export const ARCHIVE_NAME =
  /\.(?:tar|tar\.(?:gz|zst|xz|bz2|lz4)|tgz|tzst|txz|zip|7z|gz|zst|xz|bz2)(?::|@|$)/i;

const TAR_NAME = /\.(?:tar|tar\.[a-z0-9]{1,5}|tgz|tzst|txz|tbz2?)$/i;

/** Returns whether a file has the name of an image archive, regardless of its content. */
export function isTarName(path: string): boolean {
  return TAR_NAME.test(path);
}

/**
 * Returns whether a target without an explicit source can be the name of an image. Input that looks
 * like a path, or like a file in an existing directory, is a mistyped path: no registry is
 * contacted for it.
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
