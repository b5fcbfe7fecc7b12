import { defined } from '../../foundation/core/defined.ts';
import { type ErrorCode, UserError } from '../../foundation/core/error.ts';
import { explainConnection } from '../store/lost-connection.ts';
import { InvalidParts, type PartProblem } from './invalid-parts.ts';

/** An error as threads send it. */
export interface ThreadError {
  /** Absent for an error of the program. */
  readonly code?: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  /** The parts of a request that were rejected. */
  readonly parts?: readonly PartProblem[];
}

export function toError({ code, message, hint, parts }: ThreadError): Error {
  if (code !== undefined && parts !== undefined) {
    return new InvalidParts(code, parts, hint);
  }
  return code === undefined
    ? new Error(message)
    : new UserError(code, message, hint === undefined ? {} : { hint });
}

export function describeError(error: unknown): ThreadError {
  if (error instanceof UserError) {
    const { code, message, hint } = error;
    const parts = error instanceof InvalidParts ? error.parts : undefined;
    return { code, message, ...defined({ hint, parts }) };
  }
  const explained = explainConnection(error);
  if (explained instanceof UserError) {
    const { code, message } = explained;
    return { code, message };
  }
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
