import { assert } from '../core/assert.ts';
import { Budget } from '../core/budget.ts';
import { defined } from '../core/defined.ts';
import { UserError } from '../core/error.ts';
import type { Inventory } from '../core/inventory.ts';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import {
  type CheckedStep,
  checkSteps,
  collectHeldTokens,
  collectWitnessTokens,
  createWitnessExtractor,
} from '../reach/witness-check.ts';
import { createSpill } from '../read/spill.ts';
import { openTarget } from '../source/open-target.ts';
import { sources } from '../source/registry.generated.ts';
import { listVisibleFacts } from '../view/visible-facts.ts';
import { readTarget } from './read-target.ts';
import type { ScanOptions } from './scan-options.ts';

/**
 * Checks the witness of every step again, in the bytes of the image instead of the kept facts.
 *
 * @throws UserError `E_USAGE` if the target is not an image
 */
export async function verifyReach(
  userInput: string,
  { reach }: Inventory,
  options: ScanOptions,
): Promise<readonly CheckedStep[]> {
  assert(reach !== undefined, 'an inventory that says what is reached');
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
    if (target.document !== undefined || target.description.kind !== 'image') {
      throw new UserError(
        'E_USAGE',
        `"${userInput}" is not an image, so it has no reachability steps to verify`,
      );
    }
    const tokens = collectWitnessTokens(reach);
    const extractor = createWitnessExtractor(tokens);
    const { view, layers } = await readTarget(target, {
      extractors: [extractor],
      limits,
      budget: new Budget(limits),
      spill,
      progress,
    });
    const extractedOffsets = collectHeldTokens(listVisibleFacts(view, layers, extractor.id));
    return checkSteps(reach, { view, target: target.description, tokens, extractedOffsets });
  } finally {
    await target.close();
  }
}
