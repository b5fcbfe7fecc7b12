import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { getCookie, setCookie } from 'hono/cookie';
import { defined } from '../../core/defined.ts';
import { type ErrorCode, UserError } from '../../core/error.ts';
import type { CallEngine } from '../engine/engine-methods.ts';
import { addPages, createSignInPage } from '../pages/add-pages.ts';
import type { ReadPage } from '../pages/page-thread.ts';
import type { Credentials } from './credentials.ts';
import { ROUTES, type Route, UPLOAD_BYTES_MAX } from './routes.ts';

export interface AppSetting {
  readonly call: CallEngine;
  readonly readPage: ReadPage;
  readonly credentials: Credentials;
  /** Accepted values of the header `Host`: no other site can use its own name for this server. */
  readonly hosts: ReadonlySet<string>;
  /** Milliseconds since 1970. */
  readonly getTime: () => number;
  /** Receives errors that are not the sender's. */
  readonly onProblem: (error: unknown) => void;
}

const SESSION_COOKIE = 'plimsoll_session';
const BEARER = /^Bearer (\S+)$/;

/** Statuses of errors that are the sender's; all others are ours. */
const STATUSES: ReadonlyMap<ErrorCode, 400 | 404 | 422> = new Map([
  ['E_USAGE', 400],
  ['E_IMAGE_UNKNOWN', 404],
  ['E_DOCUMENT_INVALID', 422],
]);

/** Creates the HTTP application: sign-in, and every route of the API. */
export function createApp(setting: AppSetting): Hono {
  const { credentials, hosts, getTime } = setting;
  const app = new Hono();
  app.use(async (context, next) => {
    context.header('X-Content-Type-Options', 'nosniff');
    context.header('Cache-Control', 'no-store');
    context.header('Content-Security-Policy', "default-src 'none'");
    return hosts.has(context.req.header('host') ?? '')
      ? await next()
      : sendError(context, 403, 'E_UNAUTHORIZED', 'this server has another name');
  });
  const isAllowed = (context: Context): boolean => {
    const [, token] = BEARER.exec(context.req.header('authorization') ?? '') ?? [];
    const session = getCookie(context, SESSION_COOKIE);
    return credentials.isAllowed(defined({ token, session }));
  };
  app.get('/sign-in/:secret', (context) => {
    const session = credentials.openSession(context.req.param('secret'), getTime());
    if (session !== undefined) {
      const options = { httpOnly: true, sameSite: 'Strict', path: '/' } as const;
      setCookie(context, SESSION_COOKIE, session, options);
    }
    const known = getCookie(context, SESSION_COOKIE);
    return session !== undefined || credentials.isAllowed(defined({ session: known }))
      ? context.redirect('/', 303)
      : createSignInPage(context, 403, getTime());
  });
  app.use('/api/*', async (context, next) =>
    isAllowed(context)
      ? await next()
      : sendError(context, 401, 'E_UNAUTHORIZED', 'sign in, or send a token'),
  );
  for (const route of ROUTES) {
    addRoute(app, route, setting);
  }
  addPages(app, { ...setting, isAllowed });
  app.notFound((context) => sendError(context, 404, 'E_USAGE', 'there is nothing at this address'));
  app.onError((error, context) => {
    const code = error instanceof UserError ? error.code : undefined;
    const status = code === undefined ? 500 : (STATUSES.get(code) ?? 500);
    if (status === 500) {
      setting.onProblem(error);
    }
    return error instanceof UserError
      ? sendError(context, status, error.code, error.message, error.hint)
      : sendError(context, status, 'E_INTERNAL', 'internal error');
  });
  return app;
}

function addRoute(app: Hono, route: Route, { call, getTime }: AppSetting): void {
  const limit = bodyLimit({
    maxSize: UPLOAD_BYTES_MAX,
    onError: (context) => sendError(context, 413, 'E_LIMIT', `more than ${UPLOAD_BYTES_MAX} bytes`),
  });
  app.on(route.method, route.path, limit, async (context) => {
    const body = route.method === 'PUT' ? await context.req.arrayBuffer() : new ArrayBuffer();
    const answer = await route.handle(
      {
        parameters: context.req.param() as Readonly<Record<string, string>>,
        query: new Map(Object.entries(context.req.query())),
        body: new Uint8Array(body),
        now: new Date(getTime()).toISOString(),
      },
      call,
    );
    const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
    return context.body(text, 200, { 'Content-Type': 'application/json; charset=UTF-8' });
  });
}

function sendError(
  context: Context,
  status: 400 | 401 | 403 | 404 | 413 | 422 | 500,
  ...[code, message, hint]: readonly [ErrorCode, string, string?]
): Response {
  return context.json({ error: { code, message, ...defined({ hint }) } }, status);
}
