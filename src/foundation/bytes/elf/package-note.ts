import { toBuffer } from '../../core/bytes.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { getText } from '../../syntax/json/member.ts';
import { parseJson } from '../../syntax/json/parse-json.ts';
import { type ElfFile, readSection } from './elf.ts';
import { type NoteKind, readNotes, readNotesOfSection } from './notes.ts';

/** Contents of a package note in an ELF file; empty members are left out. */
export interface PackageNote {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly cpe: string;
  readonly license: string;
  /** Type of the package manager: `deb`, `rpm`, `apk`, `alpm` or another word. */
  readonly type: string;
  readonly architecture: string;
  readonly osCpe: string;
  readonly appCpe: string;
  readonly os: string;
  readonly osVersion: string;
  readonly system: string;
  readonly vendor: string;
  readonly sourceRepo: string;
  readonly commit: string;
}

const SECTION_NAME = '.note.package';
const PACKAGE: NoteKind = { owner: 'FDO', type: 0xcafe1a7e };

/**
 * Reads the note of the package that an ELF file was built for. systemd, "ELF Package Metadata":
 * JSON in a note of the owner FDO; some builders store the bare JSON in the section. `undefined` if
 * there is none, `malformed` if it is not a JSON object.
 */
export function readPackageNote(elf: ElfFile): PackageNote | 'malformed' | undefined {
  const section = elf.sections.findNamed(SECTION_NAME);
  const [note] =
    section === undefined ? readNotes(elf, PACKAGE) : readNotesOfSection(elf, section, PACKAGE);
  if (note !== undefined) {
    return parseNote(note) ?? 'malformed';
  }
  const bare = section && readSection(elf, section, elf.limits.configFileBytesMax);
  return bare === undefined || bare.length === 0 ? undefined : (parseNote(bare) ?? 'malformed');
}

function parseNote(content: Uint8Array): PackageNote | undefined {
  const text = toBuffer(content).toString('utf8');
  const value = parseJson(stripPadding(text));
  if (!isRecord(value)) {
    return undefined;
  }
  const getMember = (name: string): string => getText(value, name);
  return {
    name: getMember('name'),
    version: getMember('version'),
    purl: getMember('purl'),
    cpe: getMember('cpe'),
    license: getMember('license'),
    type: getMember('type'),
    architecture: getMember('architecture'),
    osCpe: getMember('osCPE') || getMember('osCpe'),
    appCpe: getMember('appCpe'),
    os: getMember('os'),
    osVersion: getMember('osVersion'),
    system: getMember('system'),
    vendor: getMember('vendor'),
    sourceRepo: getMember('sourceRepo'),
    commit: getMember('commit'),
  };
}

function stripPadding(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) {
    end--;
  }
  return text.slice(0, end);
}
