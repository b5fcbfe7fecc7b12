import { defined } from '../foundation/core/defined.ts';
import { DEFAULT_LIMITS, type Limits } from '../foundation/core/limits.ts';
import { type Progress, SILENT } from '../foundation/core/progress.ts';
import type { OpenTarget } from '../foundation/core/target.ts';
import { createSpill, type SpillFolder } from '../image/read/spill.ts';
import { openTarget } from '../image/source/open-target.ts';
import { sources } from '../image/source/registry.generated.ts';
import type { ScanOptions } from './scan-options.ts';

/** A target that was opened once more, with the options that reading it needs. */
interface OpenedAgain {
  readonly target: OpenTarget;
  readonly limits: Limits;
  readonly spill: SpillFolder;
  readonly progress: Progress;
}

/** Opens a target once more, and closes it after its use. */
export async function useTarget<T>(
  userInput: string,
  options: ScanOptions,
  use: (opened: OpenedAgain) => Promise<T>,
): Promise<T> {
  const { limits = DEFAULT_LIMITS, progress = SILENT, platform, from, network } = options;
  using spill = createSpill({ folder: options.temporaryFolder, limits });
  const target = await openTarget(userInput, sources, {
    ...defined({ platform, from, network }),
    isAttachedSbom: false,
    limits,
    spill,
    progress,
  });
  try {
    return await use({ target, limits, spill, progress });
  } finally {
    await target.close();
  }
}
