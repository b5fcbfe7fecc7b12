import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { defined } from '../../foundation/core/defined.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { Projects } from '../access/decide-access.ts';
import { requireAuthor } from '../access/principal.ts';
import type { CallEngine } from '../engine/engine-methods.ts';
import type { PushedVex } from '../engine/engine-setting.ts';
import type { JobView } from '../jobs/job.ts';
import type { FindingKey } from '../query/image-findings.ts';
import { ACCESS_ROUTES } from './access-routes.ts';
import { type ApiAnswer, type ApiRoute, createRoute } from './api-route.ts';
import {
  AFTER,
  ASOF,
  CURSOR,
  createPage,
  DECISION,
  DIGEST_PATH,
  ENVIRONMENT,
  EXPOSURE,
  FLEET_FINDING,
  HELD_UPDATES,
  ID_PATH,
  IMAGE,
  IMAGE_FINDINGS,
  JOB,
  LIMIT,
  NEW_DECISION,
  NOTHING,
  PROJECT,
  PUSHED,
  REACH,
  SEVERITY,
  STATUS,
  UPDATE,
  VERDICT,
  VERSION,
} from './api-schemas.ts';
import { type Caller, findDecidedProjects, listCallerProjects } from './caller.ts';
import { CAUSE_ROUTES } from './cause-routes.ts';
import { chooseProject, DECISIONS, IMAGES } from './choose-project.ts';
import { addNext, isNumberKey, readCursor } from './cursor.ts';
import { DRAFT_ROUTES } from './draft-routes.ts';
import { EVENT_ROUTES, WAIT } from './event-routes.ts';
import { EXPORT_ROUTES, IMAGE_FILTER } from './export-routes.ts';
import { FINDING_FILTER, readFindingFilter } from './finding-filter.ts';
import { GATE_ROUTES } from './gate-routes.ts';
import { readOwnImage } from './own-image.ts';
import { PLACEMENT_ROUTES } from './placement-routes.ts';
import { POLICY_ROUTES } from './policy-routes.ts';
import type { Upload } from './read-upload.ts';
import { REGISTRY_ROUTES } from './registry-routes.ts';
import { STATEMENT_ROUTES } from './statement-routes.ts';
import { SUBSCRIPTION_ROUTES } from './subscription-routes.ts';

const MIB = 1024 * 1024;

/** Bytes of the body of a request, such as a compressed inventory. */
export const UPLOAD_BYTES_MAX = 64 * MIB;
const WAIT_STEP_MS = 200;

const BASE = '/api/v1';

function answer(value: unknown): ApiAnswer {
  return { status: 200, value };
}

