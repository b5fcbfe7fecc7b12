import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { type ErrorCode, UserError } from '../../foundation/core/error.ts';
import type { CiTokens } from '../access/ci-token.ts';
import type { Oidc } from '../access/oidc.ts';
import type { CallEngine } from '../engine/engine-methods.ts';
import { addPages, createSignInPage } from '../pages/add-pages.ts';
import type { ReadPage } from '../pages/page-thread.ts';
import { isOtherVersion } from '../store/store.ts';
import { digestKey } from '../store/stored-text.ts';
import type { ApiRoute } from './api-route.ts';
import type { AppEnvironment } from './caller.ts';
import type { Credentials } from './credentials.ts';
import { EXCHANGE_PATH, replaceToken } from './exchange-token.ts';
import { createGuard, type GuardSetting, identifySession } from './guard.ts';
import { answerOnce } from './idempotency.ts';
import { addOidcRoutes } from './oidc-routes.ts';
import { createOpenApi } from './openapi.ts';
import { parsePart } from './parse-part.ts';
import { InvalidRequest, type ProblemStatus, sendProblem } from './problem.ts';
import type { ServerNames } from './public-address.ts';
import { createRateLimit, REQUESTS_EACH_MINUTE } from './rate-limit.ts';
import { readUpload, requireContentDigest } from './read-upload.ts';
import { createRecording, type RequestRecord } from './request-record.ts';
import { ROUTES, UPLOAD_BYTES_MAX } from './routes.ts';
import { removeSessionCookie, sendSessionCookie } from './session-cookie.ts';

export interface AppSetting {
  readonly call: CallEngine;
  readonly readPage: ReadPage;
  readonly credentials: Credentials;
  /** The tenant of the store: grants of others do not count. */
  readonly tenant: string;
  readonly names: ServerNames;
  /** Signs people in; absent without an identity provider. */
  readonly oidc?: Oidc;
  /** Checks tokens of CI jobs; absent if none are trusted. */
  readonly ciTokens?: CiTokens;
  /** Of each token; {@link REQUESTS_EACH_MINUTE} if it is absent. */
  readonly requestsEachMinute?: number;
  /** Receives each request after it was answered. */
  readonly onRequest?: (record: RequestRecord) => void;
  /** Part of ETags: another store at the same address has another state. */
  readonly storeId: string;
  /** Milliseconds since 1970. */
  readonly getTime: () => number;
  /** Receives errors that are not the sender's. */
  readonly onProblem: (error: unknown) => void;
}

/** A year: browsers only use TLS for this host. */
const STRICT_TRANSPORT = 'max-age=31536000';
const ASYNC = /(?:^|[,;\s])respond-async(?:$|[,;\s])/;
const PARAMETER = /\{([a-z]+)\}/g;

/** Statuses of errors that are the sender's; all others are ours. */
const STATUSES: ReadonlyMap<ErrorCode, ProblemStatus> = new Map([
  ['E_USAGE', 400],
  ['E_DECISION', 400],
  ['E_STATEMENT', 400],
  ['E_POLICY', 422],
  ['E_FORMAT', 422],
  ['E_POLICY_DIGEST', 412],
  ['E_DECISION_UNKNOWN', 404],
  ['E_STATEMENT_UNKNOWN', 404],
  ['E_IMAGE_UNKNOWN', 404],
  ['E_UPDATE_UNKNOWN', 404],
  ['E_DOCUMENT_INVALID', 422],
  ['E_VERSION', 422],
  ['E_DOCUMENT_UNKNOWN', 422],
  ['E_LIMIT', 422],
  ['E_FORBIDDEN', 403],
  ['E_UNAUTHORIZED', 401],
  ['E_NETWORK', 503],
  ['E_STORE_FULL', 507],
  ['E_STORE_UNREACHABLE', 503],
]);

