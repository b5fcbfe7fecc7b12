import type { DiskBudget } from '../../bytes/disk/disk-budget.ts';
import { createUnsupportedError } from '../../bytes/disk/disk-error.ts';
import { isDisk } from '../../bytes/disk/partitions.ts';
import { openQcow2, type Qcow2Disk } from '../../bytes/disk/qcow2.ts';
import { type Bytes, toBuffer } from '../../core/bytes.ts';

type ContainerKind = 'qcow2' | 'raw';

interface UnsupportedContainer {
  readonly title: string;
  readonly offset: number;
  readonly magic: string;
}

const QCOW2_MAGIC = 'QFI\u00fb';
const UNSUPPORTED: readonly UnsupportedContainer[] = [
  { title: 'VMDK', offset: 0, magic: 'KDMV' },
  { title: 'VMDK', offset: 0, magic: 'COWD' },
  { title: 'VMDK', offset: 0, magic: '# Disk DescriptorFile' },
  { title: 'VHDX', offset: 0, magic: 'vhdxfile' },
  { title: 'VHD', offset: 0, magic: 'conectix' },
  { title: 'VDI', offset: 64, magic: '\u007f\u0010\u00da\u00be' },
  { title: 'QED', offset: 0, magic: 'QED\0' },
];
const HEAD_BYTES = 512;

/** How likely some content is a disk image. */
export const CONFIDENCE = { certain: 0.9, likely: 0.6, none: 0 } as const;

/** Returns how likely some content is a disk image, of a supported format or not. */
export function rateContainer(file: Bytes): number {
  const head = readContainerHead(file);
  if (hasMagic(head, 0, QCOW2_MAGIC) || findUnsupported(head) !== undefined)
    return CONFIDENCE.certain;
  return isDisk(file) ? CONFIDENCE.likely : CONFIDENCE.none;
}

export interface OpenContainer extends Qcow2Disk {
  readonly kind: ContainerKind;
}

/**
 * Opens the disk in an image.
 *
 * @throws UserError `E_DISK_UNSUPPORTED` if its format is not supported
 */
export function openContainer(file: Bytes, name: string, budget: DiskBudget): OpenContainer {
  const head = readContainerHead(file);
  if (hasMagic(head, 0, QCOW2_MAGIC)) return { kind: 'qcow2', ...openQcow2(file, budget) };
  const unsupported = findUnsupported(head);
  if (unsupported !== undefined) {
    throw createUnsupportedError(
      `disk images in the format ${unsupported.title} are not read: "${name}"`,
      'convert it: qemu-img convert -O qcow2 IMAGE disk.qcow2',
    );
  }
  return { kind: 'raw', disk: file, problems: [] };
}

function readContainerHead(file: Bytes): Buffer {
  return toBuffer(file.read(0, HEAD_BYTES));
}

function findUnsupported(head: Buffer): UnsupportedContainer | undefined {
  return UNSUPPORTED.find(({ offset, magic }) => hasMagic(head, offset, magic));
}

function hasMagic(head: Buffer, offset: number, magic: string): boolean {
  return head.toString('latin1', offset, offset + magic.length) === magic;
}
