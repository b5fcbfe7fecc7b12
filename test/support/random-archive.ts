import { createRandom, drawNumber, isLucky, pick, type Random } from './random-version.ts';

const BLOCK_BYTES = 512;

/** Names that collide, hide each other or escape, in the bytes of an archive. */
const NAMES = [
  'a',
  'b',
  'etc/os-release',
  'var/lib/dpkg/status',
  'var/lib/dpkg/',
  './var//lib/./dpkg/status',
  'usr/x',
  '/abs/olute',
  '../../up',
  'a/../b',
  '.',
  '',
  '/',
  'file/',
  'dir/',
  '.wh.a',
  '.wh..wh..opq',
  '.wh..wh.plnk/1',
  'h\xc3\xa9',
  'bad\xffbyte',
  'cut\xe2\x82',
  '\xef\xbf\xbd',
  '\xed\xa0\x80',
  'star*',
  'p'.repeat(99),
  'q'.repeat(100),
  `${'r/'.repeat(120)}s`,
];
const TYPES = '0000000000001111222255553460\0\0\0\0'.split('');
const ODD_TYPES = '77SxgLKVMDA\xff'.split('');
const META_TYPES = 'xxxxxgLLK'.split('');
const HEADER_ONLY_TYPES = '123456';
const TEXTS = [
  '',
  'x',
  'hello\n',
  'Package: a\nVersion: 1\n',
  'z'.repeat(511),
  'z'.repeat(512),
  'z'.repeat(1_300),
];
const HUGE = [2n ** 33n, 2n ** 40n, 2n ** 53n, 2n ** 62n, 2n ** 63n - 1n];
const KEYS = [
  'path',
  'path',
  'linkpath',
  'size',
  'uid',
  'gid',
  'uname',
  'mtime',
  'atime',
  'ctime',
  'comment',
  'SCHILY.xattr.security.capability',
  'SCHILY.xattr.user.overlay.opaque',
  'GNU.sparse.name',
  'GNU.sparse.realsize',
  'GNU.sparse.major',
];

interface BlockFields {
  readonly name: string;
  readonly typeFlag: string;
  readonly sizeBytes: number;
  readonly linkName?: string;
}

/** Creates archives that tar readers may interpret differently; the same for the same seed. */
export function drawArchive(seed: number, run: number): Buffer {
  const random = createRandom(Math.imul(seed, 0x9e_37_79_b1) ^ run);
  const parts: Buffer[] = [];
  for (let items = 1 + drawNumber(random, 6); items > 0; items--) {
    parts.push(...drawItem(random));
    if (isLucky(random, 0.5)) parts.push(Buffer.alloc(BLOCK_BYTES));
  }
  parts.push(Buffer.alloc(pick(random, [2, 2, 2, 2, 2, 1, 0]) * BLOCK_BYTES));
  const archive = Buffer.concat(parts);
  if (isLucky(random, 3)) archive[drawNumber(random, archive.length)] = drawNumber(random, 256);
  return isLucky(random, 4) ? archive.subarray(0, drawNumber(random, archive.length)) : archive;
}

/** Creates one entry with the headers before it. */
function drawItem(random: Random): Buffer[] {
  const kind = random();
  if (kind < 0.16) return drawSparseItem(random);
  const headers: Buffer[] = [];
  while (isLucky(random, kind < 0.5 ? 55 : 5)) headers.push(drawMeta(random));
  return [...headers, drawEntry(random, pick(random, isLucky(random, 96) ? TYPES : ODD_TYPES))];
}

function drawEntry(random: Random, typeFlag: string): Buffer {
  const hasContent = !HEADER_ONLY_TYPES.includes(typeFlag) || isLucky(random, 3);
  const content = Buffer.from(hasContent ? pick(random, TEXTS) : '');
  const name = drawName(random);
  const sizeBytes = isLucky(random, hasContent ? 1 : 40)
    ? drawNumber(random, 2_000)
    : content.length;
  const header = drawBlock(random, { name, typeFlag, sizeBytes, linkName: drawName(random) });
  return Buffer.concat([header, padBlock(content)]);
}

