import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { createPaxHeader, createTar, type FixtureEntry } from './tar.fixture.ts';
import type { TarEntry } from './tar-entry.ts';
import { TarParser } from './tar-parser.ts';
import { decodeText } from './tar-text.ts';
import { ARCHIVE_END, createPadding, createTarHeader, type WrittenEntry } from './tar-writer.ts';

const PLAIN: WrittenEntry = {
  name: 'usr/bin/app',
  linkName: '',
  type: 'regular',
  mode: 0o755,
  uid: 0,
  gid: 0,
  sizeBytes: 0,
  modified: '1700000000',
  deviceMajor: 0,
  deviceMinor: 0,
  attributes: new Map(),
};

function writeArchive(entries: readonly WrittenEntry[]): Buffer {
  const pieces = entries.flatMap((entry) => [
    createTarHeader(entry),
    Buffer.alloc(entry.sizeBytes, 'x'),
    createPadding(entry.sizeBytes),
  ]);
  return Buffer.concat([...pieces, ARCHIVE_END]);
}

function readArchive(archive: Uint8Array): { entries: TarEntry[]; problems: string[] } {
  const entries: TarEntry[] = [];
  const problems: string[] = [];
  const parser = new TarParser(
    {
      isDetailed: true,
      onEntry: (entry) => void entries.push(entry),
      onContent: () => {},
      onEntryEnd: () => {},
      onProblem: ({ message }) => void problems.push(message),
    },
    DEFAULT_LIMITS,
  );
  parser.push(archive);
  parser.end();
  return { entries, problems };
}

const CASES: readonly (readonly [title: string, entry: WrittenEntry])[] = [
  ['a plain file', { ...PLAIN, sizeBytes: 700 }],
  ['a directory', { ...PLAIN, name: 'tmp', type: 'directory', mode: 0o1777 }],
  ['a name of 100 bytes', { ...PLAIN, name: `d/${'a'.repeat(98)}` }],
  ['a name of 101 bytes', { ...PLAIN, name: `d/${'a'.repeat(99)}` }],
  [
    'a directory whose slash is the byte 101',
    { ...PLAIN, name: 'b'.repeat(100), type: 'directory' },
  ],
  ['a short name that is not UTF-8', { ...PLAIN, name: decodeText(Buffer.from([0x61, 0xff])) }],
  [
    'a long name that is not UTF-8',
    { ...PLAIN, name: decodeText(Buffer.concat([Buffer.alloc(120, 'a'), Buffer.from([0xfe])])) },
  ],
  ['a replacement character in a name', { ...PLAIN, name: decodeText(Buffer.from('a\uFFFDb')) }],
  ['a line feed in a long name', { ...PLAIN, name: `a\n${'ü'.repeat(60)}=1` }],
  ['a symbolic link', { ...PLAIN, type: 'symlink', linkName: '../lib/x', mode: 0o777 }],
  ['a long symbolic link', { ...PLAIN, type: 'symlink', linkName: '../'.repeat(60), mode: 0o777 }],
  ['a hard link', { ...PLAIN, type: 'hardlink', linkName: 'usr/bin/other' }],
  ['a named pipe', { ...PLAIN, type: 'fifo' }],
  ['a device', { ...PLAIN, type: 'character-device', deviceMajor: 1, deviceMinor: 3 }],
  [
    'a device with a large number',
    { ...PLAIN, type: 'block-device', deviceMajor: 259, deviceMinor: 0x7fffff },
  ],
  ['large owners', { ...PLAIN, uid: 0xfffffffe, gid: 2_097_152 }],
  ['owners at the limit of octal digits', { ...PLAIN, uid: 2_097_151, gid: 2_097_151 }],
  ['a time with a fraction', { ...PLAIN, modified: '1700000000.123456789' }],
  ['a time before 1970', { ...PLAIN, modified: '-1' }],
  ['a time with a fraction before 1970', { ...PLAIN, modified: '-0.5' }],
  ['a time in the far future', { ...PLAIN, modified: '8589934592' }],
  ['times of access and change', { ...PLAIN, accessed: '1.25', changed: '-3' }],
  [
    'binary attributes',
    {
      ...PLAIN,
      attributes: new Map([
        ['SCHILY.xattr.security.capability', Buffer.from([1, 0, 0, 2, 0, 0x0a, 0xff, 0x3d])],
        ['SCHILY.xattr.user.empty', Buffer.alloc(0)],
        ['SCHILY.acl.access', Buffer.from('user::rw-')],
      ]),
    },
  ],
];

