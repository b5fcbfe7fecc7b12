import { computeXxh64 } from '../../bytes/xxhash/xxh64.ts';
import { type Bytes, toDataView } from '../../core/bytes.ts';
import { compareText } from '../../core/compare-text.ts';
import type { Limits } from '../../core/limits.ts';
import { type GgufTensor, quantizationOf } from './gguf-quantization.ts';
import { hashedNumber, hashedText, shortestSingle } from './hashed-json.ts';

/** What the header of a model file says; empty members are not told. */
export interface GgufHeader {
  readonly formatVersion: number;
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly architecture: string;
  /** Such as `Q4_K_M`; `Unknown` where nothing tells. */
  readonly quantization: string;
  readonly parameters: number;
  readonly tensorCount: number;
  /** What else is told, sorted by key. Long lists are only told by their place and length. */
  readonly others: Readonly<Record<string, unknown>>;
  /** Digest of all that is told, apart from the tensors. */
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
/** Lists that tell one number a layer, which are short. */
const LISTED = /\.(?:feed_forward_length|attention\.head_count)$/;

interface Entry {
  readonly key: string;
  readonly type: number;
  readonly value: Value;
}

interface Value {
  /** As JSON; `undefined` where JSON cannot hold it. */
  readonly plain: unknown;
  readonly hashed: string | undefined;
}

/** The content ends before its header does, or a number in it cannot be. */
class DamagedHeader extends Error {
  override readonly name = 'DamagedHeader';
}

/**
 * Reads the header of a model by the first bytes of its file. `none` where the content is no such
 * file, `damaged` where the header is not well formed or longer than the bytes given.
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
    return headerOf(new GgufReader(content, formatVersion, limits), limits, formatVersion);
  } catch (error) {
    if (error instanceof DamagedHeader) {
      return 'damaged';
    }
    throw error;
  }
}

function headerOf(reader: GgufReader, limits: Limits, formatVersion: number): GgufHeader {
  const tensorCount = reader.length();
  const entryCount = reader.length();
  if (tensorCount > limits.recordsMax || entryCount > limits.recordsMax) {
    throw new DamagedHeader();
  }
  const entries: Entry[] = [];
  while (entries.length < entryCount) {
    entries.push(reader.entry());
  }
  const tensors: GgufTensor[] = [];
  while (tensors.length < tensorCount) {
    tensors.push(reader.tensor());
  }
  entries.sort((left, right) => compareText(left.key, right.key));
  const text = (key: string): string => {
    const found = entries.find((entry) => entry.key === key)?.value.plain;
    return typeof found === 'string' ? found : '';
  };
  const architecture = architectureOf(text, tensors);
  const fileType = entries.find(({ key }) => key === 'general.file_type')?.value.plain;
  return {
    formatVersion,
    name: text('general.name'),
    version: text('general.version'),
    license: text('general.license'),
    architecture,
    quantization: quantizationOf(fileType, tensors, architecture),
    parameters: tensors.reduce((sum, { elements }) => sum + elements, 0),
    tensorCount,
    others: Object.fromEntries(
      entries
        .filter(({ key, value }) => !TOLD_APART.has(key) && value.plain !== undefined)
        .map(({ key, value }) => [key, value.plain]),
    ),
    digest: digestOf(entries),
  };
}

const TOLD_APART: ReadonlySet<string> = new Set([
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

/** Models that make pictures are one architecture, whatever they are called. */
function architectureOf(text: (key: string) => string, tensors: readonly GgufTensor[]): string {
  const hint = text('controlvector.model_hint');
  const told = text('general.architecture');
  if (hint !== '' || (told !== '' && !DIFFUSION_NAMES.has(told))) {
    return hint || told;
  }
  if (text('general.type') === 'imatrix') {
    return 'imatrix';
  }
  return tensors.some(({ name }) => DIFFUSION_TENSOR.test(name)) ? DIFFUSION : told;
}

function digestOf(entries: readonly Entry[]): string {
  const items: string[] = [];
  for (const { key, type, value } of entries) {
    if (value.hashed === undefined) {
      return '';
    }
    items.push(`{"key":${hashedText(key)},"valueType":${type},"value":${value.hashed}}`);
  }
  return computeXxh64(Buffer.from(`[${items.join(',')}]`));
}

/** Reads the parts of a header one after the other. */
class GgufReader {
  readonly #view: DataView;
  readonly #lengthBytes: 4 | 8;
  /** Values of a list that is kept: one for each layer of the model. */
  readonly #listedMax: number;
  #at = 8;

  constructor(content: Bytes, version: number, { recordsMax }: Limits) {
    this.#view = toDataView(content.read(0, content.sizeBytes));
    this.#lengthBytes = version === 1 ? 4 : 8;
    this.#listedMax = recordsMax;
  }

  entry(): Entry {
    const key = this.#text();
    const type = this.#number(4);
    return { key, type, value: this.#value(key, type, 0) };
  }

  tensor(): GgufTensor {
    const name = this.#text();
    const dimensions = this.#number(4);
    if (dimensions === 0 || dimensions > DIMENSIONS_MAX) {
      throw new DamagedHeader();
    }
    let elements = 1;
    for (let dimension = 0; dimension < dimensions; dimension++) {
      elements *= this.length();
    }
    const type = this.#number(4);
    this.#number(8);
    return { name, type, elements };
  }

  length(): number {
    return this.#number(this.#lengthBytes);
  }

  #take(bytes: number): number {
    const at = this.#at;
    if (!(bytes <= this.#view.byteLength - at)) {
      throw new DamagedHeader();
    }
    this.#at += bytes;
    return at;
  }

  #number(bytes: 4 | 8): number {
    const at = this.#take(bytes);
    return bytes === 4 ? this.#view.getUint32(at, true) : Number(this.#view.getBigUint64(at, true));
  }

  #text(): string {
    const length = this.length();
    const at = this.#take(length);
    return Buffer.from(this.#view.buffer, this.#view.byteOffset + at, length).toString('utf8');
  }

  #value(key: string, type: number, depth: number): Value {
    if (type === TYPE.text) {
      const text = this.#text();
      return { plain: text, hashed: hashedText(text) };
    }
    if (type === TYPE.list) {
      return this.#list(key, depth);
    }
    const bytes = NUMBER_BYTES[type];
    if (bytes === undefined) {
      throw new DamagedHeader();
    }
    return scalarAt(this.#view, this.#take(bytes), type);
  }

  #list(key: string, depth: number): Value {
    const startOffset = this.#at;
    const type = this.#number(4);
    const count = this.length();
    const start = this.#at;
    const isListed = depth === 0 && LISTED.test(key);
    const countMax = isListed ? this.#listedMax : this.#view.byteLength - start;
    if (depth >= NESTED_MAX || count > countMax) {
      throw new DamagedHeader();
    }
    const bytes = NUMBER_BYTES[type] ?? 0;
    const values: Value[] = [];
    if (bytes > 0 && !isListed) {
      this.#take(bytes * count);
    } else {
      for (let index = 0; index < count; index++) {
        const value = this.#value(key, type, depth + 1);
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

function scalarAt(view: DataView, at: number, type: number): Value {
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
            plain: isSingle ? shortestSingle(number) : number,
            hashed: hashedNumber(number, isSingle),
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
