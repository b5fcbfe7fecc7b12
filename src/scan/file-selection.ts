import type { FileRef, FileView } from '../core/cataloger.ts';
import { compareText } from '../core/digest.ts';
import type { InventoryFile } from '../core/inventory.ts';
import type { StateParts } from './assemble-state.ts';
import { coordinateOf } from './coordinate.ts';

/** Which files become part of an inventory. */
export const FILE_SELECTIONS = ['none', 'owned-by-package', 'all'] as const;

export type FileSelection = (typeof FILE_SELECTIONS)[number];

/**
 * The files of a state that belong into the inventory: contents and evidence of packages, and
 * executables. By path.
 */
export function filesOfPackages(view: FileView, parts: StateParts): InventoryFile[] {
  const paths = new Set<string>();
  for (const at of parts.executables.keys()) {
    paths.add(at.slice(0, at.indexOf('\0')));
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
  return [...paths].sort(compareText).flatMap((path) => {
    const ref = view.resolve(path)?.ref;
    return ref === undefined ? [] : describeFile(view, { path, ref }, parts.executables);
  });
}

/** Every path that the view shows, with its links as links. By path. */
export function everyFile(view: FileView, parts: StateParts): InventoryFile[] {
  return [...view.paths()].sort(compareText).flatMap((path) => {
    const own = view.find(path);
    const isHardLink = own && view.layers[own.layer]?.files.type(own.row) === 'hardlink';
    const ref = isHardLink === true ? (view.resolve(path)?.ref ?? own) : own;
    return ref === undefined ? [] : describeFile(view, { path, ref }, parts.executables);
  });
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
  const sha256 = files.sha256(row);
  const sha1 = files.sha1(row);
  const otherDigests = files.otherDigests(row);
  const executable = executables.get(coordinateOf(path, diffId));
  return [
    {
      path,
      ...(diffId === undefined ? {} : { layer: diffId }),
      type: files.type(row),
      mode: files.mode(row),
      uid: files.uid(row),
      gid: files.gid(row),
      sizeBytes: files.sizeBytes(row),
      mimeType: files.mimeType(row),
      ...(linkTarget === undefined ? {} : { linkTarget }),
      ...(sha256 === undefined ? {} : { sha256 }),
      ...(sha1 === undefined ? {} : { sha1 }),
      ...(otherDigests === undefined ? {} : { otherDigests }),
      ...(executable === undefined ? {} : { executable }),
    },
  ];
}
