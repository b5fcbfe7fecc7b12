import { AssertionFailure } from '../../foundation/core/assert.ts';
import type { Extraction } from '../../foundation/core/cataloger.ts';
import { UserError } from '../../foundation/core/error.ts';

/** Errors about this machine or run, not about the file. */
const PASSED_ON: ReadonlySet<string> = new Set(['E_SPILL', 'E_INTERRUPTED', 'E_INTERNAL']);

/** The plug-in boundary: a file that a plug-in fails on costs only that file. */
export function extractSafely(extract: () => Extraction<unknown>): Extraction<unknown> {
  try {
    return extract();
  } catch (error) {
    if (error instanceof AssertionFailure) {
      throw error;
    }
    if (error instanceof UserError) {
      if (PASSED_ON.has(error.code)) {
        throw error;
      }
      const code = error.code === 'E_LIMIT' ? 'P_LIMIT' : 'P_MALFORMED';
      return { problems: [{ code, message: error.message }] };
    }
    const reason = error instanceof Error ? error.message : String(error);
    return {
      problems: [{ code: 'P_MALFORMED', message: `the content could not be parsed: ${reason}` }],
    };
  }
}