const LIST = [
  createRoute({
    method: 'get',
    template: `${BASE}/status`,
    id: 'readStatus',
    summary: 'the current revision, and numbers of everything',
    path: NOTHING,
    query: NOTHING,
    answers: { 200: STATUS },
    isVersioned: false,
    handle: async ({ caller }, call) =>
      answer(await call('readStatus', listCallerProjects(caller))),
  }),
  createRoute({
    method: 'put',
    template: `${BASE}/inventories/{digest}`,
    id: 'putInventory',
    summary:
      'adds an inventory or SBOM under its SHA-256, alone or in a form with VEX documents about it',
    path: DIGEST_PATH,
    query: z.strictObject({
      'fail-on': SEVERITY.optional(),
      project: PROJECT.optional(),
      vex: z
        .enum(['draft', 'decide'])
        .default('draft')
        .describe('"decide": the statements count at once; the sender must be a triager'),
    }),
    body: 'upload',
    answers: { 200: PUSHED, 201: PUSHED, 202: JOB },
    isVersioned: false,
    handle: async ({ path, query, body, now, isAsync, caller }, call) => {
      const project = chooseProject(caller, query.project, IMAGES);
      const { document } = body;
      requireDigest(document, path.digest);
      const vex = createPushedVex(body, query.vex === 'decide', { caller, project });
      const sent = { document, project, now, ...defined({ vex }) };
      if (isAsync) {
        const job = await call('pushLater', sent);
        return { status: 202, value: job, location: `${BASE}/jobs/${job.id}` };
      }
      const gates = defined({ severity: query['fail-on'] });
      const pushed = await call('push', { ...sent, gates });
      const location = `${BASE}/images/${pushed.image.id}`;
      return { status: pushed.isKnown ? 200 : 201, value: pushed, location };
    },
  }),
  createRoute({
    method: 'get',
    template: `${BASE}/images`,
    id: 'listImages',
    summary: 'images with their counts',
    path: NOTHING,
    query: z.strictObject({
      ...IMAGE_FILTER,
      limit: LIMIT,
      cursor: CURSOR,
    }),
    answers: { 200: createPage(IMAGE) },
    isVersioned: true,
    handle: async ({ query, caller, storeId }, call) => {
      const { cursor: text, limit, asof, ...filters } = query;
      const list = [storeId, filters, asof];
      const projects = listCallerProjects(caller);
      const cursor = readCursor(text, list, isNumberKey);
      const at = cursor?.revision ?? asof;
      const after = cursor?.key ?? 0;
      const page = await call('listImages', {
        ...defined({ ...filters, projects, at }),
        after,
        limit,
      });
      const key = page.items.length === limit ? page.items.at(-1)?.id : undefined;
      return answer(addNext(page, key, list));
    },
  }),
  createRoute({
    method: 'get',
    template: `${BASE}/images/{id}`,
    id: 'readImage',
    summary: 'one image',
    path: ID_PATH,
    query: NOTHING,
    answers: { 200: IMAGE },
    isVersioned: true,
    handle: async ({ path, caller }, call) => answer(await readOwnImage(path.id, caller, call)),
  }),
  createRoute({
    method: 'get',
    template: `${BASE}/images/{id}/findings`,
    id: 'listImageFindings',
    summary: 'the findings of an image, the most severe first',
    path: ID_PATH,
    query: z.strictObject({ asof: ASOF }),
    answers: { 200: IMAGE_FINDINGS },
    isVersioned: true,
    handle: async ({ path, query: { asof }, caller }, call) => {
      const { id } = await readOwnImage(path.id, caller, call);
      return answer(await call('listImageFindings', { id, ...defined({ at: asof }) }));
    },
  }),
  createRoute({
    method: 'get',
    template: `${BASE}/images/{id}/result`,
    id: 'writeResult',
    summary: 'the complete result by the current advisories and decisions, as "scan -o json"',
    path: ID_PATH,
    query: NOTHING,
    answers: { 200: z.looseObject({}) },
    isVersioned: false,
    handle: async ({ path, now, caller }, call) => {
      const { id } = await readOwnImage(path.id, caller, call);
      return answer(await call('writeResult', { id, now }));
    },
  }),
  createRoute({
    method: 'get',
    template: `${BASE}/images/{id}/verdict`,
    id: 'readVerdict',
    summary: 'the last verdict by the conditions for every image, with its reasons',
    path: ID_PATH,
    query: NOTHING,
    answers: { 200: VERDICT },
    isVersioned: true,
    handle: async ({ path, caller }, call) => {
      const { id } = await readOwnImage(path.id, caller, call);
      return answer(await call('readVerdict', id));
    },
  }),
  createRoute({
    method: 'get',
    template: `${BASE}/findings`,
    id: 'listFindings',
    summary: 'the findings of all images by component, the most severe first',
    path: NOTHING,
    query: z.strictObject({
      ...FINDING_FILTER,
      asof: ASOF,
      limit: LIMIT,
      cursor: CURSOR,
    }),
    answers: { 200: createPage(FLEET_FINDING) },
    isVersioned: true,
    handle: async ({ query, caller, storeId }, call) => {
      const { cursor: text, limit, asof, ...filters } = query;
      const list = [storeId, filters, asof];
      const cursor = readCursor(text, list, isFindingKey);
      const page = await call('listFleetFindings', {
        ...readFindingFilter(filters),
        ...defined({
          projects: listCallerProjects(caller),
          after: cursor?.key,
          at: cursor?.revision ?? asof,
        }),
        limit,
      });
      const last = page.items.length === limit ? page.items.at(-1)?.key : undefined;
      const items = page.items.map(({ key: _, ...item }) => item);
      return answer(addNext({ ...page, items }, last, list));
    },
  }),
  createRoute({
    method: 'get',
    template: `${BASE}/exposure`,
    id: 'findExposure',
    summary: 'the images that contain a package, in all or some versions, or have a vulnerability',
    path: NOTHING,
    query: z.strictObject({
      name: z.string().min(1).max(2_000).optional().describe('exact name of a package'),
      vulnerability: z.string().min(1).max(200).optional().describe('instead of a name'),
      from: VERSION.optional().describe('only this version and higher ones'),
      below: VERSION.optional().describe('only lower versions'),
      environment: ENVIRONMENT.optional(),
      reach: REACH.optional(),
      asof: ASOF,
    }),
    answers: { 200: EXPOSURE },
    isVersioned: true,
    handle: async ({ query: { asof, ...given }, caller }, call) => {
      requireSubject(given);
      const projects = listCallerProjects(caller);
      const question = defined({ ...given, projects, at: asof });
      return answer(await call('findExposure', question));
    },
  }),
  createRoute({
    method: 'get',
    template: `${BASE}/decisions`,
    id: 'listDecisions',
    summary: 'all decisions, including those that were withdrawn or have expired',
    path: NOTHING,
    query: NOTHING,
    answers: { 200: z.array(DECISION) },
    isVersioned: true,
    handle: async ({ caller }, call) =>
      answer(await call('listDecisions', listCallerProjects(caller))),
  }),
  createRoute({
    method: 'post',
    template: `${BASE}/decisions`,
    id: 'addDecision',
    summary: 'adds a decision about a vulnerability',
    path: NOTHING,
    query: NOTHING,
    body: NEW_DECISION,
    answers: { 201: DECISION },
    isVersioned: false,
    handle: async ({ body, now, caller }, call) => {
      requireAuthor(caller.principal, body.author);
      const project = chooseProject(caller, body.project, DECISIONS);
      const decision = await call('addDecision', { request: { ...body, project }, now });
      return { status: 201, value: decision };
    },
  }),
  createRoute({
    method: 'delete',
    template: `${BASE}/decisions/{id}`,
    id: 'revokeDecision',
    summary: 'withdraws a decision; earlier revisions still have it',
    path: ID_PATH,
    query: z.strictObject({ author: z.string().min(1).max(200) }),
    answers: { 200: DECISION },
    missing: 'no such decision in the projects of the sender, or it was withdrawn',
    isVersioned: false,
    handle: async ({ path, query: { author }, now, caller }, call) => {
      requireAuthor(caller.principal, author);
      const projects = listCallerProjects(caller);
      return answer(await call('revokeDecision', { id: path.id, author, now, projects }));
    },
  }),
  createRoute({
    method: 'get',
    template: `${BASE}/jobs`,
    id: 'listJobs',
    summary: 'jobs with state, attempts, error and result',
    path: NOTHING,
    query: z.strictObject({ after: AFTER }),
    answers: { 200: z.array(JOB) },
    isVersioned: false,
    handle: async ({ query }, call) => answer(await call('listJobs', query.after)),
  }),
  createRoute({
    method: 'get',
    template: `${BASE}/jobs/{id}`,
    id: 'readJob',
    summary: 'one job; "wait" waits for its end',
    path: ID_PATH,
    query: z.strictObject({ wait: WAIT }),
    answers: { 200: JOB },
    isVersioned: false,
    handle: async ({ path, query }, call) => answer(await waitForJob(path.id, query.wait, call)),
  }),
  createRoute({
    method: 'post',
    template: `${BASE}/jobs/{id}/retry`,
    id: 'retryJob',
    summary: 'queues a dead or canceled job again',
    path: ID_PATH,
    query: NOTHING,
    answers: { 200: JOB },
    isVersioned: false,
    handle: async ({ path }, call) => {
      await call('retryJob', path.id);
      return answer(await call('readJob', path.id));
    },
  }),
  createRoute({
    method: 'delete',
    template: `${BASE}/jobs/{id}`,
    id: 'cancelJob',
    summary: 'cancels a job that has not ended',
    path: ID_PATH,
    query: NOTHING,
    answers: { 200: JOB },
    isVersioned: false,
    handle: async ({ path }, call) => {
      await call('cancelJob', path.id);
      return answer(await call('readJob', path.id));
    },
  }),
  createRoute({
    method: 'get',
    template: `${BASE}/held-updates`,
    id: 'listHeldUpdates',
    summary: 'advisory databases that lost so much that a person must accept them',
    path: NOTHING,
    query: NOTHING,
    answers: { 200: HELD_UPDATES },
    isVersioned: true,
    handle: async (_, call) => answer(await call('listHeldUpdates', undefined)),
  }),
  createRoute({
    method: 'post',
    template: `${BASE}/held-updates/{digest}/accept`,
    id: 'acceptUpdate',
    summary: 'accepts such a database, and uses it',
    path: DIGEST_PATH,
    query: NOTHING,
    answers: { 200: UPDATE },
    isVersioned: false,
    handle: async ({ path, now }, call) =>
      answer((await call('acceptUpdate', { generation: path.digest, now })) ?? null),
  }),
  ...DRAFT_ROUTES,
  ...EVENT_ROUTES,
  ...CAUSE_ROUTES,
  ...ACCESS_ROUTES,
  ...GATE_ROUTES,
  ...EXPORT_ROUTES,
  ...PLACEMENT_ROUTES,
  ...POLICY_ROUTES,
  ...REGISTRY_ROUTES,
  ...STATEMENT_ROUTES,
  ...SUBSCRIPTION_ROUTES,
] as const;

