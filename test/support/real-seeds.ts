import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Budget } from '../../src/foundation/core/budget.ts';
import { readWhole, toBytes } from '../../src/foundation/core/bytes.ts';
import type { Extractor, WantedFile } from '../../src/foundation/core/cataloger.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import { readLayer } from '../../src/image/read/read-layer.ts';
import { createSpill } from '../../src/image/read/spill.ts';
import { openTarget } from '../../src/image/source/open-target.ts';
import { sources } from '../../src/image/source/registry.generated.ts';

/** One file of a real image. */
export interface RealFile {
  readonly path: string;
  readonly content: Uint8Array;
}

/** Small real files by extractor and role, as `apk-db database`. */
export type RealFiles = ReadonlyMap<string, readonly RealFile[]>;

const FILE_BYTES_MAX = 32 * 1024;
const FILES_MAX = 6;

/**
 * Picks small files that each extractor requests from the archives in a directory, as seeds for its
 * fuzz tests.
 */
export async function findRealFiles(
  folder: string,
  extractors: readonly Extractor<unknown>[],
): Promise<RealFiles> {
  const limits = DEFAULT_LIMITS;
  using spill = createSpill({ folder: tmpdir(), limits });
  const found = new Map<string, RealFile[]>();
  const spies = extractors.map((extractor) => ({
    ...extractor,
    extract: (file: WantedFile) => {
      keep(found, `${extractor.id} ${file.role}`, file);
      return {};
    },
  }));
  for (const name of readdirSync(folder).toSorted()) {
    if (!name.endsWith('.oci.tar')) continue;
    const target = await openTarget(join(folder, name), sources, {
      limits,
      spill,
      progress: SILENT,
    });
    for (const layer of target.layers) {
      const budget = new Budget(limits);
      await readLayer(layer, { extractors: spies, limits, budget, spill, progress: SILENT });
    }
    await target.close();
  }
  return found;
}

function keep(found: Map<string, RealFile[]>, key: string, { path, content }: WantedFile): void {
  const files = found.get(key) ?? [];
  found.set(key, files);
  if (files.length < FILES_MAX && content.sizeBytes > 0) {
    // The beginning of a large file is sufficient, and is changed and read quickly.
    const bytes = content.read(0, Math.min(content.sizeBytes, FILE_BYTES_MAX));
    files.push({ path, content: Uint8Array.from(readWhole(toBytes(bytes))) });
  }
}
