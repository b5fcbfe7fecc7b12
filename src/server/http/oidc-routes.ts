import type { Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { UserError } from '../../foundation/core/error.ts';
import type { Oidc, OidcFlow } from '../access/oidc.ts';
import { createRefusedPage } from '../pages/add-pages.ts';
import type { AppEnvironment } from './caller.ts';
import type { GuardSetting } from './guard.ts';
import { sendSessionCookie } from './session-cookie.ts';

export interface OidcRouteSetting extends GuardSetting {
  readonly oidc?: Oidc;
}

const FLOW_COOKIE = 'plimsoll_oidc';
const FLOW_SECONDS = 600;
const CALLBACK = '/oidc/callback';
const VALUE = /^[\w-]{20,128}$/;

/** Adds the two addresses of a sign-in by OpenID Connect. */
export function addOidcRoutes(app: Hono<AppEnvironment>, setting: OidcRouteSetting): void {
  const { oidc } = setting;
  if (oidc === undefined) {
    return;
  }
  app.get('/oidc/begin', async (context) => {
    const { names, getTime } = setting;
    const redirectUrl = new URL(CALLBACK, getOrigin(context, setting));
    const { location, flow } = await oidc.begin(redirectUrl, getTime());
    setCookie(context, FLOW_COOKIE, JSON.stringify(flow), {
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
      maxAge: FLOW_SECONDS,
      ...(names.secureHost === undefined ? {} : { prefix: 'host', secure: true }),
    });
    return context.redirect(location.href, 303);
  });
  app.get(CALLBACK, async (context) => await answerCallback(context, oidc, setting));
}

/** Never the header `Host`: the provider must lead back to this server. */
function getOrigin(context: Context, { names }: GuardSetting): string {
  const origin = names.origins.get(context.req.header('host') ?? '');
  return origin ?? 'http://127.0.0.1';
}

async function answerCallback(
  context: Context<AppEnvironment>,
  oidc: Oidc,
  setting: GuardSetting,
): Promise<Response> {
  const { call, credentials, getTime, names } = setting;
  const isSecure = names.secureHost !== undefined;
  const flow = readFlow(getCookie(context, FLOW_COOKIE, isSecure ? 'host' : undefined));
  const cookie = isSecure ? ({ path: '/', secure: true, prefix: 'host' } as const) : { path: '/' };
  deleteCookie(context, FLOW_COOKIE, cookie);
  const { pathname, search } = new URL(context.req.url);
  const url = new URL(`${pathname}${search}`, getOrigin(context, setting));
  const entry = { action: `GET ${CALLBACK}`, target: '' };
  try {
    if (flow === undefined) {
      throw new UserError('E_UNAUTHORIZED', 'this sign-in did not begin in this browser');
    }
    const principal = await oidc.complete(url, flow, getTime());
    await call('appendAudit', {
      at: getTime(),
      actor: principal.id,
      ...entry,
      outcome: 'signed in',
    });
    sendSessionCookie(context, names, await credentials.openSession(principal, getTime()));
    return context.redirect('/', 303);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'E_UNAUTHORIZED') {
      throw error;
    }
    // Without a flow, anybody could fill the log.
    if (flow !== undefined) {
      const { code } = error;
      await call('appendAudit', { at: getTime(), actor: '', ...entry, outcome: code });
    }
    return createRefusedPage(context, error, getTime());
  }
}

function readFlow(text: string | undefined): OidcFlow | undefined {
  try {
    const { state, nonce, verifier } = JSON.parse(text ?? '') as Record<string, unknown>;
    return isValue(state) && isValue(nonce) && isValue(verifier)
      ? { state, nonce, verifier }
      : undefined;
  } catch {
    return undefined;
  }
}

function isValue(value: unknown): value is string {
  return typeof value === 'string' && VALUE.test(value);
}
