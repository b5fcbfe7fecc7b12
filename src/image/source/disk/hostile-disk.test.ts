import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { createDraw } from '../../../../test/support/random-draw.ts';
import {
  createGptDisk,
  createMbrDisk,
  createQcow2,
} from '../../../foundation/bytes/disk/disk.fixture.ts';
import {
  createSmallExt2,
  createSmallExt4,
} from '../../../foundation/bytes/ext/small-disk.fixture.ts';
import { createVolumeGroup } from '../../../foundation/bytes/lvm/lvm.fixture.ts';
import { createSmallXfs } from '../../../foundation/bytes/xfs/small-xfs.fixture.ts';
import { UserError } from '../../../foundation/core/error.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { disk } from './disk.ts';
import { listTree } from './list-tree.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-hostile-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'vm.img');
const LIMITS = {
  ...DEFAULT_LIMITS,
  diskReadBytesMax: 8_000_000,
  sparseHoleBytesMax: 8_000_000,
  diskFolderBytesMax: 8_000_000,
};

function createSmallGroup(): readonly Buffer[] {
  const segments = [
    { volume: 1, extent: 0, extents: 2 },
    { volume: 0, extent: 0, extents: 3 },
  ];
  return createVolumeGroup('group', 2, [{ name: 'root', content: createSmallExt4(), segments }]);
}

/** Offsets of bytes that are not zero, which the structure needs. */
function listPlaces(content: Buffer): readonly number[] {
  return [...content.keys()].filter((at) => content[at] !== 0);
}

async function read(content: Buffer): Promise<string> {
  writeFileSync(path, content);
  try {
    const { files, problems } = await listTree(disk, path, { limits: LIMITS });
    const texts = problems.map(({ code, message }) => `${code} ${message}`);
    return [...files.map(({ entry }) => entry.path), ...texts].join('\n');
  } catch (error) {
    assert(error instanceof UserError, String(error));
    return error.message;
  }
}

suite('a disk with changed bytes', () => {
  const seeds = [
    ['ext4', createSmallExt4()],
    ['ext2', createSmallExt2()],
    ['xfs', createSmallXfs()],
    ['LVM', createGptDisk(...createSmallGroup().map((content) => ({ content })))],
    ['a GPT', createGptDisk({ content: createSmallExt4() }, { content: createSmallExt2() })],
    ['an MBR', createMbrDisk(...Array.from({ length: 5 }, () => ({ content: createSmallExt2() })))],
    ['qcow2', createQcow2(createSmallExt4(), { clusterBits: 12, compression: 'zlib' })],
  ] as const;
  for (const [name, seed] of seeds) {
    test(`of ${name} is read or refused, and every reading ends`, async () => {
      const places = listPlaces(seed);
      const draw = createDraw(seed.length);
      for (let run = 0; run < 60; run++) {
        const content = Buffer.from(seed);
        for (let change = 0; change <= run % 8; change++) {
          const at = places[draw(places.length)] ?? 0;
          content[at] = draw(3) === 0 ? 0xff : draw(256);
        }
        await assert.doesNotReject(read(content), `run ${run}`);
      }
    });
  }
});
