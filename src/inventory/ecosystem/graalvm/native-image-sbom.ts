import { expandGzip, type Gunzipped } from '../../../foundation/bytes/compression/gunzip.ts';
import { readDynamic } from '../../../foundation/bytes/elf/dynamic.ts';
import { readElf } from '../../../foundation/bytes/elf/elf.ts';
import { readDynamicSymbols, readFullSymbols } from '../../../foundation/bytes/elf/symbols.ts';
import {
  type ExecutableImage,
  readExecutableImages,
  readLoaded,
} from '../../../foundation/bytes/executable/executable-image.ts';
import { findMachOSymbols, readMachOSlices } from '../../../foundation/bytes/macho/macho.ts';
import { findPeExports } from '../../../foundation/bytes/pe/exports.ts';
import { type Bytes, toDataView } from '../../../foundation/core/bytes.ts';
import type { Limits } from '../../../foundation/core/limits.ts';
import type { ProblemNote } from '../../../foundation/core/problem.ts';

/** Symbols of a native image that contains an SBOM. GraalVM, "SBOM support". */
const SYMBOL = { content: 'sbom', length: 'sbom_length', version: '__svm_version_info' } as const;
const LENGTH_BYTES = 8;

/**
 * Returns the SBOM documents that GraalVM put into a program, one for each architecture; empty if
 * it is not a native image or contains none.
 */
export function readNativeImageSboms(
  content: Bytes,
  limits: Limits,
): { readonly documents: readonly Uint8Array[]; readonly problems: readonly ProblemNote[] } {
  const symbols = findSymbols(content, limits).filter(isComplete);
  if (symbols.length === 0) {
    return { documents: [], problems: [] };
  }
  const images = readExecutableImages(content, limits);
  const unpacked = symbols.map((addresses, index) =>
    unpackDocument(images[index] ?? images[0], addresses, limits),
  );
  return {
    documents: unpacked.filter(({ problem }) => problem === undefined).map(({ bytes }) => bytes),
    problems: unpacked.flatMap(({ problem }) => problem ?? []),
  };
}

function isComplete(found: Addresses): boolean {
  return NAMES.size === found.size;
}

type Addresses = ReadonlyMap<string, number>;

/** Returns the addresses of the symbols by name, for each architecture. */
function findSymbols(content: Bytes, limits: Limits): Addresses[] {
  const [first] = content.read(0, 1);
  if (first === 0x7f) {
    return [findElfSymbols(content, limits)];
  }
  if (first === 0x4d) {
    return [findPeExports(content, new Set(Object.values(SYMBOL)), limits)];
  }
  const names = new Map(Object.values(SYMBOL).map((name) => [`_${name}`, name]));
  return readMachOSlices(content, limits).map((slice) => {
    const found = findMachOSymbols(slice, new Set(names.keys()), limits);
    return new Map([...found].map(([name, address]) => [names.get(name) ?? name, address]));
  });
}

function findElfSymbols(content: Bytes, limits: Limits): Addresses {
  const elf = readElf(content, limits);
  const found = new Map<string, number>();
  const tables =
    elf === undefined ? [] : [readFullSymbols(elf), readDynamicSymbols(elf, readDynamic(elf))];
  for (const table of tables) {
    // This excludes most programs without reading their symbols.
    if (table?.strings.includes(VERSION_NAME) === true) {
      for (let index = 1; index < table.count; index++) {
        const name = table.name(index, SYMBOL.version.length + 1);
        if (NAMES.has(name)) {
          found.set(name, table.getValue(index));
        }
      }
    }
  }
  return found;
}

const NAMES: ReadonlySet<string> = new Set(Object.values(SYMBOL));

const VERSION_NAME = Buffer.from(`${SYMBOL.version}\0`);

function unpackDocument(
  image: ExecutableImage | undefined,
  addresses: Addresses,
  limits: Limits,
): Gunzipped {
  const readVariable = (name: string, length: number): Uint8Array =>
    image === undefined ? new Uint8Array(0) : readLoaded(image, addresses.get(name) ?? 0, length);
  const lengthBytes = readVariable(SYMBOL.length, LENGTH_BYTES);
  const length =
    lengthBytes.length < LENGTH_BYTES ? 0 : Number(toDataView(lengthBytes).getBigUint64(0, true));
  const packed =
    length > limits.documentBytesMax ? undefined : readVariable(SYMBOL.content, length);
  return packed === undefined || packed.length < length || length === 0
    ? { bytes: new Uint8Array(0), problem: DAMAGED }
    : expandGzip(packed, limits, 'documentBytesMax');
}

const DAMAGED: ProblemNote = {
  code: 'P_MALFORMED',
  message: 'the SBOM in the native image is outside the file, or is too large',
};
