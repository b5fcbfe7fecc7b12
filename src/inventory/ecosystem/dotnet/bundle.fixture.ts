export const BUNDLE_MARK = Buffer.from(
  '8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae',
  'hex',
);

export interface BundleOptions {
  readonly version: number;
  /** Whether the header contains the location of the dependency file, as in version 2 and later. */
  readonly hasPlaces?: boolean;
}

/**
 * Creates a single-file .NET program: a host whose data contain the marker, the dependency file,
 * and after it the table.
 */
export function createBundle(
  host: (data: Buffer) => Buffer,
  deps: string,
  { version, hasPlaces = true }: BundleOptions,
): Buffer {
  const bare = host(Buffer.concat([Buffer.alloc(8), BUNDLE_MARK]));
  const content = Buffer.from(deps);
  const start = bare.length + content.length;
  const data = Buffer.concat([encodeLong(start), BUNDLE_MARK]);
  const head = Buffer.alloc(12);
  head.writeUInt32LE(version, 0);
  head.writeInt32LE(2, 8);
  const isPlaced = hasPlaces && version >= 2;
  const places = [isPlaced ? bare.length : 0, isPlaced ? content.length : 0, 0, 0, 0].map(
    encodeLong,
  );
  return Buffer.concat([
    host(data),
    content,
    head,
    encodeText('id'),
    ...(version >= 2 ? places : []),
    createTableEntry(1, 1, 1, version),
    encodeText('a.dll'),
    createTableEntry(bare.length, content.length, 3, version),
    encodeText('a.deps.json'),
  ]);
}

function createTableEntry(
  offset: number,
  sizeBytes: number,
  kind: number,
  version: number,
): Buffer {
  const compressed = version >= 6 ? [encodeLong(0)] : [];
  return Buffer.concat([encodeLong(offset), encodeLong(sizeBytes), ...compressed, Buffer.of(kind)]);
}

function encodeText(text: string): Buffer {
  return Buffer.concat([Buffer.of(text.length), Buffer.from(text)]);
}

function encodeLong(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return bytes;
}
