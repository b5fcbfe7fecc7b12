import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { skipUnlessInstalled } from '../../../../test/support/installed-program.ts';
import { createGptDisk } from '../../../foundation/bytes/disk/disk.fixture.ts';
import { createSmallExt4 } from '../../../foundation/bytes/ext/small-disk.fixture.ts';
import { dir } from '../dir/dir.ts';
import { disk } from './disk.ts';
import { type ListedFile, listTree } from './list-tree.fixture.ts';

/** Users other than root do not have these programs on their path. */
function findMaker(name: string): { readonly path: string; readonly skip: string | false } {
  const path = [`/usr/sbin/${name}`, `/sbin/${name}`].find((place) => existsSync(place));
  return { path: path ?? name, skip: path === undefined && skipUnlessInstalled(name) };
}

const EXT = findMaker('mkfs.ext4');
const XFS = findMaker('mkfs.xfs');

/** Formats of file systems, as options of mkfs.ext4. */
const EXT_FORMATS: readonly string[] = [
  '-t ext4',
  '-t ext2 -b 1024',
  '-t ext3 -b 2048 -I 128',
  '-t ext4 -b 1024 -O ^64bit,^flex_bg,meta_bg,^resize_inode -g 1024',
  '-t ext4 -b 1024 -O ^sparse_super,^64bit,meta_bg,^resize_inode -g 256',
  '-t ext4 -b 1024 -O bigalloc -C 8192',
  '-t ext4 -O sparse_super2,large_dir,ea_inode,casefold,metadata_csum_seed',
  '-t ext4 -b 1024 -O ^extents,^64bit,^flex_bg,^metadata_csum',
  '-t ext4 -b 65536 -O ^has_journal',
];

/** A directory with all kinds of files; each is read in another way. */
function fillFolder(folder: string): void {
  const write = (name: string, content: string | Buffer) => {
    writeFileSync(join(folder, name), content);
  };
  mkdirSync(join(folder, 'big'));
  // So many names need a tree of hashes.
  for (let index = 0; index < 600; index++) {
    write(`big/file-with-a-rather-long-name-${index}`, 'x'.repeat(index % 97));
  }
  const scattered = Buffer.alloc(2_400_000);
  for (let at = 0; at < scattered.length; at += 8_192)
    scattered.fill((at >> 13) % 251, at, at + 4096);
  write('scattered', scattered);
  const noise = Buffer.alloc(3_000_123);
  for (let at = 0; at < noise.length; at++) noise[at] = (at * 7 + (at >> 9)) % 256;
  write('data', noise);
  linkSync(join(folder, 'data'), join(folder, 'other-name'));
  write('sparse', 'start');
  truncateSync(join(folder, 'sparse'), 5_000_003);
  write('empty', '');
  write('ümlaut-日本', 'name');
  write('mode', '');
  chmodSync(join(folder, 'mode'), 0o4751);
  for (const length of [1, 59, 60, 61, 200, 1000]) {
    symlinkSync('t/'.repeat(500).slice(0, length), join(folder, `link-${length}`));
  }
  const deep = Array.from({ length: 40 }, (_, index) => `d${index}`).join('/');
  mkdirSync(join(folder, deep), { recursive: true });
  write(`${deep}/leaf`, 'leaf');
}

function toLines(files: readonly ListedFile[]): string[] {
  return files
    .filter(({ entry }) => entry.path !== '/lost+found')
    .map(({ entry, content }) => `${JSON.stringify(entry)} ${content.toString('base64')}`);
}

/** Formats of file systems, as options of mkfs.xfs; those without checksums have version 4. */
const XFS_FORMATS: readonly string[] = [
  '-b size=4096',
  '-b size=1024 -n size=8192 -i nrext64=1 -d agcount=4',
  '-n size=65536 -i size=2048',
  '-s size=4096 -m rmapbt=1,bigtime=1,reflink=1',
  '-m crc=0 -i size=256',
  '-m crc=0 -n ftype=0 -b size=512',
];

