import type { InventoryFile } from '../../foundation/core/inventory.ts';
import { SEARCH_KEY_CHARS } from './base-file.ts';
import type { BaseHead, BaseImage } from './base-image.ts';
import type { BaseStore } from './base-store.ts';
import { listContentDigests, shortenBuildId, shortenDigest } from './short-digest.ts';

/** Number of executables that are searched for in every base image. */
const PROBES_MAX = 16;
const BASES_MAX = 8;

/** Returns the base images that contain some of the executables, those with the most first. */
export function selectBases(
  executables: readonly InventoryFile[],
  heads: readonly BaseHead[],
  store: BaseStore,
): readonly BaseHead[] {
  const probes = new Map<string, InventoryFile>();
  for (const file of executables
    .toSorted((left, right) => right.sizeBytes - left.sizeBytes)
    .slice(0, PROBES_MAX)) {
    listKeys(file).forEach((key) => probes.set(key.slice(0, SEARCH_KEY_CHARS), file));
  }
  if (probes.size === 0) {
    return [];
  }
  return heads
    .map((head) => ({ head, count: countFound(store.readSearchKeys(head.id), probes) }))
    .filter(({ count }) => count > 0)
    .sort((left, right) => right.count - left.count)
    .slice(0, BASES_MAX)
    .map(({ head }) => head);
}

/** Counts the files of which a key is among those joined. */
function countFound(joined: string, files: ReadonlyMap<string, InventoryFile>): number {
  const found = new Set<InventoryFile>();
  for (let at = 0; at < joined.length; at += SEARCH_KEY_CHARS) {
    const file = files.get(joined.slice(at, at + SEARCH_KEY_CHARS));
    if (file !== undefined) {
      found.add(file);
    }
  }
  return found.size;
}

function listKeys({ sha256 = '', executable }: InventoryFile): readonly string[] {
  const keys = [shortenDigest(sha256), shortenBuildId(executable?.buildId ?? '')];
  return keys.filter((key) => key !== undefined);
}

/** Sorts base images by the number of their files that are among those given, the most first. */
export function rankBases(
  files: readonly InventoryFile[],
  bases: readonly BaseImage[],
): readonly BaseImage[] {
  const digests = new Set(files.flatMap(listKeys));
  return bases
    .map((base) => {
      const own = base.contents.flatMap(listContentDigests);
      return { base, common: own.filter((digest) => digests.has(digest)).length };
    })
    .sort((left, right) => right.common - left.common)
    .map(({ base }) => base);
}