/** Every route with its types, for clients. */
export type RouteList = typeof LIST;

/** Every route of the API. */
export const ROUTES: readonly ApiRoute[] = LIST;

/** Exposure is about a package, which may have a range, or about a vulnerability. */
function requireSubject({
  name,
  vulnerability,
  from,
  below,
}: {
  readonly name?: string | undefined;
  readonly vulnerability?: string | undefined;
  readonly from?: string | undefined;
  readonly below?: string | undefined;
}): void {
  const isRanged = from !== undefined || below !== undefined;
  if ((name === undefined) === (vulnerability === undefined) || (isRanged && name === undefined)) {
    throw new UserError('E_USAGE', 'exposure needs a name, with or without a range of versions', {
      hint: 'pass "name", or "vulnerability" without "from" and "below"',
    });
  }
}

function isFindingKey(key: unknown): key is FindingKey {
  const isObject = typeof key === 'object' && key !== null;
  return (
    isObject &&
    'severity' in key &&
    typeof key.severity === 'number' &&
    'vulnerability' in key &&
    typeof key.vulnerability === 'string' &&
    'component' in key &&
    typeof key.component === 'number'
  );
}

async function waitForJob(id: number, seconds: number, call: CallEngine): Promise<JobView> {
  for (let waited = 0; ; waited += WAIT_STEP_MS) {
    const job = await call('readJob', id);
    if (job.ended !== undefined || waited >= seconds * 1_000) {
      return job;
    }
    await pause(WAIT_STEP_MS);
  }
}

