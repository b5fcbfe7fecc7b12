import { UserError } from '../../core/error.ts';

/** Describes an error that is not one of the program; throws the others. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof UserError)) {
    throw error;
  }
  const { code, message, hint } = error;
  return `${code}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
}
