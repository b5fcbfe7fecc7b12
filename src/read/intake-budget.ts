import type { Budget, Taken } from '../core/budget.ts';
import type { LayerFacts, Want } from '../core/cataloger.ts';
import { LIMITS, type Limit } from '../core/limits.ts';
import { measureFact } from './fact-size.ts';
import { handedBytes } from './later-file.ts';

/** What the files of one layer take from the budget of their target. */
export class IntakeBudget {
  readonly #budget: Budget;
  readonly #byPlugin = new Map<string, Budget>();
  readonly #takenBefore: Taken;
  readonly #refusalsBefore: number;

  constructor(budget: Budget) {
    this.#budget = budget;
    this.#takenBefore = budget.taken;
    this.#refusalsBefore = budget.refusals;
  }

  forPlugin(plugin: string): Budget {
    const known = this.#byPlugin.get(plugin);
    const budget = known ?? this.#budget.forPlugin(plugin);
    if (known === undefined) {
      this.#byPlugin.set(plugin, budget);
    }
    return budget;
  }

  /** Takes the steps of a plug-in that reads a file; none for content that is not read through. */
  takeContent(plugin: string, want: Want, sizeBytes: number): boolean {
    const { limits } = this.#budget;
    const { stepsEach = 0 }: Limit = LIMITS[want.maxBytes];
    const steps = stepsEach * handedBytes(want, sizeBytes, limits);
    return steps === 0 || this.forPlugin(plugin).takeSteps(steps);
  }

  /** Takes the memory for a fact. */
  takeFact(plugin: string, fact: unknown): boolean {
    const size = measureFact(fact, this.#budget.limits.factValuesMax);
    return this.forPlugin(plugin).take('factValuesMax', size);
  }

  /** What the layer took, for the facts that are made of it. */
  get outcome(): Pick<LayerFacts, 'taken' | 'isCut'> {
    const taken = this.#budget.countTaken(this.#takenBefore);
    return {
      ...(Object.keys(taken).length > 0 ? { taken } : {}),
      ...(this.#budget.refusals > this.#refusalsBefore ? { isCut: true } : {}),
    };
  }
}
