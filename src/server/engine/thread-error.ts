import { type ErrorCode, UserError } from '../../core/error.ts';
import { explainConnection } from '../store/lost-connection.ts';

/** An error as threads send it. */
export interface ThreadError {
  /** Absent for an error of the program. */
  readonly code?: ErrorCode;
  readonly message: string;
  readonly hint?: string;
}

export function toError({ code, message, hint }: ThreadError): Error {
  return code === undefined
    ? new Error(message)
    : new UserError(code, message, hint === undefined ? {} : { hint });
}

export function describeError(error: unknown): ThreadError {
  if (error instanceof UserError) {
    const { code, message, hint } = error;
    return { code, message, ...(hint === undefined ? {} : { hint }) };
  }
  const explained = explainConnection(error);
  if (explained instanceof UserError) {
    const { code, message } = explained;
    return { code, message };
  }
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
