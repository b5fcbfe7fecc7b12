import { assert } from '../foundation/core/assert.ts';
import { UserError } from '../foundation/core/error.ts';
import type { Inventory } from '../foundation/core/inventory.ts';
import {
  type CheckedStep,
  checkSteps,
  collectHeldTokens,
  collectWitnessTokens,
  createWitnessExtractor,
} from '../hardening/reach/witness-check.ts';
import { readAgain } from './read-again.ts';
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
  const tokens = collectWitnessTokens(reach);
  const extractor = createWitnessExtractor(tokens);
  const { read, facts } = await readAgain(userInput, extractor, options);
  const { view, description: target } = read;
  if (target.kind !== 'image') {
    throw new UserError(
      'E_USAGE',
      `"${userInput}" is not an image, so it has no reachability steps to verify`,
    );
  }
  return checkSteps(reach, { view, target, tokens, extractedOffsets: collectHeldTokens(facts) });
}
