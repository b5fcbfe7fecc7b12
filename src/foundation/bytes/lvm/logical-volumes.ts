import type { Bytes } from '../../core/bytes.ts';
import { UserError } from '../../core/error.ts';
import { createDamageError } from '../disk/disk-error.ts';
import type { LvmSection, LvmValue } from './lvm-text.ts';
import type { PhysicalVolume } from './physical-volume.ts';

const SECTOR_BYTES = 512;
const VISIBLE = 'VISIBLE';
const NO_SECTION: LvmSection = new Map();
const VOLUMES_MAX = 1024;
const SEGMENTS_MAX = 65_536;

/** A volume that consists of parts of physical volumes. */
export interface LogicalVolume {
  readonly group: string;
  readonly name: string;
  /** Its content, or why it cannot be read. */
  readonly content: Bytes | Error;
}

export interface LogicalVolumes {
  readonly volumes: readonly LogicalVolume[];
  /** UUIDs of the physical volumes in their groups. */
  readonly uuids: ReadonlySet<string>;
}

interface VolumeGroup {
  readonly name: string;
  readonly section: LvmSection;
}

/**
 * Lists the logical volumes of the groups of some physical volumes. Only linear ones can be read.
 *
 * @throws UserError if a description is malformed
 */
export function listLogicalVolumes(physical: readonly PhysicalVolume[]): LogicalVolumes {
  const groups = new Map<string, VolumeGroup>();
  for (const description of physical.flatMap(({ descriptions }) => descriptions)) {
    for (const [name, section] of description) {
      if (!(section instanceof Map)) continue;
      const id = readLvmString(section, 'id');
      const known = groups.get(id);
      // The copy with the highest number is the newest.
      if (
        known === undefined ||
        readLvmNumber(section, 'seqno') > readLvmNumber(known.section, 'seqno')
      ) {
        groups.set(id, { name, section });
      }
    }
  }
  const all = [...groups.values()];
  return {
    volumes: all.flatMap((group) => listGroup(group, physical)),
    uuids: new Set(all.flatMap(({ section }) => listUuids(section))),
  };
}

function listUuids(group: LvmSection): readonly string[] {
  return [...getSection(group, 'physical_volumes').values()].map((described) =>
    described instanceof Map ? readUuid(described) : '',
  );
}

function readUuid(described: LvmSection): string {
  return readLvmString(described, 'id').replaceAll('-', '');
}

function listGroup(
  { name: group, section }: VolumeGroup,
  physical: readonly PhysicalVolume[],
): readonly LogicalVolume[] {
  const volumes = getSection(section, 'logical_volumes');
  if (volumes.size > VOLUMES_MAX) throw createGroupError();
  return [...volumes].flatMap(([name, volume]) => {
    if (!(volume instanceof Map) || !isVisible(volume)) return [];
    return [{ group, name, content: tryOpening(volume, section, physical) }];
  });
}

/** Hidden volumes are parts of others. */
function isVisible(volume: LvmSection): boolean {
  const status = volume.get('status');
  return Array.isArray(status) && status.includes(VISIBLE);
}

function tryOpening(
  volume: LvmSection,
  group: LvmSection,
  physical: readonly PhysicalVolume[],
): Bytes | Error {
  try {
    return joinRuns(listRuns(volume, group, physical));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error;
  }
}

/** A part of a logical volume that is in a row on one physical volume. */
interface Run {
  readonly start: number;
  readonly length: number;
  readonly bytes: Bytes;
  readonly offset: number;
}

function listRuns(
  volume: LvmSection,
  group: LvmSection,
  physical: readonly PhysicalVolume[],
): readonly Run[] {
  const count = readLvmNumber(volume, 'segment_count');
  if (count < 1 || count > SEGMENTS_MAX) throw createGroupError();
  const extentBytes = readLvmNumber(group, 'extent_size') * SECTOR_BYTES;
  const runs: Run[] = [];
  let end = 0;
  for (let index = 1; index <= count; index++) {
    const segment = getSection(volume, `segment${index}`);
    const start = readLvmNumber(segment, 'start_extent') * extentBytes;
    const length = readLvmNumber(segment, 'extent_count') * extentBytes;
    const type = readLvmString(segment, 'type');
    const stripes = segment.get('stripes');
    if (
      type !== 'striped' ||
      readLvmNumber(segment, 'stripe_count') !== 1 ||
      !Array.isArray(stripes)
    ) {
      throw createDamageError(`volumes of the type "${type}" are not read`);
    }
    const [name = '', extent = 0] = stripes;
    if (start !== end || typeof extent !== 'number' || typeof name !== 'string') {
      throw createGroupError();
    }
    const { bytes, dataOffset } = findPhysical(name, group, physical);
    runs.push({ start, length, bytes, offset: dataOffset + extent * extentBytes });
    end = start + length;
  }
  if (!Number.isSafeInteger(end)) throw createGroupError();
  return runs;
}

function findPhysical(
  name: string,
  group: LvmSection,
  physical: readonly PhysicalVolume[],
): { readonly bytes: Bytes; readonly dataOffset: number } {
  const described = getSection(getSection(group, 'physical_volumes'), name);
  const uuid = readUuid(described);
  const found = physical.find((one) => one.uuid === uuid);
  if (found === undefined) {
    throw createDamageError(`a part is on another disk (physical volume "${name}")`);
  }
  return { bytes: found.content, dataOffset: readLvmNumber(described, 'pe_start') * SECTOR_BYTES };
}

function joinRuns(runs: readonly Run[]): Bytes {
  const last = runs.at(-1);
  const sizeBytes = last === undefined ? 0 : last.start + last.length;
  return {
    sizeBytes,
    read: (offset, length) => {
      const end = Math.min(offset + length, sizeBytes);
      const pieces: Uint8Array[] = [];
      for (let at = offset; at < end; ) {
        const run = findRun(runs, at);
        if (run === undefined) break;
        const inside = at - run.start;
        const wanted = Math.min(run.length - inside, end - at);
        const piece = run.bytes.read(run.offset + inside, wanted);
        pieces.push(piece);
        // What is beyond the end of the disk ends the content.
        if (piece.length < wanted) break;
        at += wanted;
      }
      const [only] = pieces;
      return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
    },
  };
}

function findRun(runs: readonly Run[], at: number): Run | undefined {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle]?.start ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return runs[low - 1];
}

function getSection(section: LvmSection, name: string): LvmSection {
  const value = section.get(name);
  return value instanceof Map ? value : NO_SECTION;
}

function readLvmString(section: LvmSection, name: string): string {
  const value: LvmValue | undefined = section.get(name);
  if (typeof value !== 'string') throw createGroupError();
  return value;
}

function readLvmNumber(section: LvmSection, name: string): number {
  const value = section.get(name);
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw createGroupError();
  }
  return value;
}

function createGroupError(): Error {
  return createDamageError('the description of the volume group is malformed');
}
