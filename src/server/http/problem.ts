import type { Context } from 'hono';
import { defined } from '../../foundation/core/defined.ts';
import { ERROR_CODES, type UserError } from '../../foundation/core/error.ts';
import { InvalidParts, type PartProblem } from '../engine/invalid-parts.ts';

export type ProblemStatus = 400 | 401 | 403 | 404 | 409 | 412 | 413 | 422 | 429 | 500 | 503 | 507;

/** A request with parts that do not match their schemas. */
export class InvalidRequest extends InvalidParts {
  constructor(parts: readonly PartProblem[]) {
    super('E_USAGE', parts);
  }
}

/** Sends a problem as in RFC 9457. */
export function sendProblem(context: Context, status: ProblemStatus, error: UserError): Response {
  const { code, message, hint } = error;
  const trace: unknown = context.get('trace');
  const problem = {
    type: `urn:plimsoll:error:${code}`,
    title: ERROR_CODES[code].title,
    status,
    detail: message,
    ...(typeof trace === 'string' ? { instance: `urn:plimsoll:trace:${trace}` } : {}),
    code,
    ...defined({ hint, errors: error instanceof InvalidParts ? error.parts : undefined }),
  };
  return context.body(JSON.stringify(problem), status, {
    'Content-Type': 'application/problem+json; charset=UTF-8',
  });
}
