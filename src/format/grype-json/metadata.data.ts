type Value = Readonly<Record<string, unknown>>;

/** What Grype keeps of a package's metadata, and under which name. */
export interface MetadataShape {
  readonly type: string;
  /** `undefined` where nothing is left to show. */
  metadataOf(value: Value): object | undefined;
}

const RPM: MetadataShape = {
  type: 'RpmMetadata',
  metadataOf({ epoch, modularityLabel, architecture }) {
    const isEmpty = epoch === undefined && modularityLabel === undefined;
    return isEmpty && text(architecture) === ''
      ? undefined
      : {
          epoch: epoch ?? null,
          modularityLabel: modularityLabel ?? null,
          Arch: text(architecture),
        };
  },
};

/** By the kind of the metadata, which is Syft's name for its shape. */
export const METADATA_SHAPES: ReadonlyMap<string, MetadataShape> = new Map([
  [
    'apk-db-entry',
    {
      type: 'ApkMetadata',
      metadataOf({ files, architecture }) {
        const paths = list(files).map(({ path }) => ({ path: text(path) }));
        return paths.length === 0 && text(architecture) === ''
          ? undefined
          : { files: paths, Arch: text(architecture) };
      },
    },
  ],
  ['rpm-db-entry', RPM],
  ['rpm-archive', RPM],
]);

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function list(value: unknown): readonly Value[] {
  return Array.isArray(value) ? value : [];
}
