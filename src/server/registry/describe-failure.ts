import { UserError } from '../../foundation/core/error.ts';

/** Describes a `UserError`, and throws all other errors. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof UserError)) {
    throw error;
  }
  const { code, message, hint } = error;
  return `${code}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
}
