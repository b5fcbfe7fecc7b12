import type { ImageFiles } from './image-files.ts';
import type { PackageFiles } from './package-files.ts';

/**
 * Directories below `/var` whose files programs create again, or that only package managers read.
 */
const CREATED_AGAIN =
  /^\/var\/(?:backups|cache|lock|log|run|tmp|lib\/(?:apk|apt|dpkg|dnf|pacman|rpm|yum|zypp))\//;

/**
 * Returns a test for files that are state of the image: those in its volumes, whose content engines
 * copy into a new volume, and those below `/var` that no package installed.
 *
 * @param volumes paths in the configuration of the image
 */
export function createStateTest(
  volumes: readonly string[],
  files: ImageFiles,
  packageFiles: PackageFiles,
): (path: string) => boolean {
  const folders = volumes
    .map((path) => files.resolve(path.replace(/\/+$/, '')))
    .filter((path) => path.startsWith('/') && path !== '/');
  return (path) =>
    folders.some((folder) => path.startsWith(`${folder}/`)) ||
    (path.startsWith('/var/') &&
      (!CREATED_AGAIN.test(path) || isEmptyLog(path, files)) &&
      packageFiles.listOwners(path).length === 0);
}

/** A log that was created in advance has an owner and permissions that a new one would not have. */
function isEmptyLog(path: string, files: ImageFiles): boolean {
  const file = path.startsWith('/var/log/') ? files.findFile(path) : undefined;
  return file?.type === 'regular' && file.sizeBytes === 0;
}
