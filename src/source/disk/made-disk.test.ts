import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { skipUnlessInstalled } from '../../../test/support/installed-program.ts';
import { dir } from '../dir/dir.ts';
import { disk } from './disk.ts';
import { type ListedFile, listTree } from './list-tree.fixture.ts';

const MKFS = ['/usr/sbin/mkfs.ext4', '/sbin/mkfs.ext4'].find((path) => existsSync(path));
const SKIP = MKFS === undefined && (skipUnlessInstalled('mkfs.ext4') || 'not installed');

/** Formats of file systems, as options of mkfs.ext4. */
const FORMATS: readonly string[] = [
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

suite('disks that mkfs.ext4 makes equal their directory', { skip: SKIP }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-mkfs-'));
  const root = join(folder, 'root');
  const image = join(folder, 'disk.img');
  let expected: string[] = [];
  before(async () => {
    mkdirSync(root);
    fillFolder(root);
    expected = toLines((await listTree(dir, root)).files);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const format of FORMATS) {
    test(format, async () => {
      const megabytes = format.includes('65536') ? 256 : 48;
      writeFileSync(image, '');
      truncateSync(image, megabytes * 1024 * 1024);
      const options = ['-q', '-F', '-N', '2000', ...format.split(' '), '-d', root, image];
      execFileSync(MKFS ?? '', options, { stdio: 'ignore' });
      assert(expected.length > 600);
      const { files, problems } = await listTree(disk, image);
      assert.deepEqual(problems, []);
      assert.deepEqual(toLines(files), expected);
    });
  }
});
