import type { Inventory } from '../foundation/core/inventory.ts';
import {
  createTextMask,
  publishImage,
  readEnvironment,
} from '../foundation/core/published-image.ts';
import type { Reach, ReachStep, Witness } from '../foundation/core/reach.ts';
import { CONFIG_PATH } from '../foundation/core/reach.ts';

/**
 * Returns the inventory of an image that was just read, prepared for output: see {@link
 * publishImage}. Everything that needs the configuration itself comes before.
 */
export function publishInventory(inventory: Inventory): Inventory {
  const { target, reach } = inventory;
  if (target.kind !== 'image') {
    return inventory;
  }
  return {
    ...inventory,
    target: publishImage(target),
    environment: readEnvironment(target),
    ...(reach === undefined ? {} : { reach: publishReach(reach, createTextMask(target)) }),
  };
}

/** Steps that the configuration shows include quotes from it. */
function publishReach(reach: Reach, mask: (text: string) => string): Reach {
  const publishWitness = (witness: Witness): Witness =>
    witness.path === CONFIG_PATH ? { ...witness, token: mask(witness.token) } : witness;
  const publishStep = <Step extends ReachStep>(step: Step): Step =>
    step.witness.path === CONFIG_PATH ? { ...step, witness: publishWitness(step.witness) } : step;
  const publishFile = <File extends { readonly step?: ReachStep }>(file: File): File =>
    file.step === undefined ? file : { ...file, step: publishStep(file.step) };
  return {
    ...reach,
    files: reach.files.map(publishFile),
    tainted: reach.tainted.map(publishStep),
    ...(reach.steps === undefined ? {} : { steps: reach.steps.map(publishStep) }),
    ...(reach.members === undefined ? {} : { members: reach.members.map(publishFile) }),
    opacities: reach.opacities.map((one) =>
      one.witness === undefined ? one : { ...one, witness: publishWitness(one.witness) },
    ),
  };
}
