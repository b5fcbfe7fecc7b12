import { tmpdir } from 'node:os';
import { FORMS, unpackDisk } from '../../src/foundation/bytes/disk/contained-disk.fixture.ts';
import {
  createGptDisk,
  createMbrDisk,
  createQcow2,
} from '../../src/foundation/bytes/disk/disk.fixture.ts';
import {
  createSmallExt2,
  createSmallExt4,
} from '../../src/foundation/bytes/ext/small-disk.fixture.ts';
import { createSmallFat12 } from '../../src/foundation/bytes/fat/small-fat.fixture.ts';
import { toBytes } from '../../src/foundation/core/bytes.ts';
import { UserError } from '../../src/foundation/core/error.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import { createSpill } from '../../src/image/read/spill.ts';
import { disk } from '../../src/image/source/disk/disk.ts';
import type { FuzzSubject } from './fuzz-subject.ts';

/** Smaller limits, so that no changed number takes more than the time of a case. */
const LIMITS = {
  ...DEFAULT_LIMITS,
  diskReadBytesMax: 16_000_000,
  diskFolderBytesMax: 16_000_000,
  sparseHoleBytesMax: 16_000_000,
};

/** Disks of virtual machines in all forms that are read. */
export const DISK_SUBJECTS: readonly FuzzSubject[] = [
  {
    name: 'disk',
    seeds: [
      createSmallExt4(),
      createSmallExt2(),
      createGptDisk({ content: createSmallExt4() }, { content: createSmallFat12() }),
      createMbrDisk(...Array.from({ length: 5 }, () => ({ content: createSmallExt2() }))),
      createQcow2(createSmallExt4(), { clusterBits: 12, compression: 'zlib' }),
      createQcow2(createSmallExt2(), { clusterBits: 9, compression: 'zstd' }),
      // A VHDX image has at least 16 MiB, which takes too long to change and read.
      ...FORMS.filter((form) => form !== 'vhdx').map((form) => unpackDisk(form)),
    ],
    run: readDisk,
  },
];

async function readDisk(content: Uint8Array): Promise<void> {
  using spill = createSpill({ folder: tmpdir(), limits: LIMITS });
  const standardInput = {
    ...toBytes(content),
    async *stream() {
      yield content;
    },
  };
  const options = { limits: LIMITS, spill, progress: SILENT, standardInput };
  const { layers } = await disk.open('-', options);
  const [layer] = layers;
  if (layer?.kind !== 'tree') throw new Error('a tree is expected');
  for await (const { entry, readContent } of layer.walk()) {
    readToEnd(() => readContent());
    if (entry.type === 'regular') readToEnd(() => layer.readContent(entry.path, entry.sizeBytes));
  }
}

/** Reads to the end, or to the first part that cannot be read. */
function readToEnd(read: () => Iterable<Uint8Array>): number {
  let bytes = 0;
  try {
    for (const piece of read()) bytes += piece.length;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
  return bytes;
}
