import { toBuffer, toDataView } from '../../core/bytes.ts';
import { type ElfFile, type ElfSegment, readBounded, readSection, SEGMENT } from './elf.ts';
import { type ElfSection, SECTION } from './sections.ts';
import { readName } from './word.ts';

/** Owner and type of a note. System V ABI, chapter 5, "Note Section". */
export interface NoteKind {
  readonly owner: string;
  readonly type: number;
}

const NOTE_HEADER_BYTES = 12;
const NOTE_NAME_BYTES = 256;
/** A build ID is a digest; longer values are not build IDs. */
const BUILD_ID_BYTES_MAX = 64;
const BUILD_ID: NoteKind = { owner: 'GNU', type: 3 };

/**
 * Returns the contents of all notes of a kind, from note segments, or from sections of a file
 * without segments. Segments may overlap, so the limits apply to all of them together.
 */
export function readNotes(elf: ElfFile, kind: NoteKind): readonly Uint8Array[] {
  const { recordBytesMax, executableRecordsMax } = elf.limits;
  const search: NoteSearch = { kind, found: [], notesLeft: executableRecordsMax };
  let bytesLeft = recordBytesMax;
  for (const block of listNoteSegments(elf) ?? listNoteSections(elf)) {
    const bytes = readBounded(elf.content, block.offset, Math.min(block.fileBytes, bytesLeft));
    bytesLeft -= bytes.length;
    searchNotes(elf, bytes, search);
  }
  return search.found;
}

function listNoteSegments({ segments }: ElfFile): readonly ElfSegment[] | undefined {
  let found: ElfSegment[] | undefined;
  for (const segment of segments) {
    if (segment.type === SEGMENT.note) {
      found ??= [];
      found.push(segment);
    }
  }
  return found;
}

function listNoteSections(elf: ElfFile): { readonly offset: number; readonly fileBytes: number }[] {
  return [...elf.sections]
    .filter(({ type }) => type === SECTION.note)
    .map(({ offset, sizeBytes }) => ({ offset, fileBytes: sizeBytes }));
}

/** The same for one section of any type. */
export function readNotesOfSection(
  elf: ElfFile,
  section: ElfSection,
  kind: NoteKind,
): readonly Uint8Array[] {
  const search: NoteSearch = { kind, found: [], notesLeft: Number.POSITIVE_INFINITY };
  searchNotes(elf, readSection(elf, section, elf.limits.recordBytesMax), search);
  return search.found;
}

/** Returns the build ID as hexadecimal digits, as `file` prints it. */
export function readBuildId(elf: ElfFile): string | undefined {
  const id = readNotes(elf, BUILD_ID).find(({ length }) => length <= BUILD_ID_BYTES_MAX);
  return id && toBuffer(id).toString('hex');
}

/** Returns the path of the dynamic loader that the program requests. */
export function readInterpreter(elf: ElfFile): string | undefined {
  const segment = elf.segments.find(({ type }) => type === SEGMENT.interpreter);
  if (segment === undefined) {
    return undefined;
  }
  const { pathBytesMax } = elf.limits;
  const bytes = readBounded(elf.content, segment.offset, Math.min(segment.fileBytes, pathBytesMax));
  return readName(bytes, 0, pathBytesMax) || undefined;
}

interface NoteSearch {
  readonly kind: NoteKind;
  readonly found: Uint8Array[];
  notesLeft: number;
}

/** Names are compared only if the type matches, because most notes are of other kinds. */
function searchNotes(elf: ElfFile, block: Uint8Array, search: NoteSearch): void {
  const { owner, type } = search.kind;
  const view = toDataView(block);
  const little = elf.layout.isLittleEndian;
  let at = 0;
  while (at + NOTE_HEADER_BYTES <= block.length && search.notesLeft > 0) {
    const nameBytes = view.getUint32(at, little);
    const contentBytes = view.getUint32(at + 4, little);
    const nameStart = at + NOTE_HEADER_BYTES;
    const contentStart = nameStart + padLength(nameBytes);
    if (contentStart + contentBytes > block.length) {
      return;
    }
    search.notesLeft -= 1;
    const isWanted =
      view.getUint32(at + 8, little) === type &&
      readName(block, nameStart, Math.min(nameBytes, NOTE_NAME_BYTES)) === owner;
    if (isWanted) {
      search.found.push(block.subarray(contentStart, contentStart + contentBytes));
    }
    at = contentStart + padLength(contentBytes);
  }
}

function padLength(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}