function drawName(random: Random): string {
  return isLucky(random, 1) ? 'nul\0tail' : pick(random, NAMES);
}

function drawMeta(random: Random): Buffer {
  const typeFlag = pick(random, META_TYPES);
  if (typeFlag === 'L' || typeFlag === 'K') {
    const tail = pick(random, ['\0', '\0', '\0', '', '\0junk']);
    return createMeta(random, typeFlag, encodeLatin1(drawName(random) + tail));
  }
  const records = Array.from({ length: drawNumber(random, 4) }, () => drawRecord(random));
  const garbage = isLucky(random, 97) ? '' : pick(random, ['\0', ' ', '\n', '9 path']);
  return createMeta(random, typeFlag, encodeLatin1(records.join('') + garbage));
}

function createMeta(random: Random, typeFlag: string, content: Buffer): Buffer {
  const name = typeFlag === 'L' || typeFlag === 'K' ? '././@LongLink' : pick(random, NAMES);
  const header = drawBlock(random, { name, typeFlag, sizeBytes: content.length });
  return Buffer.concat([header, padBlock(content)]);
}

function drawRecord(random: Random): string {
  const key = pick(random, KEYS);
  const record = createPaxRecord(key, drawValue(random, key));
  if (isLucky(random, 99)) return record;
  return pick(random, [
    record.slice(1),
    `+${record}`,
    `0${record}`,
    record.replace('=', ' '),
    record.replace('\n', ''),
    '5 a=\n',
    '5 =a\n',
    '11 k\0ey=ab\n',
    '4 =\n',
    '99999999999999999999 a=b\n',
  ]);
}

function drawValue(random: Random, key: string): string {
  switch (key) {
    case 'path':
    case 'linkpath':
    case 'GNU.sparse.name':
      return drawName(random);
    case 'size':
      return isLucky(random, 90)
        ? pick(random, ['0', '1', '5', '+6', '0512', ''])
        : pick(random, ['-1', '1e3', '99999999999999999999']);
    case 'uid':
    case 'gid':
      return isLucky(random, 95) ? pick(random, ['0', '1000', '-1', '4294967296', '']) : 'x';
    case 'mtime':
    case 'atime':
    case 'ctime':
      return isLucky(random, 90)
        ? pick(random, ['1', '1.5', '-1.25', '1.', ''])
        : pick(random, ['.5', '1.x', '1_0']);
    default:
      return pick(random, ['1', '0', '', 'y', 'a=b', 'nul\0', '\xff']);
  }
}

function createPaxRecord(key: string, value: string): string {
  const rest = key.length + value.length + 3;
  let length = rest + 1;
  while (String(length).length + rest !== length) length = String(length).length + rest;
  return `${length} ${key}=${value}\n`;
}

/** Creates a sparse file in one of the four forms, usually well formed. */
function drawSparseItem(random: Random): Buffer[] {
  const fragments: [bigint, bigint][] = [];
  let end = 0n;
  for (let count = drawNumber(random, 7); count > 0; count--) {
    const offset = end + BigInt(drawNumber(random, 3) * 256);
    const length = BigInt(pick(random, [0, 1, 100, 512]));
    fragments.push([offset, length]);
    end = offset + length;
  }
  if (isLucky(random, 2)) fragments.push([pick(random, [-1n, 0n, ...HUGE]), 1n]);
  const stored = fragments.reduce((sum, [, length]) => sum + Number(length), 0);
  const tail = BigInt(drawNumber(random, 2) * 700);
  const size = isLucky(random, 3) ? pick(random, [...HUGE, 0n, 1n]) : end + tail;
  const content = Buffer.alloc(Math.max(0, stored + (isLucky(random, 3) ? 1 : 0)), 'd');
  const form = pick(random, ['old', '0.0', '0.1', '1.0'] as const);
  return form === 'old'
    ? createOldSparse(random, { fragments, size, content })
    : createPaxSparse(random, { fragments, size, content }, form);
}