/** Creates the HTTP application: sign-in, every route of the API, and their description. */
export function createApp(setting: AppSetting): Hono<AppEnvironment> {
  const { names, onRequest } = setting;
  const app = new Hono<AppEnvironment>();
  if (onRequest !== undefined) {
    app.use(createRecording(onRequest));
  }
  app.use(createNameCheck(names));
  app.use(createGuard(setting));
  app.use(createRateLimit(setting.requestsEachMinute ?? REQUESTS_EACH_MINUTE, setting.getTime));
  app.get('/sign-in/:secret', async (context) => await openLinkSession(context, setting));
  addOidcRoutes(app, setting);
  const { ciTokens } = setting;
  app.post(EXCHANGE_PATH, async (context) => await replaceToken(context, ciTokens, setting));
  app.post('/sign-out', async (context) => await endSessions(context, setting));
  app.get('/api/v1/openapi.json', (context) => context.json(createOpenApi(ROUTES)));
  for (const route of ROUTES) {
    addRoute(app, route, setting);
  }
  addPages(app, setting);
  app.notFound((context) =>
    sendProblem(context, 404, new UserError('E_USAGE', 'there is nothing at this address')),
  );
  app.onError((error, context) => sendError(context, error, setting));
  return app;
}

/** Rejects requests under other names, and from pages of other sites. */
function createNameCheck({ origins, secureHost }: ServerNames): MiddlewareHandler<AppEnvironment> {
  return async (context, next) => {
    context.header('X-Content-Type-Options', 'nosniff');
    context.header('Cache-Control', 'no-store');
    context.header('Content-Security-Policy', "default-src 'none'");
    const host = context.req.header('host') ?? '';
    const known = origins.get(host);
    if (known === undefined) {
      const error = new UserError('E_UNAUTHORIZED', 'this server has another name');
      return sendProblem(context, 403, error);
    }
    if (host === secureHost) {
      context.header('Strict-Transport-Security', STRICT_TRANSPORT);
    }
    // SameSite does not distinguish ports: pages of other local servers would send the session.
    const { origin = known } = context.req.header();
    return origin === known
      ? await next()
      : sendProblem(
          context,
          403,
          new UserError('E_UNAUTHORIZED', 'another site sent this request'),
        );
  };
}

/** Ends all sessions of the sender, in every browser. */
async function endSessions(
  context: Context<AppEnvironment>,
  { call, names }: AppSetting,
): Promise<Response> {
  await call('endSessions', context.get('caller').principal.id);
  removeSessionCookie(context, names);
  return context.redirect('/', 303);
}

/** Begins a session by the link of the server. */
async function openLinkSession(context: Context, setting: GuardSetting): Promise<Response> {
  const { call, credentials, getTime, names } = setting;
  const session = await credentials.openLink(context.req.param('secret') ?? '', getTime());
  if (session === undefined) {
    const known = await identifySession(context, setting);
    return known === undefined
      ? createSignInPage(context, 403, getTime())
      : context.redirect('/', 303);
  }
  const entry = { actor: 'local', action: 'GET /sign-in/{secret}', target: '' };
  await call('appendAudit', { at: getTime(), ...entry, outcome: 'signed in' });
  sendSessionCookie(context, names, session);
  return context.redirect('/', 303);
}

