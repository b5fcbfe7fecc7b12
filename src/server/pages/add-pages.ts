import type { Context, Hono } from 'hono';
import { defined } from '../../foundation/core/defined.ts';
import type { UserError } from '../../foundation/core/error.ts';
import { markup } from '../../foundation/present/markup.ts';
import { decideAccess, findRight } from '../access/decide-access.ts';
import { type AppEnvironment, type Caller, listCallerProjects } from '../http/caller.ts';
import { addForms, type FormSetting } from './add-forms.ts';
import { formatAddress, type PageId } from './address.ts';
import { findAsset } from './assets.ts';
import { createFramedPage } from './frame.ts';
import type { PageRequest } from './page-reader.ts';
import type { ReadPage } from './page-thread.ts';
import { recordVisit } from './visits.ts';

export interface PageSetting extends Pick<FormSetting, 'call'> {
  readonly readPage: ReadPage;
  /** Milliseconds since 1970. */
  readonly getTime: () => number;
  readonly onProblem: (error: unknown) => void;
}

/** Pages load their style from this server, run no code of others, and are in no frame. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const HTML = 'text/html; charset=UTF-8';
const TYPES = {
  html: HTML,
  atom: 'application/atom+xml; charset=UTF-8',
  zip: 'application/zip',
} as const;

/** Adds the pages of the store and their styles to the application. */
export function addPages(app: Hono<AppEnvironment>, setting: PageSetting): void {
  const { call, getTime } = setting;
  app.get('/assets/:file', (context) => {
    const asset = findAsset(context.req.param('file'));
    if (asset === undefined) {
      return context.notFound();
    }
    context.header('Cache-Control', 'public, max-age=31536000, immutable');
    return context.body(asset.content, 200, { 'Content-Type': asset.type });
  });
  app.get('*', async (context, next) => {
    const { pathname, search } = new URL(context.req.url);
    if (pathname.startsWith('/api/') || pathname.startsWith('/sign-in/')) {
      return await next();
    }
    setHeaders(context);
    const visited = recordVisit(context, getTime());
    return await sendPage(context, setting, {
      path: pathname,
      query: search,
      known: context.req.header('if-none-match') ?? '',
      ...defined({ visited }),
    });
  });
  addForms(app, {
    call,
    getTime,
    showAgain: async (context, path, form) => {
      setHeaders(context);
      return await sendPage(context, setting, { path, query: '', known: '', form });
    },
  });
}

/** Pages that some callers may not open. */
const LIMITED_PAGES = ['health', 'watched', 'settings'] as const satisfies PageId[];

function canOpen(page: PageId, { principal, tenant }: Caller): boolean {
  const right = findRight('GET', formatAddress(page));
  return right !== undefined && decideAccess(right, principal, tenant).isAllowed;
}

/** Creates a page for the sender of a request. */
async function sendPage(
  context: Context<AppEnvironment>,
  { readPage, getTime, onProblem }: PageSetting,
  request: Omit<PageRequest, 'caller' | 'formToken' | 'now'>,
): Promise<Response> {
  const sender = context.get('caller');
  const { principal, formToken, tenant } = sender;
  const { id, name, grants } = principal;
  const own = grants.filter(({ scope }) => scope.tenant === tenant);
  const roles = own.filter(({ scope }) => scope.project === undefined).map(({ role }) => role);
  const projectRoles = own.flatMap(({ role, scope: { project } }) =>
    project === undefined ? [] : [{ project, role }],
  );
  const closed = LIMITED_PAGES.filter((page) => !canOpen(page, sender));
  const projects = listCallerProjects(sender);
  const caller = {
    id,
    name,
    roles,
    ...defined({ projects }),
    ...(projectRoles.length > 0 ? { projectRoles } : {}),
    ...(closed.length > 0 ? { closed } : {}),
  };
  const answer = await readPage({
    ...request,
    now: getTime(),
    caller,
    ...defined({ formToken }),
  });
  if (answer.problem !== undefined) {
    onProblem(new Error(answer.problem));
  }
  if (answer.location !== undefined) {
    return context.redirect(answer.location, 303);
  }
  if (answer.etag !== undefined && answer.status < 400) {
    context.header('ETag', answer.etag);
  }
  return answer.status === 304
    ? context.body(null, 304)
    : context.body(
        answer.bytes === undefined ? answer.body : new Uint8Array(answer.bytes),
        answer.status,
        { 'Content-Type': TYPES[answer.type] },
      );
}

/** Pages may be kept by the browser of the user, and are checked each time. */
function setHeaders(context: Context): void {
  context.header('Content-Security-Policy', POLICY);
  context.header('Cache-Control', 'private, no-cache');
  // With "no-referrer", browsers send forms with the origin "null", which is rejected.
  context.header('Referrer-Policy', 'same-origin');
  context.header('Cross-Origin-Opener-Policy', 'same-origin');
  context.header('Cross-Origin-Resource-Policy', 'same-origin');
}

/** Answers somebody who is not signed in. */
export function createSignInPage(
  context: Context,
  status: 401 | 403,
  now: number,
  hasProvider = false,
): Response {
  setHeaders(context);
  if (hasProvider) {
    const body = markup`<p><a href="/oidc/begin">Sign in with the identity provider</a> of your organization.</p>`;
    const page = createFramedPage(
      { heading: 'Sign in', body },
      { address: '/', permanent: '/', now, notices: [] },
    );
    return context.body(page, status, { 'Content-Type': HTML });
  }
  const used = status === 403 ? ['this link was used before, or has expired'] : [];
  const content = {
    heading: 'Sign in with the link of the server',
    body: markup`<p>Open the link that <code>plimsoll serve</code> printed. It works once, within 15 minutes. Start the server again for a new one.</p>
<p>If you have just signed in, go on to the <a href="/">overview</a>.</p>`,
  };
  const page = createFramedPage(content, { address: '/', permanent: '/', now, notices: used });
  return context.body(page, status, { 'Content-Type': HTML });
}

/** Answers a request for a page that does not exist. */
export function createMissingPage(context: Context, now: number): Response {
  setHeaders(context);
  const content = {
    heading: 'There is nothing at this address',
    body: markup`<p>Start at the <a href="/">overview</a>, or use the search.</p>`,
  };
  const page = createFramedPage(content, { address: '/', permanent: '/', now, notices: [] });
  return context.body(page, 404, { 'Content-Type': HTML });
}

/** Answers somebody whose sign-in was refused. */
export function createRefusedPage(
  context: Context,
  { message, hint = '' }: UserError,
  now: number,
): Response {
  setHeaders(context);
  const content = {
    heading: 'You are not signed in',
    body: markup`<p>${message}.</p><p>${hint}</p><p><a href="/oidc/begin">Try again</a></p>`,
  };
  const page = createFramedPage(content, { address: '/', permanent: '/', now, notices: [] });
  return context.body(page, 403, { 'Content-Type': HTML });
}

/** Answers somebody whose roles do not permit a page. */
export function createForbiddenPage(context: Context, now: number): Response {
  setHeaders(context);
  const content = {
    heading: 'Your roles do not permit this page',
    body: markup`<p>This page or form is about the whole server, so it needs a role in all projects. Pages about images show those of your projects: go to the <a href="/">overview</a>. An operator of the server can list who may see a page: <code>plimsoll serve admin who-may GET /settings</code></p>`,
  };
  const page = createFramedPage(content, {
    address: '/',
    permanent: '/',
    now,
    notices: [],
    closed: LIMITED_PAGES,
  });
  return context.body(page, 403, { 'Content-Type': HTML });
}
