import type { MiddlewareHandler } from 'hono';
import { UserError } from '../../foundation/core/error.ts';
import type { AppEnvironment } from './caller.ts';
import { sendProblem } from './problem.ts';

/** Requests of a token in a minute, unless the server has another limit. */
export const REQUESTS_EACH_MINUTE = 600;

const MINUTE_MS = 60_000;
/** Tokens whose buckets are remembered; a full bucket is not. */
const BUCKETS_MAX = 10_000;

interface Bucket {
  /** Requests that are left. */
  left: number;
  /** Milliseconds since 1970. */
  at: number;
}

/**
 * Limits the requests of each token, so that one program that repeats itself does not slow down
 * all others. All requests of a minute may come at once. People and the user who runs the server
 * have no limit.
 */
export function createRateLimit(
  eachMinute: number,
  getTime: () => number,
): MiddlewareHandler<AppEnvironment> {
  const buckets = new Map<string, Bucket>();
  const countLeft = ({ left, at }: Bucket, now: number): number =>
    Math.min(eachMinute, left + (Math.max(0, now - at) * eachMinute) / MINUTE_MS);
  const removeFull = (now: number): void => {
    for (const [id, bucket] of buckets) {
      if (countLeft(bucket, now) >= eachMinute) {
        buckets.delete(id);
      }
    }
  };
  return async (context, next) => {
    // Routes for anyone have no caller.
    const caller = context.get('caller') as AppEnvironment['Variables']['caller'] | undefined;
    const id = caller?.principal.id ?? '';
    if (!id.startsWith('token:')) {
      return await next();
    }
    const now = getTime();
    if (buckets.size >= BUCKETS_MAX) {
      removeFull(now);
    }
    const left = countLeft(buckets.get(id) ?? { left: eachMinute, at: now }, now);
    const isAllowed = left >= 1;
    buckets.set(id, { left: isAllowed ? left - 1 : left, at: now });
    const rest = Math.floor(isAllowed ? left - 1 : 0);
    const seconds = Math.ceil(((1 - Math.min(left, 1)) * MINUTE_MS) / eachMinute / 1_000);
    context.header('RateLimit-Policy', `"token";q=${eachMinute};w=60`);
    context.header('RateLimit', `"token";r=${rest};t=${seconds}`);
    if (isAllowed) {
      return await next();
    }
    const retry = Math.max(1, seconds);
    context.header('Retry-After', `${retry}`);
    return sendProblem(
      context,
      429,
      new UserError('E_LIMIT', `the token sent more than ${eachMinute} requests in a minute`, {
        hint: `wait ${retry} s; the server can allow more: plimsoll serve --rate-limit NUMBER`,
      }),
    );
  };
}
