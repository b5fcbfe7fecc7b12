import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FixtureLayout } from '../foundation/bytes/oci/image.fixture.ts';
import { createTar } from '../foundation/bytes/tar/tar.fixture.ts';
import { Budget } from '../foundation/core/budget.ts';
import { DEFAULT_LIMITS } from '../foundation/core/limits.ts';
import { type Progress, SILENT } from '../foundation/core/progress.ts';
import { createSpill } from '../image/read/spill.ts';
import { openTarget } from '../image/source/open-target.ts';
import { sources } from '../image/source/registry.generated.ts';
import { type ReadTarget, type ReadTargetOptions, readTarget } from './read-target.ts';

/** Reads an image of one layer from an archive that is deleted afterwards. */
export async function readImage(
  layer: Buffer,
  asked: Pick<ReadTargetOptions, 'extractors' | 'findOwnedFiles'>,
  progress: Progress = SILENT,
): Promise<ReadTarget> {
  const folder = mkdtempSync(join(tmpdir(), 'read-target-'));
  try {
    const layout = new FixtureLayout();
    const image = layout.addImage({ layers: [layer] });
    const file = join(folder, 'image.tar');
    writeFileSync(file, createTar(layout.listEntries([image])));
    using spill = createSpill({ folder, limits: DEFAULT_LIMITS });
    const options = { limits: DEFAULT_LIMITS, spill, progress };
    const target = await openTarget(`oci-archive:${file}`, sources, {
      ...options,
      isAttachedSbom: false,
    });
    assert.ok(target.document === undefined);
    try {
      const budget = new Budget(DEFAULT_LIMITS);
      return await readTarget(target, { ...options, ...asked, budget });
    } finally {
      await target.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
