import { Budget } from '../foundation/core/budget.ts';
import type { Extractor, VisibleFact } from '../foundation/core/cataloger.ts';
import { listVisibleFacts } from '../image/view/visible-facts.ts';
import { useTarget } from './open-again.ts';
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
  return await useTarget(userInput, options, async ({ target, ...frame }) => {
    const budget = new Budget(frame.limits);
    const read = await readTarget(target, { ...frame, extractors: [extractor], budget });
    return { read, facts: listVisibleFacts(read.view, read.layers, extractor.id) };
  });
}
