import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import {
  createGptDisk,
  createMbrDisk,
  createQcow2,
  type FixturePartition,
} from '../../../foundation/bytes/disk/disk.fixture.ts';
import {
  createSmallExt2,
  createSmallExt4,
} from '../../../foundation/bytes/ext/small-disk.fixture.ts';
import { createSmallFat12 } from '../../../foundation/bytes/fat/small-fat.fixture.ts';
import { createVolumeGroup } from '../../../foundation/bytes/lvm/lvm.fixture.ts';
import { createSmallXfs } from '../../../foundation/bytes/xfs/small-xfs.fixture.ts';
import { disk as source } from './disk.ts';
import { listTree } from './list-tree.fixture.ts';

const FILES = [
  '/etc/fstab LABEL=data /srv ext4 defaults 0 2',
  '/lib/apk/db/installed P:musl V:1.2.5-r0 A:x86_64 L:MIT o:musl',
  '/usr/lib/os-release ID=alpine VERSION_ID=3.20.3',
];
const LINKS = ['/etc/os-release -> ../usr/lib/os-release', `/etc/slow -> ${'x'.repeat(70)}`];
const MANY = Array.from({ length: 30 }, (_, index) => {
  const number = String(index + 1);
  return `/many/some-long-name-of-a-file-${number} ${number}`;
});
const SPARSE = 'ABCDEFGH'.replaceAll(/./gu, (letter) =>
  letter.repeat(1024).padEnd(letter === 'H' ? 1024 : 4096, '\0'),
);

function createSwap(): Buffer {
  const content = Buffer.alloc(70_000);
  content.write('SWAPSPACE2', 4086);
  return content;
}

function createBtrfs(): Buffer {
  const content = Buffer.alloc(70_000);
  content.write('_BHRfS_M', 65_600);
  return content;
}

function writeTemporary(t: TestContext, content: Uint8Array | string): string {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-disk-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'vm.img');
  writeFileSync(path, content);
  return path;
}

async function readDisk(t: TestContext, content: Uint8Array, options = {}) {
  const path = writeTemporary(t, content);
  const { files, problems } = await listTree(source, path, options);
  const lines = files.map(({ entry: { path: at, type, linkTarget }, content: text }) => {
    if (type === 'symlink') return `${at} -> ${linkTarget}`;
    return type === 'regular' ? `${at} ${text.toString().trim().replaceAll('\n', ' ')}` : at;
  });
  return {
    lines,
    files,
    problems: problems.map(({ code, path: at, message }) => `${code} ${at ?? ''}: ${message}`),
  };
}

