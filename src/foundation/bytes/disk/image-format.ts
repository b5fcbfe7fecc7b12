/** Formats of disk images that start with magic bytes. */
export type DiskImageFormat =
  | 'qcow2'
  | 'VMDK'
  | 'VMDK descriptor'
  | 'VMDK of ESX'
  | 'VHDX'
  | 'VHD'
  | 'VDI'
  | 'QED';

interface Magic {
  readonly format: DiskImageFormat;
  readonly offset: number;
  readonly bytes: string;
}

const MAGICS: readonly Magic[] = [
  { format: 'qcow2', offset: 0, bytes: 'QFI\u00fb' },
  { format: 'VMDK', offset: 0, bytes: 'KDMV' },
  { format: 'VMDK descriptor', offset: 0, bytes: '# Disk DescriptorFile' },
  { format: 'VMDK of ESX', offset: 0, bytes: 'COWD' },
  { format: 'VHDX', offset: 0, bytes: 'vhdxfile' },
  { format: 'VHD', offset: 0, bytes: 'conectix' },
  { format: 'VDI', offset: 64, bytes: '\u007f\u0010\u00da\u00be' },
  { format: 'QED', offset: 0, bytes: 'QED\0' },
];

/** Number of bytes that {@link detectImageFormat} needs. */
export const IMAGE_HEAD_BYTES = 128;

/** Returns the format of an image by its first bytes; `undefined` for a raw disk and other files. */
export function detectImageFormat(head: Buffer): DiskImageFormat | undefined {
  return MAGICS.find(
    ({ offset, bytes }) => head.toString('latin1', offset, offset + bytes.length) === bytes,
  )?.format;
}