interface SparseFile {
  readonly fragments: readonly (readonly [bigint, bigint])[];
  readonly size: bigint;
  readonly content: Buffer;
}

function createPaxSparse(
  random: Random,
  { fragments, size, content }: SparseFile,
  form: '0.0' | '0.1' | '1.0',
): Buffer[] {
  const [major = '', minor = ''] = form.split('.');
  const map = fragments.flat().map(String);
  const records: [string, string][] = [['GNU.sparse.name', drawName(random)]];
  if (form === '1.0' || isLucky(random, 50)) {
    records.push(['GNU.sparse.major', major], ['GNU.sparse.minor', minor]);
  }
  records.push([pick(random, ['GNU.sparse.size', 'GNU.sparse.realsize']), String(size)]);
  if (form !== '1.0') records.push(['GNU.sparse.numblocks', String(fragments.length)]);
  if (form === '0.1') records.push(['GNU.sparse.map', map.join(',')]);
  if (form === '0.0') {
    for (const [offset, length] of fragments) {
      records.push(['GNU.sparse.offset', String(offset)], ['GNU.sparse.numbytes', String(length)]);
    }
  }
  if (isLucky(random, 20)) records.push(['path', pick(random, NAMES)]);
  if (isLucky(random, 15)) records.splice(drawNumber(random, records.length), 1);
  const lines = [fragments.length, ...map].map((number) => `${number}\n`).join('');
  const body = form === '1.0' ? Buffer.concat([padBlock(encodeLatin1(lines)), content]) : content;
  const typeFlag = isLucky(random, 90) ? '0' : pick(random, TYPES);
  const header = drawBlock(random, { name: pick(random, NAMES), typeFlag, sizeBytes: body.length });
  const text = records.map(([key, value]) => createPaxRecord(key, value)).join('');
  return [createMeta(random, 'x', encodeLatin1(text)), header, padBlock(body)];
}

function createOldSparse(random: Random, { fragments, size, content }: SparseFile): Buffer[] {
  const header = Buffer.alloc(BLOCK_BYTES);
  const rest = fragments.slice(4);
  writeMap(header, 386, fragments.slice(0, 4));
  header[482] = rest.length > 0 ? 1 : 0;
  header.set(number12(size), 483);
  const more = Buffer.alloc(rest.length > 0 ? BLOCK_BYTES : 0);
  writeMap(more, 0, rest);
  const name = pick(random, NAMES);
  const fields = { name, typeFlag: 'S', sizeBytes: content.length };
  const dialect = isLucky(random, 96) ? 'gnu' : pick(random, DIALECTS);
  return [sealHeader(random, header, fields, dialect), more, padBlock(content)];
}

function writeMap(into: Buffer, at: number, fragments: SparseFile['fragments']): void {
  for (const [index, [offset, length]] of fragments.entries()) {
    into.set(number12(offset), at + 24 * index);
    into.set(number12(length), at + 24 * index + 12);
  }
}

/** Octal if it fits, otherwise base 256. */
function number12(value: bigint): Buffer {
  if (value >= 0n && value < 8n ** 11n)
    return encodeLatin1(`${value.toString(8).padStart(11, '0')}\0`);
  const field = Buffer.alloc(12, value < 0n ? 0xff : 0);
  field.writeBigInt64BE(value, 4);
  field[0] = (field[0] ?? 0) | 0x80;
  return field;
}

const DIALECTS = ['ustar', 'ustar', 'ustar', 'gnu', 'gnu', 'v7', 'star', 'odd'] as const;
const MAGICS = {
  ustar: 'ustar\x0000',
  gnu: 'ustar  \0',
  v7: '\0\0\0\0\0\0\0\0',
  star: 'ustar\x0000',
  odd: 'ustarX \0',
} as const;

