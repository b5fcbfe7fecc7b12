import type { Budget, Taken } from '../../foundation/core/budget.ts';
import type { LayerFacts, Want } from '../../foundation/core/cataloger.ts';
import { LIMITS, type Limit } from '../../foundation/core/limits.ts';
import { measureFact } from './fact-size.ts';
import { computeReadBytes } from './lazy-file.ts';

/** The amounts that the files of one layer use from the budget of their target. */
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

  getPluginBudget(plugin: string): Budget {
    const known = this.#byPlugin.get(plugin);
    const budget = known ?? this.#budget.restrictToPlugin(plugin);
    if (known === undefined) {
      this.#byPlugin.set(plugin, budget);
    }
    return budget;
  }

  /** Uses the steps of a plug-in that reads a file; none for content that is not scanned. */
  takeContent(plugin: string, want: Want, sizeBytes: number): boolean {
    const { limits } = this.#budget;
    const { stepsEach = 0 }: Limit = LIMITS[want.maxBytes];
    const steps = stepsEach * computeReadBytes(want, sizeBytes, limits);
    return steps === 0 || this.getPluginBudget(plugin).takeSteps(steps);
  }

  /** Uses the memory for a fact. */
  takeFact(plugin: string, fact: unknown): boolean {
    const size = measureFact(fact, this.#budget.limits.factValuesMax);
    return this.getPluginBudget(plugin).take('factValuesMax', size);
  }

  /** The amounts used by the layer, for the facts of the layer. */
  get outcome(): Pick<LayerFacts, 'taken' | 'isCut'> {
    const taken = this.#budget.countTaken(this.#takenBefore);
    return {
      ...(Object.keys(taken).length > 0 ? { taken } : {}),
      ...(this.#budget.refusals > this.#refusalsBefore ? { isCut: true } : {}),
    };
  }
}
