import { Budget } from '../core/budget.ts';
import type { Extractor, VisibleFact } from '../core/cataloger.ts';
import { defined } from '../core/defined.ts';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import { createSpill } from '../read/spill.ts';
import { openTarget } from '../source/open-target.ts';
import { sources } from '../source/registry.generated.ts';
import { listVisibleFacts } from '../view/visible-facts.ts';
import { type ReadTarget, readTarget } from './read-target.ts';
import type { ScanOptions } from './scan-options.ts';

/** A target that was read once more, with the visible facts of one extractor. */
interface ReadAgain {
  readonly read: ReadTarget;
  readonly facts: readonly VisibleFact<unknown>[];
}

/** Reads a target once more for facts that its inventory does not hold. */
export async function readAgain(
  userInput: string,
  extractor: Extractor<unknown>,
  options: ScanOptions,
): Promise<ReadAgain> {
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
    const budget = new Budget(limits);
    const extractors = [extractor];
    const read = await readTarget(target, { extractors, limits, budget, spill, progress });
    return { read, facts: listVisibleFacts(read.view, read.layers, extractor.id) };
  } finally {
    await target.close();
  }
}