function requireDigest(document: Uint8Array, expected: string): void {
  const digest = createHash('sha256').update(document).digest('hex');
  if (digest !== expected) {
    throw new UserError('E_DOCUMENT_INVALID', `the inventory has the digest ${digest}`, {
      hint: 'send it again: it was changed on its way',
    });
  }
}

/**
 * The sender signs the drafts. Only a sender who may add decisions can decide at once. Without a
 * role in all projects, the statements only apply to images of the same project.
 */
function createPushedVex(
  { vex: documents }: Upload,
  isDecided: boolean,
  { caller, project }: { readonly caller: Caller; readonly project: string },
): PushedVex | undefined {
  if (documents.length === 0) {
    return undefined;
  }
  const { principal, projects } = caller;
  const { id, name } = principal;
  const pushed = { documents, person: { id, name }, isDecided };
  if (!isDecided) {
    return projects === 'all' ? pushed : { ...pushed, project };
  }
  const decided = findDecidedProjects(caller);
  if (!hasProject(decided, project)) {
    throw new UserError('E_FORBIDDEN', 'the sender can only send statements as drafts', {
      hint: 'only a triager of the project decides: leave out vex=decide',
    });
  }
  return projects === 'all' && decided === 'all' ? pushed : { ...pushed, project };
}

function hasProject(projects: Projects, project: string): boolean {
  return projects === 'all' || projects.has(project);
}