suite('a disk', () => {
  for (const [name, create] of [
    ['ext4', createSmallExt4],
    ['ext2', createSmallExt2],
    ['xfs', createSmallXfs],
  ] as const) {
    test(`without partitions, with ${name}, is read with all kinds of content`, async (t) => {
      const { lines, files } = await readDisk(t, create());
      const contents = lines.filter((line) => !line.startsWith('/sparse'));
      for (const line of [...FILES, ...LINKS, ...MANY]) assert(contents.includes(line), line);
      const sparse = files.find(({ entry }) => entry.path === '/sparse');
      assert.equal(sparse?.content.toString(), SPARSE);
    });
  }

  test('with xfs has capabilities, long links, and files in many parts', async (t) => {
    const { files, lines, problems } = await readDisk(t, createSmallXfs());
    const findFile = (path: string) => files.find(({ entry }) => entry.path === path);
    for (const path of ['/ping', '/pong']) {
      const { entry } = findFile(path) ?? {};
      assert.equal(entry?.capabilities, '0100000200200000000000000000000000000000');
    }
    assert(lines.includes(`/etc/slower -> ${'y'.repeat(600)}`));
    const scattered = `${`${'B'.repeat(1024)}${'\0'.repeat(1024)}`.repeat(60)}${'B'.repeat(1024)}`;
    assert.equal(findFile('/scattered')?.content.toString(), scattered);
    const others = lines.filter((line) => line.startsWith('/mid/some-very-long-name-of-another'));
    assert.equal(others.length, 90);
    assert.deepEqual(problems, [
      'P_UNREADABLE /srv: the files of "LABEL=data", which is mounted here, were not read',
    ]);
  });

  test('with xfs whose log does not end with an unmount has a problem', async (t) => {
    const disk = createSmallXfs();
    const log = disk.readUInt32BE(52) * 1024;
    assert.equal(disk.readUInt32BE(log), 0xfeed_babe);
    // The flag of an unmount, in the first operation after the head.
    disk.writeUInt8(0, log + 512 + 9);
    const { problems, lines } = await readDisk(t, disk);
    assert(problems.some((problem) => problem.includes('it was not unmounted')));
    assert(lines.includes(FILES[1] ?? ''));
    disk.writeUInt32BE(0x200, 216);
    await assert.rejects(readDisk(t, disk), { message: /its version or features are not/u });
  });

  test('in a GPT or MBR, raw or in qcow2, has the file system that fstab mounts by its label', async (t) => {
    const parts: readonly FixturePartition[] = [
      { content: Buffer.alloc(512), guid: '21686148-6449-6e6f-744e-656564454649', type: 0x41 },
      { content: createSmallExt4() },
      { content: createSwap() },
      { content: createSmallExt2() },
    ];
    for (const disk of [createGptDisk(...parts), createMbrDisk(...parts)]) {
      for (const image of [disk, createQcow2(disk, { compression: 'zstd' })]) {
        const { lines, problems } = await readDisk(t, image);
        assert.deepEqual(problems, []);
        for (const line of MANY) {
          assert(lines.includes(line), line);
          assert(lines.includes(`/srv${line}`), line);
        }
      }
    }
  });

  test('has the boot partition of UEFI in the directory that fstab states', async (t) => {
    const root = createSmallExt4();
    root.write('LABEL=ESP  /srv vfat', root.indexOf('LABEL=data /srv ext4'));
    const parts = [{ content: root }, { content: createSmallFat12() }];
    const { lines, problems } = await readDisk(t, createGptDisk(...parts));
    assert.deepEqual(problems, []);
    assert(lines.includes('/srv/EFI/debian/grubx64.efi grub'));
    const other = await readDisk(
      t,
      createGptDisk(...parts.toReversed(), { content: createSmallExt2() }),
    );
    assert.deepEqual(other.problems, [
      'P_UNSUPPORTED : partition 3 was not read: /etc/fstab does not mount it',
    ]);
  });

  test('of one file system is not mounted elsewhere', async (t) => {
    const disk = createGptDisk({ content: createSmallExt4() }, { content: createSmallExt2() });
    const { lines, problems } = await readDisk(t, disk, { isOneFileSystem: true });
    assert.deepEqual(problems, []);
    assert(lines.includes('/srv'));
    assert(!lines.some((line) => line.startsWith('/srv/')));
  });

  test('of one file system reports that its root is only assumed', async (t) => {
    const parts = [createSmallExt4(), createSmallExt2()].map((content) => {
      const text = content.toString('latin1').replaceAll('os-release', 'no-release');
      return { content: Buffer.from(text, 'latin1') };
    });
    const { problems } = await readDisk(t, createGptDisk(...parts), { isOneFileSystem: true });
    assert.deepEqual(problems, [
      'P_MISSING : no partition has /etc/os-release: partition 1 was read as the root',
    ]);
  });

  test('with two file systems for one directory reports the second', async (t) => {
    const root = createSmallExt4();
    const lines = '/dev/sda2 /srv x\n/dev/sda3 /srv x\n';
    root.write(lines, root.indexOf('LABEL=data /srv ext4'));
    const parts = [root, createSmallExt2(), createSmallExt2()].map((content) => ({ content }));
    const { problems } = await readDisk(t, createGptDisk(...parts));
    assert.deepEqual(problems, [
      'P_UNREADABLE /srv: the files of partition 3, which is mounted here, were not read',
    ]);
  });

  test('reports every partition that is not read', async (t) => {
    const disk = createGptDisk({ content: createBtrfs() }, { content: createSmallExt4() });
    const { problems } = await readDisk(t, disk);
    assert.deepEqual(problems, [
      'P_UNREADABLE /srv: the files of "LABEL=data", which is mounted here, were not read',
      'P_UNSUPPORTED : partition 1 was not read: its content is btrfs',
    ]);
  });

  test('has logical volumes of LVM, which consist of parts of two partitions', async (t) => {
    const root = createSmallExt4();
    root.write('/dev/mapper/a--b-c /srv x\n', root.indexOf('LABEL=data /srv ext4'));
    const group = createVolumeGroup('a-b', 2, [
      {
        name: 'root',
        content: root,
        segments: [
          { volume: 0, extent: 2, extents: 3 },
          { volume: 1, extent: 0, extents: 2 },
        ],
      },
      { name: 'c', content: createSmallExt2(), segments: [{ volume: 1, extent: 2, extents: 5 }] },
      {
        name: 'thin',
        content: Buffer.alloc(0),
        segments: [{ volume: 0, extent: 0, extents: 1 }],
        type: 'thin-pool',
      },
    ]);
    const both = await readDisk(t, createGptDisk(...group.map((content) => ({ content }))));
    assert.deepEqual(both.problems, [
      'P_UNSUPPORTED : the logical volume "a-b/thin" was not read: volumes of the type "thin-pool" are not read',
    ]);
    for (const line of MANY) {
      assert(both.lines.includes(line), line);
      assert(both.lines.includes(`/srv${line}`), line);
    }
    const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = group;
    const message = /"a-b\/root": a part is on another disk \(physical volume "pv1"\)/u;
    await assert.rejects(readDisk(t, createGptDisk({ content: first })), { message });
    const bent = Buffer.from(second);
    bent.write('6', bent.indexOf('seqno = 5') + 8);
    const damaged = await readDisk(t, createGptDisk({ content: bent }, { content: first }));
    assert.equal(
      damaged.problems[0],
      'P_MALFORMED : partition 1: a copy of the description of the volume group is damaged; another copy was read',
    );
    assert.deepEqual(damaged.lines, both.lines);
    // Without its own text, a physical volume may belong to a group that is described elsewhere.
    second.fill(0, 4096 + 40, 4096 + 56);
    const lone = createGptDisk({ content: createSmallExt4() }, { content: second });
    const { problems } = await readDisk(t, lone);
    assert(
      problems.includes(
        'P_UNSUPPORTED : partition 2 was not read: its volume group is not described here',
      ),
      problems.join('\n'),
    );
  });

  test('reports a partition of a boot loader that is larger than any boot loader', async (t) => {
    const guid = '21686148-6449-6e6f-744e-656564454649';
    const disk = createGptDisk(
      { content: createSmallExt4() },
      { content: Buffer.alloc(9 * 1024 * 1024, 1), guid },
    );
    const { problems } = await readDisk(t, disk);
    assert(
      problems.includes(
        'P_UNSUPPORTED : partition 2 was not read: its content is of an unknown kind',
      ),
      problems.join('\n'),
    );
  });

  test('reports damaged attributes of a file, and reads its content', async (t) => {
    const disk = createSmallExt2();
    const modeBytes = Buffer.from([0xa4, 0x81]);
    const isRelease = (at: number): boolean =>
      disk.subarray(at, at + 2).equals(modeBytes) && disk.readUInt32LE(at + 4) === 28;
    const inode = Array.from({ length: 1024 }, (_, index) => index * 128).find(isRelease);
    assert(inode !== undefined);
    // The superblock is not a block of attributes.
    disk.writeUInt32LE(1, inode + 0x68);
    const { lines, problems } = await readDisk(t, disk);
    assert(lines.includes(FILES[2] ?? ''));
    const expected = 'P_UNREADABLE /usr/lib/os-release: the block with its attributes is damaged';
    assert(problems.includes(expected), problems.join('\n'));
  });

  test('whose journal was not applied has a problem', async (t) => {
    const disk = createSmallExt4();
    disk.writeUInt32LE(disk.readUInt32LE(1024 + 0x60) | 4, 1024 + 0x60);
    const { problems, lines } = await readDisk(t, disk);
    assert(problems.some((problem) => problem.includes('journal')));
    assert(lines.includes(FILES[1] ?? ''));
  });

  test('leaves out excluded paths', async (t) => {
    const { lines } = await readDisk(t, createSmallExt4(), { exclude: ['./many', './etc'] });
    assert(!lines.some((line) => line.startsWith('/many') || line.startsWith('/etc')));
    assert(lines.includes(FILES[1] ?? ''));
  });

  test('that ends too early has problems', async (t) => {
    const { problems } = await readDisk(t, createSmallExt4().subarray(0, 40_000));
    assert(problems.some((problem) => problem.startsWith('P_TRUNCATED')));
    assert(problems.some((problem) => problem.includes('not on the disk')));
  });

  test('reports repeated names, a directory in two places, and a name with a slash', async (t) => {
    const folder = createSmallExt2();
    const at = folder.indexOf('some-long-name-of-a-file-7');
    folder.write('some-long-name-of-a-file-8', at);
    folder.write('/', folder.indexOf('some-long-name-of-a-file-9'));
    const { problems } = await readDisk(t, folder);
    assert(
      problems.some((problem) => problem.includes('file-8: the name occurs twice')),
      problems.join('\n'),
    );
    assert(
      problems.some((problem) => problem.startsWith('P_NAME /many/')),
      problems.join('\n'),
    );
    const cycle = createSmallExt2();
    const entry = cycle.indexOf('many') - 8;
    // Inode 2 is the root.
    cycle.writeUInt32LE(2, entry);
    const again = await readDisk(t, cycle);
    assert(again.problems.some((problem) => problem.includes('also in another place')));
  });
});