function addRoute(app: Hono<AppEnvironment>, route: ApiRoute, setting: AppSetting): void {
  const { call, getTime, storeId } = setting;
  const limit = bodyLimit({
    maxSize: UPLOAD_BYTES_MAX,
    onError: (context) =>
      sendProblem(context, 413, new UserError('E_LIMIT', `more than ${UPLOAD_BYTES_MAX} bytes`)),
  });
  const path = route.template.replace(PARAMETER, ':$1');
  const answer = async (context: Context<AppEnvironment>): Promise<Response> => {
    const caller = context.get('caller');
    // A tag of the whole store would reveal changes in projects that the sender may not see.
    const isWhole = caller.projects === 'all';
    if (route.isVersioned && isWhole && sendTag(context, await createStoreTag(setting))) {
      return context.body(null, 304);
    }
    const { status, value, location, stream, etag } = await route.handle(
      {
        path: parsePart(route.path, context.req.param(), 'path'),
        query: parsePart(route.query, readQuery(context), 'query'),
        body: await readBody(route, context),
        now: new Date(getTime()).toISOString(),
        ...readLastEvent(context, storeId),
        ...readIfMatch(context),
        storeId,
        isAsync: ASYNC.test(context.req.header('prefer') ?? ''),
        caller,
      },
      call,
    );
    if (location !== undefined) {
      context.header('Location', location);
    }
    if (stream !== undefined) {
      return context.body(toByteStream(stream.pieces), status, { 'Content-Type': stream.type });
    }
    if (etag !== undefined && sendTag(context, `"${etag}"`) && route.method === 'get') {
      return context.body(null, 304);
    }
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (route.isVersioned && !isWhole && sendTag(context, `"${storeId}.${digestKey(text)}"`)) {
      return context.body(null, 304);
    }
    return context.body(text, status, { 'Content-Type': 'application/json; charset=UTF-8' });
  };
  app.on(
    route.method.toUpperCase(),
    path,
    limit,
    async (context) => await answerOnce(context, setting, async () => await answer(context)),
  );
}

const TAG = /^"([^"]{1,200})"$/;

/** Several tags, and weak ones, do not match anything. RFC 9110, 13.1.1. */
function readIfMatch(context: Context): { readonly ifMatch?: string } {
  const header = context.req.header('if-match');
  return header === undefined || header === '*' ? {} : { ifMatch: TAG.exec(header)?.[1] ?? '' };
}

const EVENT_ID = /^(?:(?<store>[^.]{1,64})\.)?(?<revision>[0-9]{1,9})$/;

/**
 * An ID is a revision, alone or of this store. Others are ignored, because another store has sent
 * them: the stream then begins after `after`.
 */
function readLastEvent(context: Context, storeId: string): { readonly lastEventId?: number } {
  const id = context.req.header('last-event-id') ?? '';
  const { store = storeId, revision } = EVENT_ID.exec(id)?.groups ?? {};
  return revision === undefined || store !== storeId ? {} : { lastEventId: Number(revision) };
}

/** Reads the next piece only when the receiver has read the one before. */
function toByteStream(pieces: AsyncIterator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done === true) {
        controller.close();
      } else {
        controller.enqueue(encoder.encode(value));
      }
    },
    async cancel() {
      await pieces.return?.();
    },
  });
}

async function createStoreTag({ call, storeId }: AppSetting): Promise<string> {
  return `"${storeId}.${await call('readChangeCount', undefined)}"`;
}

/** Sends the tag of an answer, and returns whether the sender has that answer. */
function sendTag(context: Context, etag: string): boolean {
  context.header('ETag', etag);
  context.header('Cache-Control', 'private, no-cache');
  return context.req.header('if-none-match') === etag;
}

/** A parameter that is given twice is an error. */
function readQuery(context: Context): Readonly<Record<string, string | readonly string[]>> {
  const all = Object.entries(context.req.queries());
  return Object.fromEntries(
    all.map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  );
}

async function readBody({ body }: ApiRoute, context: Context): Promise<unknown> {
  if (body === undefined) {
    return undefined;
  }
  const bytes = new Uint8Array(await context.req.arrayBuffer());
  const { 'content-digest': digest, 'content-type': type = '' } = context.req.header();
  requireContentDigest(bytes, digest);
  return body === 'upload'
    ? await readUpload(bytes, type)
    : parsePart(body, parseJson(bytes), 'body');
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    throw new InvalidRequest([{ pointer: '/body', code: 'malformed', message: 'it is not JSON' }]);
  }
}

function sendError(context: Context, error: unknown, { onProblem }: AppSetting): Response {
  if (!(error instanceof UserError)) {
    onProblem(error);
    return sendProblem(context, 500, new UserError('E_INTERNAL', 'internal error'));
  }
  const status = isOtherVersion(error) ? 500 : (STATUSES.get(error.code) ?? 500);
  if (status === 500) {
    onProblem(error);
  }
  return sendProblem(context, status, error);
}