for (const [title, entry] of CASES) {
  test(`writes ${title} so that it is read back unchanged`, () => {
    const { entries, problems } = readArchive(writeArchive([entry, PLAIN]));
    assert.deepEqual(problems, []);
    assert.equal(entries.length, 2);
    const [read] = entries;
    assert.ok(read?.details);
    const { name, linkName, type, mode, uid, gid, sizeBytes, details } = read;
    const slash = type === 'directory' ? '/' : '';
    assert.deepEqual(
      {
        name,
        linkName,
        type,
        mode,
        uid,
        gid,
        sizeBytes,
        ...details,
        attributes: toHex(details.attributes),
      },
      { ...entry, name: entry.name + slash, attributes: toHex(entry.attributes) },
    );
  });
}

function toHex(attributes: ReadonlyMap<string, Uint8Array>): [string, string][] {
  return [...attributes]
    .map(([key, value]): [string, string] => [key, Buffer.from(value).toString('hex')])
    .sort();
}

test('writes a size beyond 8 GiB', () => {
  const sizeBytes = 9 * 1024 ** 3;
  const { entries } = readArchive(createTarHeader({ ...PLAIN, sizeBytes }));
  assert.equal(entries[0]?.sizeBytes, sizeBytes);
});

test('brings times into one form', () => {
  const [plain, padded, signed] = ['5', '5.000', '+5'].map((modified) =>
    Buffer.from(createTarHeader({ ...PLAIN, modified })),
  );
  assert.deepEqual(padded, plain);
  assert.deepEqual(signed, plain);
});

test('GNU tar lists the same names, owners and times', () => {
  const entries = CASES.map(([, entry]) => entry).filter(({ type }) => type === 'regular');
  const listing = execFileSync(
    'tar',
    ['--utc', '--numeric-owner', '--full-time', '--quoting-style=escape', '-tvf', '-'],
    { input: writeArchive(entries), env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' } },
  ).toString();
  const lines = listing.trimEnd().split('\n');
  assert.equal(lines.length, entries.length);
  assert.match(listing, /4294967294\/2097152/);
  assert.match(listing, /2023-11-14 22:13:20\.123456789 /);
  assert.match(listing, /1969-12-31 23:59:59 /);
  assert.match(listing, /a\\377$/m);
  assert.match(listing, /a{120}\\376$/m);
});

const ATTRIBUTE: FixtureEntry = { name: 'f', content: 'x' };

test('details hold the exact time, devices and attributes of an entry', () => {
  const archive = createTar([
    createPaxHeader({
      mtime: '12.000000001',
      'SCHILY.xattr.user.a': 'old',
      'SCHILY.xattr.user.b': '',
      comment: 'not an attribute',
    }),
    ATTRIBUTE,
    { name: 'd', typeFlag: '3', patch: (block) => void block.write('0000005\x000000006\0', 329) },
  ]);
  const [file, device] = readArchive(archive).entries;
  assert.equal(file?.details?.modified, '12.000000001');
  assert.deepEqual(
    [...(file?.details?.attributes ?? [])].map(([key, value]) => [
      key,
      Buffer.from(value).toString(),
    ]),
    [
      ['SCHILY.xattr.user.a', 'old'],
      ['SCHILY.xattr.user.b', ''],
    ],
  );
  assert.deepEqual([device?.details?.deviceMajor, device?.details?.deviceMinor], [5, 6]);
});

test('entries have no details unless the visitor requests them', () => {
  let details: unknown = 'none yet';
  const parser = new TarParser(
    {
      onEntry: (entry) => void (details = entry.details),
      onContent: () => {},
      onEntryEnd: () => {},
      onProblem: () => {},
    },
    DEFAULT_LIMITS,
  );
  parser.push(createTar([ATTRIBUTE]));
  assert.equal(details, undefined);
});
