import type { Context } from 'hono';
import { defined } from '../../core/defined.ts';
import { ERROR_CODES, UserError } from '../../core/error.ts';

export type ProblemStatus = 400 | 401 | 403 | 404 | 409 | 413 | 422 | 429 | 500 | 503 | 507;

/** One part of a request that does not match its schema. */
interface PartProblem {
  readonly pointer: string;
  readonly message: string;
}

export class InvalidRequest extends UserError {
  readonly parts: readonly PartProblem[];

  constructor(parts: readonly PartProblem[]) {
    const list = parts.map(({ pointer, message }) => `${pointer}: ${message}`);
    super('E_USAGE', `invalid request: ${list.join('; ')}`);
    this.parts = parts;
  }
}

/** Sends a problem as in RFC 9457. */
export function sendProblem(context: Context, status: ProblemStatus, error: UserError): Response {
  const { code, message, hint } = error;
  const problem = {
    type: `urn:plimsoll:error:${code}`,
    title: ERROR_CODES[code].title,
    status,
    detail: message,
    code,
    ...defined({ hint, errors: error instanceof InvalidRequest ? error.parts : undefined }),
  };
  return context.body(JSON.stringify(problem), status, {
    'Content-Type': 'application/problem+json; charset=UTF-8',
  });
}
