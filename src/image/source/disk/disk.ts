import {
  detectImageFormat,
  IMAGE_HEAD_BYTES,
} from '../../../foundation/bytes/disk/image-format.ts';
import { isDisk } from '../../../foundation/bytes/disk/partitions.ts';
import { type Bytes, toBuffer } from '../../../foundation/core/bytes.ts';
import type {
  OpenOptions,
  OpenTarget,
  Source,
  StandardInput,
} from '../../../foundation/core/target.ts';
import { detectPathKind, openLocalFile } from '../local-file.ts';

const CONFIDENCE = { certain: 0.9, likely: 0.6, none: 0 } as const;

/**
 * The disk of a virtual machine in a file: raw, or in the format of a hypervisor, with ext, xfs and
 * FAT file systems. Nothing is mounted, so no rights are needed.
 */
export const disk: Source = {
  id: 'disk',
  title: 'Disk image of a virtual machine',
  spec: 'QEMU, docs/interop/qcow2.rst; VMware, Virtual Disk Format 5.0; Microsoft, VHD and [MS-VHDX]; UEFI specification, GPT; Linux, filesystems/ext4',
  recognize,
  open,
};

async function recognize(target: string, standardInput?: StandardInput): Promise<number> {
  try {
    if (standardInput !== undefined) return rateDisk(standardInput);
    if (detectPathKind(target) !== 'file') return CONFIDENCE.none;
    using file = openLocalFile(target);
    return rateDisk(file);
  } catch {
    return CONFIDENCE.none;
  }
}

/** Returns how likely some content is a disk, in a supported format or not. */
function rateDisk(file: Bytes): number {
  const format = detectImageFormat(toBuffer(file.read(0, IMAGE_HEAD_BYTES)));
  if (format !== undefined) return CONFIDENCE.certain;
  return isDisk(file) ? CONFIDENCE.likely : CONFIDENCE.none;
}

/** Loads the readers only when a disk is opened. */
async function open(target: string, options: OpenOptions): Promise<OpenTarget> {
  const { openDisk } = await import('./open-disk.ts');
  const { standardInput } = options;
  if (standardInput !== undefined) {
    return openDisk(standardInput, target, { options, close: async () => undefined });
  }
  const file = openLocalFile(target);
  try {
    return openDisk(file, target, { options, close: async () => file[Symbol.dispose]() });
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
}
