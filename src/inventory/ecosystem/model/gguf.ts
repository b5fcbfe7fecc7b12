import { computeXxh64 } from '../../../foundation/bytes/xxhash/xxh64.ts';
import { type Bytes, toDataView } from '../../../foundation/core/bytes.ts';
import { compareText } from '../../../foundation/core/compare-text.ts';
import type { Limits } from '../../../foundation/core/limits.ts';
import { detectQuantization, type GgufTensor } from './gguf-quantization.ts';
import { encodeHashedNumber, encodeHashedText, findShortestSingle } from './hashed-json.ts';

/** The header of a model file; missing values are empty. */
export interface GgufHeader {
  readonly formatVersion: number;
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly architecture: string;
  /** Such as `Q4_K_M`; `Unknown` if it cannot be determined. */
  readonly quantization: string;
  readonly parameters: number;
  readonly tensorCount: number;
  /** Further entries, sorted by key. Long lists are reduced to their position and length. */
  readonly others: Readonly<Record<string, unknown>>;
  /** Digest of all entries, without the tensors. */
  readonly digest: string;
}

const MAGIC = 0x46554747;
const VERSIONS = { min: 1, max: 3 } as const;
/** `gguf_metadata_value_type`. GGUF specification. */
const TYPE = {
  single: 6,
  boolean: 7,
  text: 8,
  list: 9,
  uint64: 10,
  int64: 11,
  double: 12,
} as const;
const NUMBER_BYTES = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8] as const;
const NESTED_MAX = 8;
const DIMENSIONS_MAX = 4;
/** Lists with one number per layer, which are short. */
const LISTED = /\.(?:feed_forward_length|attention\.head_count)$/;

interface Entry {
  readonly key: string;
  readonly type: number;
  readonly value: Value;
}

interface Value {
  /** The value as JSON; `undefined` if JSON cannot represent it. */
  readonly plain: unknown;
  readonly hashed: string | undefined;
}

/** The content ends before its header does, or a number in it is impossible. */
class DamagedHeader extends Error {
  override readonly name = 'DamagedHeader';
}

/**
 * Reads the header of a model from the first bytes of its file. Returns `none` if the content is
 * not such a file, `damaged` if the header is malformed or longer than the given bytes.
 */
export function readGguf(content: Bytes, limits: Limits): GgufHeader | 'none' | 'damaged' {
  const start = toDataView(content.read(0, 8));
  if (start.byteLength < 8 || start.getUint32(0, true) !== MAGIC) {
    return 'none';
  }
  const formatVersion = start.getUint32(4, true);
  if (formatVersion < VERSIONS.min || formatVersion > VERSIONS.max) {
    return 'damaged';
  }
  try {
    return readHeader(new GgufReader(content, formatVersion, limits), limits, formatVersion);
  } catch (error) {
    if (error instanceof DamagedHeader) {
      return 'damaged';
    }
    throw error;
  }
}

function readHeader(reader: GgufReader, limits: Limits, formatVersion: number): GgufHeader {
  const tensorCount = reader.readLength();
  const entryCount = reader.readLength();
  if (tensorCount > limits.recordsMax || entryCount > limits.recordsMax) {
    throw new DamagedHeader();
  }
  const entries: Entry[] = [];
  while (entries.length < entryCount) {
    entries.push(reader.readMetadataEntry());
  }
  const tensors: GgufTensor[] = [];
  while (tensors.length < tensorCount) {
    tensors.push(reader.readTensor());
  }
  entries.sort((left, right) => compareText(left.key, right.key));
  const readGgufText = (key: string): string => {
    const found = entries.find((entry) => entry.key === key)?.value.plain;
    return typeof found === 'string' ? found : '';
  };
  const architecture = detectArchitecture(readGgufText, tensors);
  const fileType = entries.find(({ key }) => key === 'general.file_type')?.value.plain;
  return {
    formatVersion,
    name: readGgufText('general.name'),
    version: readGgufText('general.version'),
    license: readGgufText('general.license'),
    architecture,
    quantization: detectQuantization(fileType, tensors, architecture),
    parameters: tensors.reduce((sum, { elements }) => sum + elements, 0),
    tensorCount,
    others: Object.fromEntries(
      entries
        .filter(({ key, value }) => !SEPARATE_KEYS.has(key) && value.plain !== undefined)
        .map(({ key, value }) => [key, value.plain]),
    ),
    digest: computeDigest(entries),
  };
}

const SEPARATE_KEYS: ReadonlySet<string> = new Set([
  'general.architecture',
  'general.license',
  'general.name',
  'general.parameter_count',
  'general.quantization',
  'general.version',
]);

const DIFFUSION = 'diffusion';
const DIFFUSION_NAMES: ReadonlySet<string> = new Set([
  'flux',
  'sd',
  'sd2.5',
  'sd3',
  'stable-diffusion',
]);
const DIFFUSION_TENSOR =
  /^(?:model\.diffusion_model|double_blocks|joint_blocks|decoder|encoder|text_model)\./;

/** Models that generate images have one architecture, regardless of their names. */
function detectArchitecture(
  readGgufText: (key: string) => string,
  tensors: readonly GgufTensor[],
): string {
  const hint = readGgufText('controlvector.model_hint');
  const architecture = readGgufText('general.architecture');
  if (hint !== '' || (architecture !== '' && !DIFFUSION_NAMES.has(architecture))) {
    return hint || architecture;
  }
  if (readGgufText('general.type') === 'imatrix') {
    return 'imatrix';
  }
  return tensors.some(({ name }) => DIFFUSION_TENSOR.test(name)) ? DIFFUSION : architecture;
}