function drawBlock(random: Random, fields: BlockFields): Buffer {
  return sealHeader(random, Buffer.alloc(BLOCK_BYTES), fields, pick(random, DIALECTS));
}

/** Completes a header, whose other fields may be set already, and its checksum. */
function sealHeader(
  random: Random,
  header: Buffer,
  { name, typeFlag, sizeBytes, linkName = '' }: BlockFields,
  dialect: (typeof DIALECTS)[number],
): Buffer {
  header.write(name, 0, 100, 'latin1');
  header.write(drawOctalNumber(random, 0o644, 8), 100, 'latin1');
  header.write(drawOctalNumber(random, 1_000, 8), 108, 'latin1');
  header.write(drawOctalNumber(random, 0, 8), 116, 'latin1');
  header.set(
    isLucky(random, 0.7) ? number12(pick(random, [-1n, ...HUGE])) : drawOctal(random, sizeBytes),
    124,
  );
  header.write(drawOctalNumber(random, 0, 12), 136, 'latin1');
  header.write(typeFlag, 156, 1, 'latin1');
  header.write(linkName, 157, 100, 'latin1');
  header.write(MAGICS[dialect], 257, 'latin1');
  if (typeFlag !== 'S' && isLucky(random, 25)) {
    const prefix = pick(random, [
      'var/lib',
      'h\xc3\xa9',
      '00000000000\0',
      '\x80\0\0\0',
      ' 7',
      'x\0y',
    ]);
    header.write(prefix, 345, 'latin1');
    if (isLucky(random, 20)) header.write(pick(random, ['00000000000\0', 'zz']), 357, 'latin1');
  }
  if (dialect === 'star') {
    header.write('00000000000 00000000000 ', 476, 'latin1');
    header.write('tar\0', 508, 'latin1');
  }
  if (isLucky(random, 1)) header[drawNumber(random, BLOCK_BYTES)] = drawNumber(random, 256);
  return withChecksum(random, header);
}

function drawOctal(random: Random, value: number): Buffer {
  const text = drawOctalNumber(random, value, 12);
  return Buffer.concat([encodeLatin1(text), Buffer.alloc(12 - text.length)]);
}

/** Pads as writers do, and sometimes as none does. */
function drawOctalNumber(random: Random, value: number, length: number): string {
  const digits = value.toString(8);
  const plain = `${digits.padStart(length - 1, '0')}\0`;
  if (isLucky(random, 99.5)) return plain;
  return pick(random, [
    '',
    `${digits.padStart(length - 2, ' ')} \0`,
    `\0${digits}`,
    `${digits}\0x`,
    `${digits} x`,
    `${digits} \0x`.slice(0, length),
    `-${digits}`,
    '8',
    '\x80\0\0\0\0\0\0\x05'.padEnd(length, '\0'),
    '\xff'.repeat(length),
  ]);
}

function withChecksum(random: Random, header: Buffer): Buffer {
  header.fill(0x20, 148, 156);
  const isSigned = isLucky(random, 4);
  const sum = isSigned
    ? Int8Array.from(header).reduce((total, byte) => total + byte, 0)
    : header.reduce((total, byte) => total + byte, 0);
  const text = Math.max(0, sum + (isLucky(random, 0.3) ? 1 : 0)).toString(8);
  const field = pick(random, [
    `${text.padStart(6, '0')}\0 `,
    ` ${text} \0`,
    `\0${text}`,
    `${text} `,
  ]);
  header.fill(0, 148, 156);
  header.write(field.slice(0, 8), 148, 'latin1');
  return header;
}

function padBlock(content: Buffer): Buffer {
  const padding = (BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES;
  return Buffer.concat([content, Buffer.alloc(padding)]);
}

function encodeLatin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
