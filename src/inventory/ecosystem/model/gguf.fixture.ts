// Model headers for tests. GGUF specification, "File Structure".

const NUMBERS = {
  u8: 0,
  u32: 4,
  f32: 6,
  bool: 7,
  u64: 10,
  i64: 11,
  f64: 12,
} as const;
const TEXT = 8;
const LIST = 9;

export type GgufValue =
  | { readonly text: string }
  | { readonly list: readonly GgufValue[] }
  | { readonly type: keyof typeof NUMBERS; readonly number: number };

export interface GgufFixture {
  readonly version?: number;
  readonly entries?: Readonly<Record<string, GgufValue>>;
  readonly tensors?: readonly {
    readonly name: string;
    readonly dimensions: readonly number[];
    readonly type: number;
  }[];
}

export function createGguf({ version = 3, entries = {}, tensors = [] }: GgufFixture): Buffer {
  const lengthBytes = version === 1 ? 4 : 8;
  const encodeLength = (value: number): Buffer => encodeInteger(value, lengthBytes);
  const encodeText = (value: string): Buffer =>
    Buffer.concat([encodeLength(Buffer.byteLength(value)), Buffer.from(value)]);
  const encodeValue = (value: GgufValue): Buffer => {
    if ('text' in value) {
      return encodeText(value.text);
    }
    if ('list' in value) {
      const [first] = value.list;
      const type = first === undefined ? 0 : detectType(first);
      return Buffer.concat([
        encodeInteger(type, 4),
        encodeLength(value.list.length),
        ...value.list.map(encodeValue),
      ]);
    }
    return encodeNumber(value);
  };
  return Buffer.concat([
    Buffer.from('GGUF'),
    encodeInteger(version, 4),
    encodeLength(tensors.length),
    encodeLength(Object.keys(entries).length),
    ...Object.entries(entries).flatMap(([key, value]) => [
      encodeText(key),
      encodeInteger(detectType(value), 4),
      encodeValue(value),
    ]),
    ...tensors.flatMap(({ name, dimensions, type }) => [
      encodeText(name),
      encodeInteger(dimensions.length, 4),
      ...dimensions.map(encodeLength),
      encodeInteger(type, 4),
      encodeInteger(0, 8),
    ]),
  ]);
}

function detectType(value: GgufValue): number {
  if ('text' in value) {
    return TEXT;
  }
  return 'list' in value ? LIST : NUMBERS[value.type];
}

function encodeNumber({ type, number }: Extract<GgufValue, { number: number }>): Buffer {
  const bytes = Buffer.alloc(8);
  switch (type) {
    case 'f32':
      bytes.writeFloatLE(number);
      return bytes.subarray(0, 4);
    case 'f64':
      bytes.writeDoubleLE(number);
      return bytes;
    case 'i64':
      bytes.writeBigInt64LE(BigInt(number));
      return bytes;
    case 'u64':
      return encodeInteger(number, 8);
    default:
      return encodeInteger(number, type === 'u32' ? 4 : 1);
  }
}

function encodeInteger(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer.subarray(0, bytes);
}