function computeDigest(entries: readonly Entry[]): string {
  const items: string[] = [];
  for (const { key, type, value } of entries) {
    if (value.hashed === undefined) {
      return '';
    }
    items.push(`{"key":${encodeHashedText(key)},"valueType":${type},"value":${value.hashed}}`);
  }
  return computeXxh64(Buffer.from(`[${items.join(',')}]`));
}

/** Reads the parts of a header in order. */
class GgufReader {
  readonly #view: DataView;
  readonly #lengthBytes: 4 | 8;
  /** Maximum number of values of a kept list: one for each layer of the model. */
  readonly #listedMax: number;
  #at = 8;

  constructor(content: Bytes, version: number, { recordsMax }: Limits) {
    this.#view = toDataView(content.read(0, content.sizeBytes));
    this.#lengthBytes = version === 1 ? 4 : 8;
    this.#listedMax = recordsMax;
  }

  readMetadataEntry(): Entry {
    const key = this.#readGgufText();
    const type = this.#readNumber(4);
    return { key, type, value: this.#readEntryValue(key, type, 0) };
  }

  readTensor(): GgufTensor {
    const name = this.#readGgufText();
    const dimensions = this.#readNumber(4);
    if (dimensions === 0 || dimensions > DIMENSIONS_MAX) {
      throw new DamagedHeader();
    }
    let elements = 1;
    for (let dimension = 0; dimension < dimensions; dimension++) {
      elements *= this.readLength();
    }
    const type = this.#readNumber(4);
    this.#readNumber(8);
    return { name, type, elements };
  }

  readLength(): number {
    return this.#readNumber(this.#lengthBytes);
  }

  #takeBytes(bytes: number): number {
    const at = this.#at;
    if (!(bytes <= this.#view.byteLength - at)) {
      throw new DamagedHeader();
    }
    this.#at += bytes;
    return at;
  }

  #readNumber(bytes: 4 | 8): number {
    const at = this.#takeBytes(bytes);
    return bytes === 4 ? this.#view.getUint32(at, true) : Number(this.#view.getBigUint64(at, true));
  }

  #readGgufText(): string {
    const length = this.readLength();
    const at = this.#takeBytes(length);
    return Buffer.from(this.#view.buffer, this.#view.byteOffset + at, length).toString('utf8');
  }

  #readEntryValue(key: string, type: number, depth: number): Value {
    if (type === TYPE.text) {
      const text = this.#readGgufText();
      return { plain: text, hashed: encodeHashedText(text) };
    }
    if (type === TYPE.list) {
      return this.#readArray(key, depth);
    }
    const bytes = NUMBER_BYTES[type];
    if (bytes === undefined) {
      throw new DamagedHeader();
    }
    return readScalar(this.#view, this.#takeBytes(bytes), type);
  }

  #readArray(key: string, depth: number): Value {
    const startOffset = this.#at;
    const type = this.#readNumber(4);
    const count = this.readLength();
    const start = this.#at;
    const isListed = depth === 0 && LISTED.test(key);
    const countMax = isListed ? this.#listedMax : this.#view.byteLength - start;
    if (depth >= NESTED_MAX || count > countMax) {
      throw new DamagedHeader();
    }
    const bytes = NUMBER_BYTES[type] ?? 0;
    const values: Value[] = [];
    if (bytes > 0 && !isListed) {
      this.#takeBytes(bytes * count);
    } else {
      for (let index = 0; index < count; index++) {
        const value = this.#readEntryValue(key, type, depth + 1);
        if (isListed) {
          values.push(value);
        }
      }
    }
    const size = this.#at - start;
    const array = values.length === 0 ? {} : { array: values.map(({ plain }) => plain) };
    const hashedArray =
      values.length === 0 ? '' : `"array":[${values.map(({ hashed }) => hashed).join(',')}],`;
    return {
      plain: { type, len: count, ...array, startOffset, size },
      hashed: values.some(({ hashed }) => hashed === undefined)
        ? undefined
        : `{"type":${type},"len":${count},${hashedArray}"startOffset":${startOffset},"size":${size}}`,
    };
  }
}

function readScalar(view: DataView, at: number, type: number): Value {
  switch (type) {
    case TYPE.boolean:
      return { plain: view.getUint8(at) !== 0, hashed: String(view.getUint8(at) !== 0) };
    case TYPE.uint64:
    case TYPE.int64: {
      const exact = type === TYPE.uint64 ? view.getBigUint64(at, true) : view.getBigInt64(at, true);
      return { plain: Number(exact), hashed: String(exact) };
    }
    case TYPE.single:
    case TYPE.double: {
      const isSingle = type === TYPE.single;
      const number = isSingle ? view.getFloat32(at, true) : view.getFloat64(at, true);
      return Number.isFinite(number)
        ? {
            plain: isSingle ? findShortestSingle(number) : number,
            hashed: encodeHashedNumber(number, isSingle),
          }
        : { plain: undefined, hashed: undefined };
    }
    default: {
      const whole = INTEGERS[type]?.(view, at) ?? 0;
      return { plain: whole, hashed: String(whole) };
    }
  }
}

const INTEGERS: readonly ((view: DataView, at: number) => number)[] = [
  (view, at) => view.getUint8(at),
  (view, at) => view.getInt8(at),
  (view, at) => view.getUint16(at, true),
  (view, at) => view.getInt16(at, true),
  (view, at) => view.getUint32(at, true),
  (view, at) => view.getInt32(at, true),
];
