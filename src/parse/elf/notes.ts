import { boundedRead, type ElfFile, SECTION, SEGMENT, sectionBytes } from './elf.ts';
import { nameAt, viewOf } from './word.ts';

/** One note: who wrote it, of which kind, and what it says. System V ABI, chapter 5, "Note Section". */
export interface ElfNote {
  readonly name: string;
  readonly type: number;
  readonly content: Uint8Array;
}

const NOTE_HEADER_BYTES = 12;
const BUILD_ID_TYPE = 3;

/** The notes of all note segments, or of the sections where there are no segments. */
export function readNotes(elf: ElfFile): ElfNote[] {
  const maxBytes = elf.limits.recordBytesMax;
  const segments = elf.segments.filter(({ type }) => type === SEGMENT.note);
  const blocks =
    segments.length > 0
      ? segments.map((one) =>
          boundedRead(elf.content, one.offset, Math.min(one.fileBytes, maxBytes)),
        )
      : elf.sections
          .filter(({ type }) => type === SECTION.note)
          .map((section) => sectionBytes(elf, section, maxBytes));
  return blocks.flatMap((block) => notesIn(elf, block)).slice(0, elf.limits.executableRecordsMax);
}

/** The build ID as hexadecimal digits, as `file` prints it. */
export function buildIdOf(elf: ElfFile): string | undefined {
  const note = readNotes(elf).find(({ name, type }) => name === 'GNU' && type === BUILD_ID_TYPE);
  return note && Buffer.from(note.content).toString('hex');
}

/** The path of the dynamic loader that the program asks for. */
export function interpreterOf(elf: ElfFile): string | undefined {
  const segment = elf.segments.find(({ type }) => type === SEGMENT.interpreter);
  if (segment === undefined) {
    return undefined;
  }
  const { pathBytesMax } = elf.limits;
  const bytes = boundedRead(elf.content, segment.offset, Math.min(segment.fileBytes, pathBytesMax));
  return nameAt(bytes, 0, pathBytesMax) || undefined;
}

function notesIn(elf: ElfFile, block: Uint8Array): ElfNote[] {
  const view = viewOf(block);
  const little = elf.layout.isLittleEndian;
  const notes: ElfNote[] = [];
  let at = 0;
  while (at + NOTE_HEADER_BYTES <= block.length && notes.length < elf.limits.executableRecordsMax) {
    const nameBytes = view.getUint32(at, little);
    const contentBytes = view.getUint32(at + 4, little);
    const nameStart = at + NOTE_HEADER_BYTES;
    const contentStart = nameStart + padded(nameBytes);
    if (contentStart + contentBytes > block.length) {
      break;
    }
    notes.push({
      name: nameAt(block, nameStart, nameBytes),
      type: view.getUint32(at + 8, little),
      content: block.subarray(contentStart, contentStart + contentBytes),
    });
    at = contentStart + padded(contentBytes);
  }
  return notes;
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}
