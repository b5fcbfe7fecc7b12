import type { FileRef, FileView } from '../../foundation/core/cataloger.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import type { InventoryFile } from '../../foundation/core/inventory.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { Problem } from '../../foundation/core/problem.ts';
import type { Writable } from '../../foundation/core/writable.ts';
import type { StateParts } from './assemble-state.ts';

/** Files of an inventory, and problems about the files that it does not list. */
export interface ListedFiles {
  readonly files: readonly InventoryFile[];
  readonly problems: readonly Problem[];
}

/** Returns the paths of the contents and evidence of packages, and of executables. */
export function listPackagePaths(parts: StateParts): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const { path } of parts.executables) {
    paths.add(path);
  }
  for (const edge of parts.relationships) {
    if (edge.kind === 'contains-file') {
      paths.add(edge.path);
    }
  }
  for (const pkg of parts.packages) {
    for (const location of pkg.locations) {
      paths.add(location.path);
    }
  }
  return paths;
}

/**
 * Returns the files of a state that belong to the inventory: contents and evidence of packages, and
 * executables. Sorted by path.
 */
export function listPackageFiles(view: FileView, parts: StateParts, limits: Limits): ListedFiles {
  return describePaths(listPackagePaths(parts), limits, (path) => {
    const ref = view.resolve(path)?.ref;
    return ref === undefined ? [] : describeFile(view, { path, ref }, parts.executables);
  });
}

/** Returns every path that the view shows, with links as links. Sorted by path. */
export function listAllFiles(view: FileView, parts: StateParts, limits: Limits): ListedFiles {
  return describePaths(view.listPaths(), limits, (path) => {
    const own = view.find(path);
    const isHardLink = own && view.layers[own.layer]?.files.getType(own.row) === 'hardlink';
    const ref = isHardLink === true ? (view.resolve(path)?.ref ?? own) : own;
    return ref === undefined ? [] : describeFile(view, { path, ref }, parts.executables);
  });
}

function describePaths(
  paths: Iterable<string>,
  { listedFilesMax }: Limits,
  describe: (path: string) => readonly InventoryFile[],
): ListedFiles {
  const taken: string[] = [];
  let leftOut = 0;
  for (const path of paths) {
    if (taken.length < listedFilesMax) {
      taken.push(path);
    } else {
      leftOut++;
    }
  }
  const message = `${leftOut} more files were not listed: the limit listedFilesMax is ${listedFilesMax}`;
  return {
    files: taken.sort(compareText).flatMap(describe),
    problems: leftOut === 0 ? [] : [{ code: 'P_LIMIT', message }],
  };
}

export interface PlacedFile {
  readonly path: string;
  readonly ref: FileRef;
}

export function describeFile(
  { layers }: Pick<FileView, 'layers'>,
  { path, ref }: PlacedFile,
  executables: StateParts['executables'],
): InventoryFile[] {
  const layer = layers[ref.layer];
  if (layer === undefined) {
    return [];
  }
  const { files, diffId } = layer;
  const { row } = ref;
  const linkTarget = files.linkTarget(row);
  const sha256 = files.getSha256(row);
  const sha1 = files.getSha1(row);
  const otherDigests = files.getOtherDigests(row);
  const executable = executables.get(path, diffId);
  const type = files.getType(row);
  const mode = files.getMode(row);
  const uid = files.getUid(row);
  const gid = files.getGid(row);
  const sizeBytes = files.sizeBytes(row);
  const mimeType = files.getMimeType(row);
  // Assigned, not spread: an image has thousands of files, and each spread creates an object.
  const file: Writable<InventoryFile> =
    diffId === undefined
      ? { path, type, mode, uid, gid, sizeBytes, mimeType }
      : { path, layer: diffId, type, mode, uid, gid, sizeBytes, mimeType };
  if (linkTarget !== undefined) {
    file.linkTarget = linkTarget;
  }
  if (otherDigests !== undefined) {
    file.otherDigests = otherDigests;
  }
  if (executable !== undefined) {
    file.executable = executable;
  }
  if (sha256 !== undefined) {
    file.sha256 = sha256;
  }
  if (sha1 !== undefined) {
    file.sha1 = sha1;
  }
  return [file];
}
