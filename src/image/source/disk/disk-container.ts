import type { DiskBudget } from '../../../foundation/bytes/disk/disk-budget.ts';
import {
  createPartError,
  createUnsupportedError,
} from '../../../foundation/bytes/disk/disk-error.ts';
import {
  type DiskImageFormat,
  detectImageFormat,
  IMAGE_HEAD_BYTES,
} from '../../../foundation/bytes/disk/image-format.ts';
import type { ContainedDisk } from '../../../foundation/bytes/disk/mapped-disk.ts';
import { openQcow2 } from '../../../foundation/bytes/disk/qcow2.ts';
import { openVdi } from '../../../foundation/bytes/disk/vdi.ts';
import { openVhd, removeVhdFooter } from '../../../foundation/bytes/disk/vhd.ts';
import { openVhdx } from '../../../foundation/bytes/disk/vhdx.ts';
import { openVmdk } from '../../../foundation/bytes/disk/vmdk.ts';
import { type Bytes, toBuffer } from '../../../foundation/core/bytes.ts';

type OpenImage = (file: Bytes, budget: DiskBudget) => ContainedDisk;

const READERS: ReadonlyMap<DiskImageFormat, OpenImage> = new Map<DiskImageFormat, OpenImage>([
  ['qcow2', openQcow2],
  ['VMDK', openVmdk],
  ['VHDX', openVhdx],
  ['VHD', openVhd],
  ['VDI', openVdi],
]);

/**
 * Opens the disk in an image.
 *
 * @throws UserError `E_DISK_UNSUPPORTED` if its format is not supported
 */
export function openContainer(file: Bytes, budget: DiskBudget): ContainedDisk {
  const format = detectImageFormat(toBuffer(file.read(0, IMAGE_HEAD_BYTES)));
  if (format === undefined) return { disk: removeVhdFooter(file), problems: [] };
  const open = READERS.get(format);
  if (open === undefined) throw createFormatError(format);
  return open(file, budget);
}

function createFormatError(format: DiskImageFormat): Error {
  return format === 'VMDK descriptor'
    ? createPartError('VMDK')
    : createUnsupportedError(
        `disk images in the format ${format} are not read`,
        'convert it: qemu-img convert -O qcow2 IMAGE disk.qcow2',
      );
}