suite('a file', () => {
  test('is recognized as a disk by its content', async (t) => {
    const rate = async (content: Uint8Array | string) =>
      await source.recognize(writeTemporary(t, content));
    assert.equal(await rate(createSmallExt4()), 0.6);
    assert.equal(await rate(createMbrDisk({ content: createBtrfs() })), 0.6);
    assert.equal(await rate(createQcow2(createSmallExt4())), 0.9);
    assert.equal(await rate(Buffer.from('KDMV'.padEnd(512))), 0.9);
    assert.equal(await rate('text'), 0);
    assert.equal(await source.recognize(tmpdir()), 0);
    assert.equal(await source.recognize('/nothing'), 0);
  });

  test('of another format, or without a known file system, is refused with a hint', async (t) => {
    const code = 'E_DISK_UNSUPPORTED';
    const formats = [
      ['COWD', 'VMDK of ESX'],
      ['QED\0', 'QED'],
    ] as const;
    for (const [magic, title] of formats) {
      const path = writeTemporary(t, Buffer.from(magic.padEnd(600), 'latin1'));
      const hint = /qemu-img convert/u;
      await assert.rejects(listTree(source, path), { code, message: new RegExp(title, 'u'), hint });
    }
    const path = writeTemporary(t, createGptDisk({ content: createBtrfs() }));
    const message = /has no root file system that is read; partition 1: its content is btrfs/u;
    await assert.rejects(listTree(source, path), { code, message });
    await assert.rejects(listTree(source, join(path, 'none')), { code: 'E_TARGET_UNKNOWN' });
  });
});
