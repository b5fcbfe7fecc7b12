import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { UserError } from '../../foundation/core/error.ts';
import type { KnownAnswer } from '../access/known-answers.ts';
import type { CallEngine } from '../engine/engine-methods.ts';
import type { AppEnvironment } from './caller.ts';
import { InvalidRequest, sendProblem } from './problem.ts';

const KEY = /^[\x21-\x7e]{1,255}$/;
const WRITING: ReadonlySet<string> = new Set(['DELETE', 'POST', 'PUT']);

export interface IdempotencySetting {
  readonly call: CallEngine;
  /** Milliseconds since 1970. */
  readonly getTime: () => number;
}

/**
 * Answers a write with the header `Idempotency-Key` at most once: a repetition with the same key
 * has the first answer, and no effect. A write that failed can be repeated.
 */
export async function answerOnce(
  context: Context<AppEnvironment>,
  { call, getTime }: IdempotencySetting,
  answer: () => Promise<Response>,
): Promise<Response> {
  const given = context.req.header('idempotency-key');
  if (given === undefined || !WRITING.has(context.req.method)) {
    return await answer();
  }
  if (!KEY.test(given)) {
    const message = 'it has 1 to 255 characters of ASCII without spaces';
    throw new InvalidRequest([{ pointer: '/header/Idempotency-Key', code: 'malformed', message }]);
  }
  const { method, url } = context.req;
  const { pathname, search } = new URL(url);
  // Keys of different senders and routes are different.
  const key = digestParts([context.get('caller').principal.id, method, pathname, given]);
  const request = digestParts([search, Buffer.from(await context.req.arrayBuffer())]);
  const known = await call('beginAnswer', { key, request, now: getTime() });
  if (known !== undefined) {
    return sendKnown(context, known, request);
  }
  try {
    const response = await answer();
    const location = response.headers.get('location') ?? '';
    const [status, body] = [response.status, await response.clone().text()];
    await call('endAnswer', { key, status, body, location });
    return response;
  } catch (error) {
    await call('dropAnswer', key);
    throw error;
  }
}

function sendKnown(
  context: Context<AppEnvironment>,
  { request: first, status, body, location }: KnownAnswer,
  request: string,
): Response {
  if (first !== request) {
    const error = new UserError('E_USAGE', 'this Idempotency-Key was used for another request', {
      hint: 'create a new key for each request',
    });
    return sendProblem(context, 422, error);
  }
  if (status === 0) {
    context.header('Retry-After', '1');
    const error = new UserError('E_USAGE', 'the request with this Idempotency-Key still runs', {
      hint: 'repeat it later: the answer is then the same',
    });
    return sendProblem(context, 409, error);
  }
  if (location !== '') {
    context.header('Location', location);
  }
  context.header('Idempotency-Replayed', 'true');
  return context.body(body, status as 200, { 'Content-Type': 'application/json; charset=UTF-8' });
}

/** Parts are separated by their lengths. */
function digestParts(parts: readonly (Buffer | string)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    hash.update(`${part.length}:`).update(part);
  }
  return hash.digest('hex');
}
