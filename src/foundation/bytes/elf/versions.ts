import { toDataView } from '../../core/bytes.ts';
import type { ElfDynamic } from './dynamic.ts';
import { type ElfFile, readBounded, toFileOffset } from './elf.ts';
import { readName } from './word.ts';

/** Versions that a file needs from one library. */
export interface VersionNeeds {
  /** Name of the library as in `DT_NEEDED`. */
  readonly library: string;
  /** Such as `GLIBC_2.34`, in the order of the file; weak ones are left out. */
  readonly versions: readonly string[];
}

export interface ElfVersions {
  /** Versions that the library defines, in the order of the file. */
  readonly defined: readonly string[];
  readonly needed: readonly VersionNeeds[];
}

/** The definition that only names the file. Linux Standard Base, "Symbol Versioning". */
const FLAG_BASE = 1;
/** A version without which the file can be loaded. */
const FLAG_WEAK = 2;

const DEFINITION = { flags: 2, name: 12, next: 16, bytes: 20 } as const;
const NEED = { count: 2, file: 4, first: 8, next: 12, bytes: 16 } as const;
const NEEDED_VERSION = { flags: 4, name: 8, next: 12, bytes: 16 } as const;

/** Reads the versions of symbols that a file defines and needs, as the loader does. */
export function readVersions(elf: ElfFile, dynamic: ElfDynamic): ElfVersions {
  const { versionsDefinedAddress, versionsNeededAddress } = dynamic;
  const defined: string[] = [];
  for (const { view, at, little } of listVersionRecords(elf, versionsDefinedAddress, DEFINITION)) {
    if ((view.getUint16(at + DEFINITION.flags, little) & FLAG_BASE) === 0) {
      // The first auxiliary entry names the version itself, the others those that it inherits.
      const name = at + view.getUint32(at + DEFINITION.name, little);
      if (name + 4 <= view.byteLength) {
        defined.push(readVersionName(elf, dynamic, view.getUint32(name, little)));
      }
    }
  }
  const needed = listVersionRecords(elf, versionsNeededAddress, NEED).map(
    ({ view, at, little }) => {
      const start = at + view.getUint32(at + NEED.first, little);
      const versions = listChain(elf, view, { start, ...NEEDED_VERSION })
        .slice(0, view.getUint16(at + NEED.count, little))
        .filter((one) => (view.getUint16(one + NEEDED_VERSION.flags, little) & FLAG_WEAK) === 0)
        .map((one) =>
          readVersionName(elf, dynamic, view.getUint32(one + NEEDED_VERSION.name, little)),
        );
      const library = readVersionName(elf, dynamic, view.getUint32(at + NEED.file, little));
      return { library, versions };
    },
  );
  return { defined, needed };
}

interface VersionRecord {
  readonly view: DataView;
  readonly at: number;
  readonly little: boolean;
}

interface RecordForm {
  readonly next: number;
  readonly bytes: number;
}

function listVersionRecords(
  elf: ElfFile,
  address: number | undefined,
  form: RecordForm,
): readonly VersionRecord[] {
  const offset = address === undefined ? undefined : toFileOffset(elf, address);
  if (offset === undefined) {
    return [];
  }
  const view = toDataView(readBounded(elf.content, offset, elf.limits.executableTableBytesMax));
  const little = elf.layout.isLittleEndian;
  return listChain(elf, view, { start: 0, ...form }).map((at) => ({ view, at, little }));
}

/** Follows relative offsets to the next record; 0 ends the chain. */
function listChain(
  { limits, layout }: ElfFile,
  view: DataView,
  { start, next, bytes }: RecordForm & { readonly start: number },
): readonly number[] {
  const places: number[] = [];
  let at = start;
  while (at + bytes <= view.byteLength && places.length < limits.executableRecordsMax) {
    places.push(at);
    const step = view.getUint32(at + next, layout.isLittleEndian);
    if (step === 0) {
      break;
    }
    at += step;
  }
  return places;
}

function readVersionName({ limits }: ElfFile, { strings }: ElfDynamic, offset: number): string {
  return readName(strings, offset, limits.pathBytesMax);
}
