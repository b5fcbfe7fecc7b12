import { UserError } from '../foundation/core/error.ts';
import type { Inventory } from '../foundation/core/inventory.ts';
import { type MemoryPlan, nextStep } from '../foundation/core/memory-plan.ts';

/**
 * Explains, for exceeded limits that are lower than the defaults, why they are lower and how to
 * raise them: in the problems of an inventory and in the error that ends a run.
 */
export async function explainLimits(
  plan: MemoryPlan,
  read: () => Promise<Inventory>,
): Promise<Inventory> {
  try {
    const inventory = await read();
    const problems = inventory.problems.map((problem) => {
      const step = problem.code === 'P_LIMIT' ? nextStep(problem.message, plan) : undefined;
      return step === undefined ? problem : { ...problem, message: `${problem.message}; ${step}` };
    });
    return { ...inventory, problems };
  } catch (error) {
    const step =
      error instanceof UserError && error.code === 'E_LIMIT'
        ? nextStep(error.message, plan)
        : undefined;
    throw error instanceof UserError && step !== undefined
      ? new UserError(error.code, error.message, { hint: step, cause: error })
      : error;
  }
}
