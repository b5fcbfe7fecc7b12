import type { FileView } from '../core/cataloger.ts';
import { compareText } from '../core/digest.ts';
import type {
  ExecutableFacts,
  InventoryFile,
  InventoryPackage,
  Relationship,
} from '../core/inventory.ts';

export interface SelectionInput {
  readonly view: FileView;
  readonly packages: readonly InventoryPackage[];
  readonly relationships: readonly Relationship[];
  readonly executables: ReadonlyMap<string, ExecutableFacts>;
}

/**
 * The files that are part of the inventory: contents and evidence of packages, and executables. By
 * path.
 */
export function selectFiles(input: SelectionInput): InventoryFile[] {
  const paths = new Set<string>(input.executables.keys());
  for (const edge of input.relationships) {
    if (edge.kind === 'contains-file') {
      paths.add(edge.path);
    }
  }
  for (const pkg of input.packages) {
    for (const location of pkg.locations) {
      paths.add(location.path);
    }
  }
  return [...paths]
    .sort(compareText)
    .map((path) => describe(input, path))
    .filter((file) => file !== undefined);
}

function describe(input: SelectionInput, path: string): InventoryFile | undefined {
  const ref = input.view.resolve(path)?.ref;
  const layer = ref && input.view.layers[ref.layer];
  if (ref === undefined || layer === undefined) {
    return undefined;
  }
  const { files, diffId } = layer;
  const { row } = ref;
  const linkTarget = files.linkTarget(row);
  const sha256 = files.sha256(row);
  const sha1 = files.sha1(row);
  const executable = input.executables.get(path);
  return {
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
    ...(executable === undefined ? {} : { executable }),
  };
}
