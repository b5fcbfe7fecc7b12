import type { Context, MiddlewareHandler } from 'hono';
import { defined } from '../../foundation/core/defined.ts';
import { UserError } from '../../foundation/core/error.ts';
import { decideAccess, findRight, sortProjects } from '../access/decide-access.ts';
import type { Right } from '../access/rights.data.ts';
import type { CallEngine } from '../engine/engine-methods.ts';
import { createForbiddenPage, createMissingPage, createSignInPage } from '../pages/add-pages.ts';
import type { AppEnvironment } from './caller.ts';
import { type Credentials, createFormToken, isFormToken, type Sender } from './credentials.ts';
import { sendProblem } from './problem.ts';
import type { ServerNames } from './public-address.ts';
import { getSessionCookie } from './session-cookie.ts';

export interface GuardSetting {
  readonly call: CallEngine;
  readonly credentials: Credentials;
  readonly tenant: string;
  readonly names: ServerNames;
  /** Signs people in; absent without an identity provider. */
  readonly oidc?: object;
  /** Milliseconds since 1970. */
  readonly getTime: () => number;
}

/** The field of a form, and the header of a script, with the form token. */
const FORM_TOKEN_FIELD = 'form-token';
const FORM_TOKEN_HEADER = 'plimsoll-form-token';
const FORM = /^application\/x-www-form-urlencoded(?:;|$)/i;
const FORM_BYTES_MAX = 262_144;
const BEARER = /^Bearer (\S+)$/;
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Lets a request through if the table of rights allows it. A route without a row is not reached,
 * and a write is not performed unless the audit log has it.
 */
export function createGuard(setting: GuardSetting): MiddlewareHandler<AppEnvironment> {
  return async (context, next) => {
    const { method, path } = context.req;
    const right = findRight(method, path);
    if (right?.roles === 'anyone') {
      return await next();
    }
    const sender = await identifySender(context, setting);
    if (sender === undefined) {
      return refuseRequest(context, 401, setting);
    }
    if (right === undefined) {
      return refuseRequest(context, 404, setting);
    }
    const access = decideAccess(right, sender.principal, setting.tenant);
    const record = createRecorder(context, right, { ...setting, sender });
    if (!access.isAllowed || !(await isFromPage(context, sender))) {
      await record('E_FORBIDDEN');
      const reason = explainRefusal(right, sender.principal, setting.tenant);
      return refuseRequest(context, 403, { ...setting, ...defined({ reason }) });
    }
    const { principal, session } = sender;
    const formToken = session === undefined ? undefined : createFormToken(session);
    const { projects } = access;
    const { tenant } = setting;
    context.set('caller', { principal, tenant, projects, ...defined({ formToken }) });
    await record('requested');
    await next();
    if (context.res.status >= 400) {
      await record(`status ${context.res.status}`);
    }
    return undefined;
  };
}

type SenderSetting = Pick<GuardSetting, 'credentials' | 'getTime' | 'names'>;

/** Returns the sender of a request by its token, or else by its session. */
async function identifySender(
  context: Context,
  setting: SenderSetting,
): Promise<Sender | undefined> {
  const [, token] = BEARER.exec(context.req.header('authorization') ?? '') ?? [];
  return token === undefined
    ? await identifySession(context, setting)
    : await setting.credentials.identify({ token }, setting.getTime());
}

/** Returns the person whose session a request has. */
export async function identifySession(
  context: Context,
  { credentials, getTime, names }: SenderSetting,
): Promise<Sender | undefined> {
  const session = getSessionCookie(context, names);
  return await credentials.identify(defined({ session }), getTime());
}

function createRecorder(
  context: Context,
  { method, path, audit }: Right,
  { call, getTime, sender }: GuardSetting & { readonly sender: Sender },
): (outcome: string) => Promise<void> {
  return async (outcome) => {
    if (audit !== undefined) {
      const { pathname, searchParams } = new URL(context.req.url);
      const [actor, action] = [sender.principal.id, `${method} ${path}`];
      const target = `${pathname}${describeQuery(searchParams)}`;
      await call('appendAudit', { at: getTime(), actor, action, target, outcome });
    }
  };
}

/** Parameters that say what a request was about. Others could have a secret by mistake. */
const RECORDED_PARAMETERS: readonly string[] = ['author', 'fail-on', 'project', 'format', 'name'];

function describeQuery(query: URLSearchParams): string {
  const known = RECORDED_PARAMETERS.flatMap((name) =>
    query.getAll(name).map((value): [string, string] => [name, value]),
  );
  return known.length === 0 ? '' : `?${new URLSearchParams(known).toString()}`;
}

/**
 * Whether a write with a session was sent by a page of this server: the browser must say so, and
 * the form must have the token of the session. Tokens of programs are never sent by browsers.
 */
async function isFromPage(context: Context, { session }: Sender): Promise<boolean> {
  if (session === undefined || READING.has(context.req.method)) {
    return true;
  }
  const site = context.req.header('sec-fetch-site');
  // Another origin was rejected before.
  const isSameSite =
    site === undefined ? context.req.header('origin') !== undefined : site === 'same-origin';
  return isSameSite && isFormToken(session, await readFormToken(context));
}

async function readFormToken(context: Context): Promise<string> {
  const value = context.req.header(FORM_TOKEN_HEADER);
  if (value !== undefined || !FORM.test(context.req.header('content-type') ?? '')) {
    return value ?? '';
  }
  const length = Number(context.req.header('content-length') ?? Number.NaN);
  if (!(length <= FORM_BYTES_MAX)) {
    return '';
  }
  const field = (await context.req.parseBody())[FORM_TOKEN_FIELD];
  return typeof field === 'string' ? field : '';
}

/** Explains a refusal if the same role in all projects would suffice; otherwise `undefined`. */
function explainRefusal(
  right: Right,
  principal: Sender['principal'],
  tenant: string,
): string | undefined {
  const inProject = decideAccess({ ...right, scope: 'project' }, principal, tenant);
  const isRefused = !decideAccess(right, principal, tenant).isAllowed;
  return isRefused && inProject.isAllowed && inProject.projects !== 'all'
    ? `this concerns all projects, and the sender only has the role in ${sortProjects(inProject.projects).join(', ')}`
    : undefined;
}

/** People get a page, and programs a problem. */
function refuseRequest(
  context: Context,
  status: 401 | 403 | 404,
  {
    getTime,
    oidc,
    reason = 'no role of the sender permits this request',
  }: Pick<GuardSetting, 'getTime' | 'oidc'> & { readonly reason?: string },
): Response {
  const isPage = !context.req.path.startsWith('/api/') && READING.has(context.req.method);
  if (status === 401) {
    const error = new UserError('E_UNAUTHORIZED', 'sign in, or send a token');
    return isPage
      ? createSignInPage(context, 401, getTime(), oidc !== undefined)
      : sendProblem(context, 401, error);
  }
  if (status === 404) {
    const error = new UserError('E_USAGE', 'there is nothing at this address');
    return isPage ? createMissingPage(context, getTime()) : sendProblem(context, 404, error);
  }
  const error = new UserError('E_FORBIDDEN', reason);
  return isPage ? createForbiddenPage(context, getTime()) : sendProblem(context, 403, error);
}
