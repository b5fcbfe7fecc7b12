import { computeXxh64 } from '../../../foundation/bytes/xxhash/xxh64.ts';
import type { Budget } from '../../../foundation/core/budget.ts';
import { type Bytes, toDataView } from '../../../foundation/core/bytes.ts';
import { compareText } from '../../../foundation/core/compare-text.ts';
import { decodeDocument } from '../../../foundation/syntax/json/bounded-json.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { parseFileJson } from '../../../foundation/syntax/json/parse-json.ts';
import { encodeHashedText } from './hashed-json.ts';

/** The header of one file of a model. */
export interface SafetensorsHeader {
  readonly tensorCount: number;
  readonly parameters: number;
  /** The type of most numbers, such as `BF16`; empty if there are no tensors. */
  readonly quantization: string;
  /** Notes of the author, sorted by key. */
  readonly notes: readonly { readonly key: string; readonly value: string }[];
  /** Digest of names, types and shapes of the tensors, and of the notes. */
  readonly digest: string;
}

interface Tensor {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
}

const NOTES = '__metadata__';
const LENGTH_BYTES = 8;

/**
 * Reads the header from the first bytes of the file; `undefined` if it is malformed, longer than
 * the given bytes, or beyond the budget. safetensors, "Format".
 */
export function readSafetensors(content: Bytes, budget: Budget): SafetensorsHeader | undefined {
  const start = content.read(0, LENGTH_BYTES);
  if (start.length < LENGTH_BYTES) {
    return undefined;
  }
  const length = Number(toDataView(start).getBigUint64(0, true));
  if (length === 0 || length > content.sizeBytes - LENGTH_BYTES) {
    return undefined;
  }
  const header = parseFileJson(decodeDocument(content.read(LENGTH_BYTES, length)), budget);
  if (!isRecord(header)) {
    return undefined;
  }
  const notes = readNotes(header[NOTES]);
  const tensors = Object.entries(header)
    .flatMap(([name, entry]) => (name === NOTES ? [] : readTensor(name, entry)))
    .sort((left, right) => compareText(left.name, right.name));
  return {
    tensorCount: tensors.length,
    parameters: tensors.reduce((sum, tensor) => sum + countElements(tensor), 0),
    quantization: findMainType(tensors),
    notes,
    digest: computeDigest(tensors, notes),
  };
}

function readNotes(value: unknown): SafetensorsHeader['notes'] {
  return Object.entries(isRecord(value) ? value : {})
    .flatMap(([key, note]) => (typeof note === 'string' ? [{ key, value: note }] : []))
    .sort((left, right) => compareText(left.key, right.key));
}

function readTensor(name: string, entry: unknown): Tensor[] {
  if (!isRecord(entry)) {
    return [];
  }
  const { dtype, shape } = entry;
  const dimensions: unknown[] = Array.isArray(shape) ? shape : [];
  return [
    {
      name,
      type: typeof dtype === 'string' ? dtype : '',
      shape: dimensions.filter((dimension) => typeof dimension === 'number'),
    },
  ];
}

function countElements({ shape }: Tensor): number {
  return shape.reduce((product, dimension) => product * Math.max(dimension, 0), 1);
}

/** Names of types in the frameworks that write such files. */
const TYPE_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    FP16: 'F16',
    FLOAT16: 'F16',
    HALF: 'F16',
    FP32: 'F32',
    FLOAT32: 'F32',
    FLOAT: 'F32',
    FP64: 'F64',
    FLOAT64: 'F64',
    DOUBLE: 'F64',
    INT8: 'I8',
    UINT8: 'U8',
    INT16: 'I16',
    INT32: 'I32',
    INT64: 'I64',
  }),
);

function findMainType(tensors: readonly Tensor[]): string {
  const sizes = new Map<string, number>();
  for (const tensor of tensors) {
    sizes.set(tensor.type, (sizes.get(tensor.type) ?? 0) + countElements(tensor));
  }
  const [most] = [...sizes]
    .filter(([, size]) => size > 0)
    .sort(
      ([leftName, left], [rightName, right]) => right - left || compareText(leftName, rightName),
    );
  const name = (most?.[0] ?? '').toUpperCase();
  return TYPE_NAMES.get(name) ?? name;
}

function computeDigest(tensors: readonly Tensor[], notes: SafetensorsHeader['notes']): string {
  const items = tensors.map(
    ({ name, type, shape }) =>
      `{"name":${encodeHashedText(name)},"dtype":${encodeHashedText(type)},"shape":[${shape.join(',')}]}`,
  );
  const members = notes.map(
    ({ key, value }) => `${encodeHashedText(key)}:${encodeHashedText(value)}`,
  );
  const metadata = members.length === 0 ? '' : `,"metadata":{${members.join(',')}}`;
  return computeXxh64(Buffer.from(`{"tensors":[${items.join(',')}]${metadata}}`));
}

/** Returns the digest of a model in several files, regardless of their order. */
export function combineDigests(digests: readonly string[]): string {
  const [only = ''] = digests;
  return digests.length <= 1
    ? only
    : computeXxh64(Buffer.from([...digests].sort(compareText).join('|')));
}
