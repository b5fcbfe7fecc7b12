import { z } from 'zod';
import { defined } from '../../core/defined.ts';
import { CAUSE_KINDS, checkSubscription, SUBSCRIPTION_STATES } from '../notify/subscription.ts';
import { type ApiAnswer, type ApiRoute, createRoute } from './api-route.ts';
import { COUNT, ID_PATH, NOTHING, SEVERITY, TIME } from './api-schemas.ts';

const PATH = '/api/v1/subscriptions';
const NAME_PATH = z.strictObject({ name: z.string().max(64) });

const FILTER = { severity: SEVERITY.optional(), kinds: z.array(z.enum(CAUSE_KINDS)).optional() };
const SUBSCRIPTION = z.strictObject({
  id: z.int(),
  name: z.string(),
  url: z.url(),
  filter: z.strictObject(FILTER),
  state: z.enum(SUBSCRIPTION_STATES),
  created: TIME,
  queued: COUNT,
  dead: COUNT,
});
const ATTEMPT = z.strictObject({
  status: COUNT.describe('of the answer; 0 if there was none'),
  head: z.string().describe('the beginning of the answer'),
  error: z.string().describe('empty if there was an answer'),
});
const DELIVERY = z.strictObject({
  id: z.int(),
  message: z.string().describe('"webhook-id" of the message'),
  subject: z.string(),
  state: z.enum(['queued', 'sent', 'dead']),
  next: TIME.optional(),
  attempts: z.array(ATTEMPT.extend({ at: TIME })),
});
const DONE = z.strictObject({});

function answer(value: unknown): ApiAnswer {
  return { status: 200, value };
}

function createStateRoute(action: 'pause' | 'resume', summary: string): ApiRoute {
  return createRoute({
    method: 'post',
    template: `${PATH}/{name}/${action}`,
    id: `${action}Subscription`,
    summary,
    path: NAME_PATH,
    query: NOTHING,
    answers: { 200: DONE },
    isVersioned: false,
    handle: async ({ path }, call) => {
      const state = action === 'pause' ? 'paused' : 'active';
      await call('setSubscriptionState', { name: path.name, state });
      return answer({});
    },
  });
}

/** Receivers of messages about changes. */
export const SUBSCRIPTION_ROUTES: readonly ApiRoute[] = [
  createRoute({
    method: 'get',
    template: PATH,
    id: 'listSubscriptions',
    summary: 'receivers of messages about changes',
    path: NOTHING,
    query: NOTHING,
    answers: { 200: z.strictObject({ items: z.array(SUBSCRIPTION) }) },
    isVersioned: false,
    handle: async (_, call) => answer({ items: await call('listSubscriptions', undefined) }),
  }),
  createRoute({
    method: 'post',
    template: PATH,
    id: 'addSubscription',
    summary: 'adds a receiver; the answer has its secret, which is not shown again',
    path: NOTHING,
    query: NOTHING,
    body: z.strictObject({ name: z.string(), url: z.string().max(2_000), ...FILTER }),
    answers: { 201: z.strictObject({ id: z.int(), secret: z.string() }) },
    isVersioned: false,
    handle: async ({ body }, call) => {
      const { name, url, ...filter } = body;
      const request = checkSubscription({ name, url, filter: defined(filter) });
      const value = await call('addSubscription', request);
      return { status: 201, value, location: `${PATH}/${name}` };
    },
  }),
  createRoute({
    method: 'delete',
    template: `${PATH}/{name}`,
    id: 'removeSubscription',
    summary: 'removes a receiver and its messages',
    path: NAME_PATH,
    query: NOTHING,
    answers: { 200: DONE },
    isVersioned: false,
    handle: async ({ path }, call) => {
      await call('removeSubscription', path.name);
      return answer({});
    },
  }),
  createStateRoute('pause', 'keeps the messages to a receiver for later'),
  createStateRoute('resume', 'sends the messages to a receiver again'),
  createRoute({
    method: 'post',
    template: `${PATH}/{name}/test`,
    id: 'testSubscription',
    summary: 'sends a message to a receiver now, and returns its answer',
    path: NAME_PATH,
    query: NOTHING,
    answers: { 200: ATTEMPT },
    isVersioned: false,
    handle: async ({ path }, call) => answer(await call('testSubscription', path.name)),
  }),
  createRoute({
    method: 'get',
    template: `${PATH}/{name}/deliveries`,
    id: 'listDeliveries',
    summary: 'the last messages to a receiver, the newest first, with all attempts',
    path: NAME_PATH,
    query: NOTHING,
    answers: { 200: z.strictObject({ items: z.array(DELIVERY) }) },
    isVersioned: false,
    handle: async ({ path }, call) => answer({ items: await call('listDeliveries', path.name) }),
  }),
  createRoute({
    method: 'post',
    template: '/api/v1/deliveries/{id}/replay',
    id: 'replayDelivery',
    summary: 'sends a message again, with the same ID',
    path: ID_PATH,
    query: NOTHING,
    answers: { 200: DONE },
    isVersioned: false,
    handle: async ({ path }, call) => {
      await call('replayDelivery', path.id);
      return answer({});
    },
  }),
];
