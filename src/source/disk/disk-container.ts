import type { DiskBudget } from '../../bytes/disk/disk-budget.ts';
import { createPartError, createUnsupportedError } from '../../bytes/disk/disk-error.ts';
import type { ContainedDisk } from '../../bytes/disk/mapped-disk.ts';
import { isDisk } from '../../bytes/disk/partitions.ts';
import { isQcow2, openQcow2 } from '../../bytes/disk/qcow2.ts';
import { isVdi, openVdi } from '../../bytes/disk/vdi.ts';
import { isVhd, openVhd, removeVhdFooter } from '../../bytes/disk/vhd.ts';
import { isVhdx, openVhdx } from '../../bytes/disk/vhdx.ts';
import { isVmdk, openVmdk } from '../../bytes/disk/vmdk.ts';
import { type Bytes, toBuffer } from '../../core/bytes.ts';

interface ContainerFormat {
  /** Recognizes the format by its first bytes. */
  readonly isFormat: (head: Buffer) => boolean;
  readonly open: (file: Bytes, budget: DiskBudget) => ContainedDisk;
}

const FORMATS: readonly ContainerFormat[] = [
  { isFormat: isQcow2, open: openQcow2 },
  { isFormat: isVmdk, open: openVmdk },
  { isFormat: isVhdx, open: openVhdx },
  { isFormat: isVdi, open: openVdi },
  { isFormat: isVhd, open: openVhd },
];

/** Formats that are not read, by the bytes at their start. */
const UNSUPPORTED: ReadonlyMap<string, () => Error> = new Map([
  ['# Disk DescriptorFile', () => createPartError('VMDK')],
  ['COWD', () => createFormatError('VMDK of ESX')],
  ['QED\0', () => createFormatError('QED')],
]);

function createFormatError(title: string): Error {
  return createUnsupportedError(
    `disk images in the format ${title} are not read`,
    'convert it: qemu-img convert -O qcow2 IMAGE disk.qcow2',
  );
}

const HEAD_BYTES = 512;

/** How likely some content is a disk image. */
export const CONFIDENCE = { certain: 0.9, likely: 0.6, none: 0 } as const;

/** Returns how likely some content is a disk image, of a supported format or not. */
export function rateContainer(file: Bytes): number {
  const head = readContainerHead(file);
  const isContainer = findFormat(head) !== undefined || findRefusal(head) !== undefined;
  if (isContainer) return CONFIDENCE.certain;
  return isDisk(file) ? CONFIDENCE.likely : CONFIDENCE.none;
}

/**
 * Opens the disk in an image.
 *
 * @throws UserError `E_DISK_UNSUPPORTED` if its format is not supported
 */
export function openContainer(file: Bytes, budget: DiskBudget): ContainedDisk {
  const head = readContainerHead(file);
  const refuse = findRefusal(head);
  if (refuse !== undefined) throw refuse();
  const opened = findFormat(head)?.open(file, budget);
  return opened ?? { disk: removeVhdFooter(file), problems: [] };
}

function readContainerHead(file: Bytes): Buffer {
  return toBuffer(file.read(0, HEAD_BYTES));
}

function findFormat(head: Buffer): ContainerFormat | undefined {
  return FORMATS.find(({ isFormat }) => isFormat(head));
}

function findRefusal(head: Buffer): (() => Error) | undefined {
  const start = head.toString('latin1');
  return [...UNSUPPORTED].find(([magic]) => start.startsWith(magic))?.[1];
}
