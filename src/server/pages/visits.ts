import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { MINUTE_MS } from '../../foundation/core/duration.ts';

const COOKIE = 'plimsoll_visit';
/** A pause of this length ends a visit. */
const PAUSE_MS = 30 * MINUTE_MS;
const YEAR_SECONDS = 365 * 86_400;

/**
 * Returns when the visit before this one ended; `undefined` for the first one. The browser keeps it,
 * so that nothing about the habits of people is stored.
 */
export function recordVisit(context: Context, now: number): number | undefined {
  const [, before = '', last = ''] =
    /^(\d{1,15})\.(\d{1,15})$/.exec(getCookie(context, COOKIE) ?? '') ?? [];
  const isNew = last === '' || now - Number(last) > PAUSE_MS;
  const previous = isNew ? Number(last) : Number(before);
  if (isNew || now - Number(last) > MINUTE_MS) {
    const options = {
      httpOnly: true,
      sameSite: 'Strict',
      path: '/',
      maxAge: YEAR_SECONDS,
    } as const;
    setCookie(context, COOKIE, `${previous}.${now}`, options);
  }
  return previous > 0 && previous <= now ? previous : undefined;
}
