import type { Digest } from '../core/digest.ts';
import type { TargetDescription } from '../core/target.ts';
import type { BaseImage } from './base-image.ts';
import { createFact, createUnknownFact, type FactValue, type PolicyInput } from './fact.ts';

const NO_BASE = createUnknownFact('the base image is not known: add --base IMAGE');

/** Number of layers of the target that belong to its base, or the reason why it is unknown. */
export function countBaseLayers({ base, assessment }: PolicyInput): number | FactValue {
  const { target } = assessment;
  if (base === undefined) {
    return NO_BASE;
  }
  return isBuiltOn(target, base)
    ? base.layers.length
    : createUnknownFact(`the first layers of the target are not those of ${base.name}`);
}

/** Whether the first layers of a target are all layers of the base. */
export function isBuiltOn(target: TargetDescription, { layers }: BaseImage): boolean {
  return (
    target.kind === 'image' &&
    layers.length > 0 &&
    layers.every((diffId, index) => target.layers[index]?.diffId === diffId)
  );
}

/** Reads whether a layer belongs to the base. */
export function readInBase(layer: Digest | undefined, input: PolicyInput): FactValue {
  const count = countBaseLayers(input);
  if (typeof count !== 'number') {
    return count;
  }
  const { target } = input.assessment;
  const at =
    target.kind === 'image' ? target.layers.findIndex(({ diffId }) => diffId === layer) : -1;
  return at === -1
    ? createUnknownFact('the layer that it is from is not known')
    : createFact(at < count, { layer: `${at + 1} of ${input.base?.name ?? ''}` });
}
