// Parts of Go programs for tests, as the linker writes them.

const MAGIC = Buffer.from('\xff Go buildinf:', 'latin1');
const MARK = Buffer.alloc(16, 0x30);

/** Returns the module lines between their markers. */
export function createMarkedModules(lines: readonly string[]): Buffer {
  return Buffer.concat([MARK, Buffer.from(lines.map((line) => `${line}\n`).join('')), MARK]);
}

function encodeVarint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  while (left >= 0x80) {
    bytes.push((left % 0x80) | 0x80);
    left = Math.floor(left / 0x80);
  }
  return Buffer.from([...bytes, left]);
}

/** Creates build information as of Go 1.18: the strings follow the header. */
export function createInlineBuildInfo(goVersion: string, lines: readonly string[]): Buffer {
  const header = Buffer.alloc(32);
  MAGIC.copy(header);
  header[14] = 8;
  header[15] = 2;
  const version = Buffer.from(goVersion);
  const modules = createMarkedModules(lines);
  return Buffer.concat([
    header,
    encodeVarint(version.length),
    version,
    encodeVarint(modules.length),
    modules,
  ]);
}

/** Creates a function name table in the layout since Go 1.20, for 64-bit programs. */
export function createFunctionTable(names: readonly string[], isLittleEndian = true): Buffer {
  const text = Buffer.from(names.map((name) => `${name}\0`).join(''));
  const header = Buffer.alloc(8 + 8 * 8);
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  view.setUint32(0, 0xfffffff1, isLittleEndian);
  header[6] = 1;
  header[7] = 8;
  const words = [names.length, 1, 0, header.length, header.length + text.length];
  for (const [index, word] of words.entries()) {
    view.setBigUint64(8 + 8 * index, BigInt(word), isLittleEndian);
  }
  return Buffer.concat([header, text]);
}
