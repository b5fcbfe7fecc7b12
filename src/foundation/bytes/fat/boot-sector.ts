import { type Bytes, toBuffer } from '../../core/bytes.ts';
import { createDamageError } from '../disk/disk-error.ts';

/* Microsoft, "FAT: General Overview of On-Disk Format", 1.03. All numbers are little-endian. */
const BOOT_SECTOR_BYTES = 512;
const SECTOR_BYTES: ReadonlySet<number> = new Set([512, 1024, 2048, 4096]);
const ENTRY_BYTES = 32;
/** With fewer clusters, their numbers have 12 bits instead of 16. */
const FAT16_CLUSTERS_MIN = 4_085;

/** The description of a FAT file system; offsets and sizes are in bytes. */
export interface FatLayout {
  readonly width: 12 | 16 | 32;
  readonly tableOffset: number;
  readonly clusterBytes: number;
  readonly clusters: number;
  /** The place of the first cluster, which has the number 2. */
  readonly dataOffset: number;
  /** The root directory if it is not a chain of clusters; empty for FAT32. */
  readonly fixedRoot: { readonly offset: number; readonly sizeBytes: number };
  readonly rootCluster: number;
  readonly uuid: string;
  readonly label: string;
}

/** @throws UserError if it is malformed */
export function readFatLayout(bytes: Bytes): FatLayout {
  const sector = toBuffer(bytes.read(0, BOOT_SECTOR_BYTES));
  if (sector.length < BOOT_SECTOR_BYTES) throw createDamageError('the boot sector is missing');
  const sectorBytes = sector.readUInt16LE(11);
  const clusterSectors = sector.readUInt8(13);
  const reserved = sector.readUInt16LE(14);
  // As in Linux, a file system without this number is FAT32, whatever its size.
  const narrowSectors = sector.readUInt16LE(22);
  const tableSectors = narrowSectors || sector.readUInt32LE(36);
  const rootBytes = sector.readUInt16LE(17) * ENTRY_BYTES;
  const rootSector = reserved + sector.readUInt8(16) * tableSectors;
  const dataSector = rootSector + Math.ceil(rootBytes / sectorBytes);
  const sectors = sector.readUInt16LE(19) || sector.readUInt32LE(32);
  const clusters = Math.floor((sectors - dataSector) / clusterSectors);
  const isPower = (clusterSectors & (clusterSectors - 1)) === 0;
  const isValid = SECTOR_BYTES.has(sectorBytes) && clusterSectors > 0 && isPower && clusters > 0;
  if (!isValid || reserved === 0) throw createDamageError('the boot sector is malformed');
  const width = narrowSectors === 0 ? 32 : clusters < FAT16_CLUSTERS_MIN ? 12 : 16;
  const idOffset = width === 32 ? 67 : 39;
  const label = sector.toString('latin1', idOffset + 4, idOffset + 15).trim();
  return {
    width,
    tableOffset: reserved * sectorBytes,
    clusterBytes: clusterSectors * sectorBytes,
    clusters,
    dataOffset: dataSector * sectorBytes,
    fixedRoot: { offset: rootSector * sectorBytes, sizeBytes: width === 32 ? 0 : rootBytes },
    rootCluster: width === 32 ? sector.readUInt32LE(44) : 0,
    uuid: formatId(sector.readUInt32LE(idOffset)),
    label: label === 'NO NAME' ? '' : label,
  };
}

function formatId(id: number): string {
  return id
    .toString(16)
    .padStart(8, '0')
    .replace(/^(.{4})/u, '$1-');
}
