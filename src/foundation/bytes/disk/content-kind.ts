import { type Bytes, toBuffer } from '../../core/bytes.ts';

interface ContentMagic {
  /** Name for messages. */
  readonly kind: string;
  readonly offset: number;
  readonly magic: string;
}

export const EXT_KIND = 'ext';
export const FAT_KIND = 'vfat';
export const LVM_KIND = 'LVM';
export const SWAP_KIND = 'swap';
export const XFS_KIND = 'xfs';

/* From the documentation of each format, or its header file in Linux. The first match counts. */
const MAGICS: readonly ContentMagic[] = [
  { kind: 'LUKS (encrypted)', offset: 0, magic: 'LUKS\u00ba\u00be' },
  { kind: 'BitLocker (encrypted)', offset: 3, magic: '-FVE-FS-' },
  { kind: LVM_KIND, offset: 512, magic: 'LABELONE' },
  { kind: LVM_KIND, offset: 0, magic: 'LABELONE' },
  { kind: LVM_KIND, offset: 1024, magic: 'LABELONE' },
  { kind: LVM_KIND, offset: 1536, magic: 'LABELONE' },
  { kind: 'RAID', offset: 4096, magic: '\u00fc\u004e\u002b\u00a9' },
  { kind: 'RAID', offset: 0, magic: '\u00fc\u004e\u002b\u00a9' },
  { kind: EXT_KIND, offset: 1080, magic: '\u0053\u00ef' },
  { kind: XFS_KIND, offset: 0, magic: 'XFSB' },
  { kind: 'btrfs', offset: 65_600, magic: '_BHRfS_M' },
  { kind: FAT_KIND, offset: 82, magic: 'FAT32   ' },
  { kind: FAT_KIND, offset: 54, magic: 'FAT16   ' },
  { kind: FAT_KIND, offset: 54, magic: 'FAT12   ' },
  { kind: 'exfat', offset: 3, magic: 'EXFAT   ' },
  { kind: 'ntfs', offset: 3, magic: 'NTFS    ' },
  { kind: 'ReFS', offset: 3, magic: 'ReFS\0\0\0\0' },
  { kind: 'squashfs', offset: 0, magic: 'hsqs' },
  { kind: 'erofs', offset: 1024, magic: '\u00e2\u00e1\u00f5\u00e0' },
  { kind: 'f2fs', offset: 1024, magic: '\u0010\u0020\u00f5\u00f2' },
  { kind: 'bcachefs', offset: 4120, magic: '\u00c6\u0085\u0073\u00f6' },
  { kind: 'reiserfs', offset: 65_588, magic: 'ReIsEr' },
  { kind: 'jfs', offset: 32_768, magic: 'JFS1' },
  { kind: 'nilfs2', offset: 1030, magic: '\u0034\u0034' },
  { kind: 'apfs', offset: 32, magic: 'NXSB' },
  { kind: 'hfs+', offset: 1024, magic: 'H+\0\u0004' },
  { kind: 'iso9660', offset: 32_769, magic: 'CD001' },
  { kind: 'ufs', offset: 66_908, magic: '\u0019\u0001\u0054\u0019' },
  // Swap space is skipped without a problem, so anything else counts before it.
  { kind: SWAP_KIND, offset: 4086, magic: 'SWAPSPACE2' },
  { kind: SWAP_KIND, offset: 8182, magic: 'SWAPSPACE2' },
  { kind: SWAP_KIND, offset: 16_374, magic: 'SWAPSPACE2' },
  { kind: SWAP_KIND, offset: 65_526, magic: 'SWAPSPACE2' },
];

const HEAD_BYTES = 66_912;

/** Returns the kind of a partition's content by its magic; `undefined` if it is unknown. */
export function detectContentKind(content: Bytes): string | undefined {
  const head = toBuffer(content.read(0, HEAD_BYTES));
  return MAGICS.find(
    ({ offset, magic }) => head.toString('latin1', offset, offset + magic.length) === magic,
  )?.kind;
}
