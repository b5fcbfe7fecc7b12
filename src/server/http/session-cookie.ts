import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { ServerNames } from './public-address.ts';

/** With TLS, a browser only accepts the cookie from this host, for all of its paths. */
const SECURE_COOKIE = 'plimsoll';
const PLAIN_COOKIE = 'plimsoll_session';

function isSecure(context: Context, { secureHost }: ServerNames): boolean {
  return secureHost !== undefined && context.req.header('host') === secureHost;
}

/** Returns the secret of the session of a browser. */
export function getSessionCookie(context: Context, names: ServerNames): string | undefined {
  return isSecure(context, names)
    ? getCookie(context, SECURE_COOKIE, 'host')
    : getCookie(context, PLAIN_COOKIE);
}

/**
 * Sends the secret of a new session. Links in messages lead to pages, so a public server gets the
 * cookie from other sites, too, but not with writes.
 */
export function sendSessionCookie(context: Context, names: ServerNames, secret: string): void {
  const options = { httpOnly: true, path: '/' } as const;
  if (isSecure(context, names)) {
    const secure = { ...options, prefix: 'host', secure: true, sameSite: 'Lax' } as const;
    setCookie(context, SECURE_COOKIE, secret, secure);
  } else {
    setCookie(context, PLAIN_COOKIE, secret, { ...options, sameSite: 'Strict' });
  }
}

/** Removes the secret from the browser. */
export function removeSessionCookie(context: Context, names: ServerNames): void {
  if (isSecure(context, names)) {
    deleteCookie(context, SECURE_COOKIE, { path: '/', secure: true, prefix: 'host' });
  } else {
    deleteCookie(context, PLAIN_COOKIE, { path: '/' });
  }
}
