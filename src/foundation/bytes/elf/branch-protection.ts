import { toDataView } from '../../core/bytes.ts';
import type { ElfFile } from './elf.ts';
import { type NoteKind, readNotes } from './notes.ts';

/** Extent of the processor's protection of jumps and returns in a file. */
export type BranchProtection = 'none' | 'partial' | 'full';

const PROPERTIES: NoteKind = { owner: 'GNU', type: 5 };
const PROPERTY_HEADER_BYTES = 8;
/**
 * The property that lists it, with its two bits: jump targets and a shadow stack, or jump targets
 * and signed addresses. Linux Extensions to gABI, "Program Property"; x86-64 psABI and AArch64 ELF
 * ABI.
 */
const X86_FEATURES = 0xc0000002;
const ARM_FEATURES = 0xc0000000;
const FEATURES: ReadonlyMap<number, number> = new Map([
  [3, X86_FEATURES],
  [62, X86_FEATURES],
  [183, ARM_FEATURES],
]);

/** Returns `undefined` for machines without such protection. */
export function getBranchProtection(elf: ElfFile): BranchProtection | undefined {
  const property = FEATURES.get(elf.machine);
  if (property === undefined) {
    return undefined;
  }
  const [properties] = readNotes(elf, PROPERTIES);
  const bits = properties === undefined ? 0 : findProperty(elf, properties, property) & 3;
  return bits === 3 ? 'full' : bits === 0 ? 'none' : 'partial';
}

function findProperty({ layout }: ElfFile, content: Uint8Array, wanted: number): number {
  const view = toDataView(content);
  const little = layout.isLittleEndian;
  const step = layout.is64 ? 8 : 4;
  for (let at = 0; at + PROPERTY_HEADER_BYTES + 4 <= content.length; ) {
    const bytes = view.getUint32(at + 4, little);
    if (view.getUint32(at, little) === wanted && bytes >= 4) {
      return view.getUint32(at + PROPERTY_HEADER_BYTES, little);
    }
    at += PROPERTY_HEADER_BYTES + Math.ceil(bytes / step) * step;
  }
  return 0;
}
