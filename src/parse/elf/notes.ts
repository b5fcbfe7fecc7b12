import { bufferOf } from '../../core/bytes.ts';
import {
  boundedRead,
  type ElfFile,
  type ElfSection,
  SECTION,
  SEGMENT,
  sectionBytes,
} from './elf.ts';
import { nameAt, viewOf } from './word.ts';

/**
 * One note: who wrote it, of which kind, and what it says. System V ABI, chapter 5, "Note Section".
 */
export interface ElfNote {
  readonly name: string;
  readonly type: number;
  readonly content: Uint8Array;
}

const NOTE_HEADER_BYTES = 12;
const NOTE_NAME_BYTES = 256;
/** A build ID is a digest: longer ones are none. */
const BUILD_ID_BYTES_MAX = 64;
const BUILD_ID_TYPE = 3;

/**
 * The notes of all note segments, or of the sections where there are no segments. Segments may
 * overlap, so that the limits hold for all of them together.
 */
export function* readNotes(elf: ElfFile): Iterable<ElfNote> {
  const segments = elf.segments.filter(({ type }) => type === SEGMENT.note);
  let bytesLeft = elf.limits.recordBytesMax;
  let notesLeft = elf.limits.executableRecordsMax;
  for (const block of segments.length > 0 ? segments : noteSections(elf)) {
    const bytes = boundedRead(elf.content, block.offset, Math.min(block.fileBytes, bytesLeft));
    bytesLeft -= bytes.length;
    for (const note of notesIn(elf, bytes)) {
      notesLeft -= 1;
      if (notesLeft < 0) {
        return;
      }
      yield note;
    }
  }
}

function noteSections(elf: ElfFile): { readonly offset: number; readonly fileBytes: number }[] {
  return elf.sections
    .filter(({ type }) => type === SECTION.note)
    .map(({ offset, sizeBytes }) => ({ offset, fileBytes: sizeBytes }));
}

/** The notes of one section, whatever its type says. */
export function* readNotesOfSection(elf: ElfFile, section: ElfSection): Iterable<ElfNote> {
  yield* notesIn(elf, sectionBytes(elf, section, elf.limits.recordBytesMax));
}

/** The build ID as hexadecimal digits, as `file` prints it. */
export function buildIdOf(elf: ElfFile): string | undefined {
  for (const { name, type, content } of readNotes(elf)) {
    if (name === 'GNU' && type === BUILD_ID_TYPE && content.length <= BUILD_ID_BYTES_MAX) {
      return bufferOf(content).toString('hex');
    }
  }
  return undefined;
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

function* notesIn(elf: ElfFile, block: Uint8Array): Iterable<ElfNote> {
  const view = viewOf(block);
  const little = elf.layout.isLittleEndian;
  let at = 0;
  while (at + NOTE_HEADER_BYTES <= block.length) {
    const nameBytes = view.getUint32(at, little);
    const contentBytes = view.getUint32(at + 4, little);
    const nameStart = at + NOTE_HEADER_BYTES;
    const contentStart = nameStart + padded(nameBytes);
    if (contentStart + contentBytes > block.length) {
      return;
    }
    yield {
      name: nameAt(block, nameStart, Math.min(nameBytes, NOTE_NAME_BYTES)),
      type: view.getUint32(at + 8, little),
      content: block.subarray(contentStart, contentStart + contentBytes),
    };
    at = contentStart + padded(contentBytes);
  }
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}
