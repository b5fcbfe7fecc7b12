import { AssertionFailure } from '../core/assert.ts';
import type { Assembly } from '../core/cataloger.ts';
import { UserError } from '../core/error.ts';

/**
 * The plug-in boundary: what one cataloger cannot put together costs its packages, which is told,
 * and not those of the others.
 */
export function assemblyOf(plugin: string, assemble: () => Assembly): Assembly {
  try {
    return assemble();
  } catch (error) {
    if (error instanceof AssertionFailure || error instanceof UserError) {
      throw error;
    }
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The packages could not be put together: ${reason}`;
    return { problems: [{ code: 'P_MALFORMED', message, plugin }] };
  }
}
