// Small PE files with resources for tests.

export interface PeResourcesFixture {
  /** Strings of the version resource; if absent, the file has no version resource. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Whether it has the header of the common language runtime. */
  readonly isManaged?: boolean;
  /** Name of a further resource. */
  readonly resourceName?: string;
}

const HEAD_BYTES = 512;
const SECTION_ADDRESS = 0x1000;

/** A 64-bit PE file whose only section holds resources. Numeric file version: 7.6.5.4. */
export function createPeResources(about: PeResourcesFixture): Buffer {
  const section = createSection(about);
  const head = Buffer.alloc(HEAD_BYTES);
  head.write('MZ');
  head.writeUInt32LE(64, 60);
  head.write('PE\0\0', 64);
  head.writeUInt16LE(0x8664, 68);
  head.writeUInt16LE(1, 70);
  head.writeUInt16LE(240, 84);
  const optional = 88;
  head.writeUInt16LE(0x20b, optional);
  head.writeUInt32LE(16, optional + 108);
  const getDirectory = (number: number, offset: number, sizeBytes: number): void => {
    head.writeUInt32LE(SECTION_ADDRESS + offset, optional + 112 + 8 * number);
    head.writeUInt32LE(sizeBytes, optional + 112 + 8 * number + 4);
  };
  if (about.texts !== undefined) {
    getDirectory(2, 16, section.length - 16);
  }
  if (about.isManaged === true) {
    getDirectory(14, 0, 8);
  }
  const entry = optional + 240;
  head.write('.rsrc', entry);
  head.writeUInt32LE(section.length, entry + 8);
  head.writeUInt32LE(SECTION_ADDRESS, entry + 12);
  head.writeUInt32LE(section.length, entry + 16);
  head.writeUInt32LE(HEAD_BYTES, entry + 20);
  return Buffer.concat([head, section]);
}

/** The header of the runtime, then three levels of directories: type, name and language. */
function createSection({ texts = {}, resourceName }: PeResourcesFixture): Buffer {
  const runtime = Buffer.alloc(16);
  runtime.writeUInt16LE(2, 4);
  runtime.writeUInt16LE(5, 6);
  const version = createVersion(texts);
  const isNamed = resourceName !== undefined;
  const nameBytes = Buffer.from(resourceName ?? '', 'utf16le');
  const name = Buffer.concat([Buffer.from([nameBytes.length / 2, 0]), nameBytes]);
  const nameAt = 24 * 3 + 16;
  const versionAt = Math.ceil((nameAt + name.length) / 4) * 4;
  const folders = [
    createDirectory(16, 0x80000000 + 24),
    createDirectory(isNamed ? 0x80000000 + nameAt : 1, 0x80000000 + 48),
    createDirectory(0x409, 72),
  ];
  const entry = Buffer.alloc(16);
  entry.writeUInt32LE(SECTION_ADDRESS + 16 + versionAt, 0);
  entry.writeUInt32LE(version.length, 4);
  const gap = Buffer.alloc(versionAt - nameAt - name.length);
  return Buffer.concat([runtime, ...folders, entry, name, gap, version]);
}

function createDirectory(name: number, target: number): Buffer {
  const bytes = Buffer.alloc(24);
  bytes.writeUInt16LE(1, 14);
  bytes.writeUInt32LE(name, 16);
  bytes.writeUInt32LE(target, 20);
  return bytes;
}

function createVersion(texts: Readonly<Record<string, string>>): Buffer {
  const fixed = Buffer.alloc(52);
  [0xfeef04bd, 0, 0x00070006, 0x00050004].forEach((value, at) =>
    fixed.writeUInt32LE(value, at * 4),
  );
  const strings = Object.entries(texts).map(([key, text]) =>
    createBlock(key, text === '' ? Buffer.alloc(0) : Buffer.from(`${text}\0`, 'utf16le')),
  );
  const table = createBlock('040904b0', Buffer.alloc(0), strings);
  const infos = [
    createBlock('VarFileInfo', Buffer.alloc(0)),
    createBlock('StringFileInfo', Buffer.alloc(0), [table]),
  ];
  return createBlock('VS_VERSION_INFO', fixed, infos);
}

/** Every part starts at a multiple of four. */
function createBlock(key: string, value: Buffer, inner: readonly Buffer[] = []): Buffer {
  const head = Buffer.concat([Buffer.alloc(6), Buffer.from(`${key}\0`, 'utf16le')]);
  const parts = [padBlock(head), inner.length === 0 ? value : padBlock(value)];
  for (const [index, part] of inner.entries()) {
    parts.push(index === inner.length - 1 ? part : padBlock(part));
  }
  const whole = Buffer.concat(parts);
  whole.writeUInt16LE(whole.length, 0);
  whole.writeUInt16LE(value.length, 2);
  return whole;
}

function padBlock(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