/** Describes a directory in the language of mkfs.xfs, which copies it. */
function describeFolder(folder: string): readonly string[] {
  const lines: string[] = [];
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stat = lstatSync(path);
    const mode = (stat.mode & 0o777).toString(8).padStart(3, '0');
    const owners = `${stat.uid} ${stat.gid}`;
    const setUid = (stat.mode & 0o4000) === 0 ? '-' : 'u';
    if (stat.isSymbolicLink()) {
      lines.push(`${name} l--${mode} ${owners} ${readlinkSync(path)}`);
    } else if (stat.isDirectory()) {
      lines.push(`${name} d--${mode} ${owners}`, ...describeFolder(path), '$');
    } else {
      lines.push(`${name} -${setUid}-${mode} ${owners} ${path}`);
    }
  }
  return lines;
}

suite('disks that are made of a directory equal it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-mkfs-'));
  const root = join(folder, 'root');
  const image = join(folder, 'disk.img');
  let expected: string[] = [];
  before(async () => {
    mkdirSync(root);
    fillFolder(root);
    expected = toLines((await listTree(dir, root)).files);
    assert(expected.length > 600);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function checkImage(): Promise<void> {
    const { files, problems } = await listTree(disk, image);
    assert.deepEqual(problems, []);
    assert.deepEqual(toLines(files), expected);
  }

  for (const format of EXT_FORMATS) {
    test(`by mkfs.ext4 ${format}`, { skip: EXT.skip }, async () => {
      const megabytes = format.includes('65536') ? 256 : 48;
      writeFileSync(image, '');
      truncateSync(image, megabytes * 1024 * 1024);
      const options = ['-q', '-F', '-N', '2000', ...format.split(' '), '-d', root, image];
      execFileSync(EXT.path, options, { stdio: 'ignore' });
      await checkImage();
    });
  }

  for (const format of XFS_FORMATS) {
    test(`by mkfs.xfs ${format}`, { skip: XFS.skip }, async () => {
      writeFileSync(image, '');
      truncateSync(image, 320 * 1024 * 1024);
      const description = join(folder, 'description');
      // With checksums, mkfs.xfs 6.1 forgets the head of links that do not fit in an inode.
      rmSync(join(root, 'link-1000'), { force: true });
      expected = expected.filter((line) => !line.includes('/link-1000"'));
      const head = ['/none', '0 0', 'd--755 0 0'];
      writeFileSync(description, [...head, ...describeFolder(root), '$', ''].join('\n'));
      const options = ['-q', '-f', ...format.split(' '), '-p', description, image];
      execFileSync(XFS.path, options, { stdio: 'ignore' });
      await checkImage();
    });
  }
});

/** Formats of images, as options of qemu-img. */
const IMAGE_FORMATS: readonly string[] = [
  'qcow2 -c',
  'qcow2 -o cluster_size=4096,compression_type=zstd',
  'vpc',
  'vpc -o subformat=fixed,force_size=on',
  'vdi',
  'vdi -o static=on',
  'vmdk',
  'vmdk -o subformat=streamOptimized',
  'vhdx',
  'vhdx -o subformat=fixed,block_size=2097152',
];

suite('disks that qemu-img converts equal the raw disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-convert-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const raw = join(folder, 'raw.img');
  const image = join(folder, 'image');
  const skip = skipUnlessInstalled('qemu-img');
  before(() => writeFileSync(raw, createGptDisk({ content: createSmallExt4() })));

  for (const format of IMAGE_FORMATS) {
    test(`to ${format}`, { skip }, async () => {
      const options = ['convert', '-f', 'raw', '-O', ...format.split(' '), raw, image];
      execFileSync('qemu-img', options, { stdio: 'ignore' });
      const expected = await listTree(disk, raw);
      const { files, problems } = await listTree(disk, image);
      assert.deepEqual(toLines(files), toLines(expected.files));
      assert.deepEqual(problems, expected.problems);
      assert(files.length > 30);
    });
  }
});
