import { AssertionFailure } from '../../foundation/core/assert.ts';
import type { Budget } from '../../foundation/core/budget.ts';
import type { Assembly } from '../../foundation/core/cataloger.ts';
import { defined } from '../../foundation/core/defined.ts';
import { UserError } from '../../foundation/core/error.ts';

/**
 * The plug-in boundary: if one cataloger fails to assemble, its packages are lost and a problem is
 * reported, but other catalogers are not affected.
 */
export function assembleSafely(plugin: string, budget: Budget, assemble: () => Assembly): Assembly {
  try {
    const assembly = assemble();
    const dependencies = assembly.dependencies?.filter(() => budget.take('dependenciesMax'));
    const refused = budget.drainProblems().map((note) => ({ ...note, plugin }));
    if (refused.length === 0) {
      return assembly;
    }
    return {
      ...assembly,
      ...defined({ dependencies }),
      problems: [...(assembly.problems ?? []), ...refused],
    };
  } catch (error) {
    if (error instanceof AssertionFailure || error instanceof UserError) {
      throw error;
    }
    const reason = error instanceof Error ? error.message : String(error);
    const message = `the packages could not be assembled: ${reason}`;
    return { problems: [{ code: 'P_MALFORMED', message, plugin }] };
  }
}
