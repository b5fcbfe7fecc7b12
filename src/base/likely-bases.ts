import type { InventoryFile } from '../core/inventory.ts';
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
  const probes = executables
    .toSorted((left, right) => right.sizeBytes - left.sizeBytes)
    .slice(0, PROBES_MAX)
    .map((file) => listKeys(file));
  if (probes.length === 0) {
    return [];
  }
  return heads
    .map((head) => {
      const text = store.readRawText(head.id);
      const found = probes.filter((keys) => keys.some((key) => text.includes(key)));
      return { head, count: found.length };
    })
    .filter(({ count }) => count > 0)
    .sort((left, right) => right.count - left.count)
    .slice(0, BASES_MAX)
    .map(({ head }) => head);
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
