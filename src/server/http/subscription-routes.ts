import { z } from 'zod';
import { defined } from '../../foundation/core/defined.ts';
import { POLICY_OUTCOMES } from '../../foundation/core/policy-verdict.ts';
import { CAUSE_KINDS } from '../notify/cause-kinds.ts';
import { channels } from '../notify/channel/registry.generated.ts';
import { checkSubscription, SUBSCRIPTION_STATES } from '../notify/subscription.ts';
import { type ApiAnswer, createRoute } from './api-route.ts';
import { COUNT, ID_PATH, NOTHING, PROJECT, SEVERITY, TIME } from './api-schemas.ts';

const PATH = '/api/v1/subscriptions';
const NAME_PATH = z.strictObject({ name: z.string().max(64) });

const FILTER = {
  severity: SEVERITY.optional(),
  kinds: z.array(z.enum(CAUSE_KINDS)).optional(),
  project: PROJECT.optional(),
  owner: z.string().max(200).optional().describe('of the images; empty if none is known'),
  exploited: z.boolean().optional(),
  verdicts: z.array(z.enum(POLICY_OUTCOMES)).optional(),
  overdue: z.boolean().optional(),
  reachable: z
    .boolean()
    .optional()
    .describe('leaves out findings in packages that the entry point cannot reach'),
};
const OPTIONS = {
  digest: z.boolean().optional().describe('one message a day about everything not urgent'),
  template: z.string().optional().describe('text of the messages, with fields in double braces'),
};
const CHANNEL = z.enum(channels.map(({ id }) => id));
const SUBSCRIPTION = z.strictObject({
  id: z.int(),
  name: z.string(),
  channel: CHANNEL,
  url: z.string().describe('without its secret parts'),
  filter: z.strictObject(FILTER),
  options: z.strictObject(OPTIONS),
  state: z.enum(SUBSCRIPTION_STATES),
  created: TIME,
  queued: COUNT,
  dead: COUNT,
  failingSince: TIME.optional().describe('absent if the last message was accepted'),
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
const SHARED_SECRET = z.string().describe('by which the receiver verifies messages, or empty');
const DONE = z.strictObject({});

function answer(value: unknown): ApiAnswer {
  return { status: 200, value };
}

function createStateRoute<const Action extends 'pause' | 'resume'>(
  action: Action,
  summary: string,
) {
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
export const SUBSCRIPTION_ROUTES = [
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
    summary: 'adds a receiver; the secret of a webhook is in the answer, and not shown again',
    path: NOTHING,
    query: NOTHING,
    body: z.strictObject({
      name: z.string(),
      channel: CHANNEL.default('webhook'),
      url: z.string().max(2_000),
      secret: z.string().min(1).max(2_000).optional(),
      ...FILTER,
      ...OPTIONS,
    }),
    answers: { 201: z.strictObject({ id: z.int(), secret: SHARED_SECRET }) },
    isVersioned: false,
    handle: async ({ body }, call) => {
      const { name, channel, url, secret, digest, template, ...filter } = body;
      const request = checkSubscription({
        name,
        channel,
        url,
        ...defined({ secret }),
        filter: defined(filter),
        options: defined({ digest, template }),
      });
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
    method: 'get',
    template: `${PATH}/{name}/feed.atom`,
    id: 'readFeed',
    summary: 'the last messages to a receiver, as an Atom feed',
    path: NAME_PATH,
    query: NOTHING,
    answers: { 200: z.string() },
    types: ['application/atom+xml'],
    isVersioned: false,
    handle: async ({ path }, call) => {
      const feed = await call('writeFeed', path.name);
      const pieces = (async function* () {
        yield feed;
      })();
      const type = 'application/atom+xml; charset=UTF-8';
      return { status: 200, value: undefined, stream: { type, pieces } };
    },
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
  createRoute({
    method: 'post',
    template: `${PATH}/{name}/replay`,
    id: 'replaySince',
    summary: 'sends all messages of a time again, in their order and with the same IDs',
    path: NAME_PATH,
    query: NOTHING,
    body: z.strictObject({ since: TIME, until: TIME.optional() }),
    answers: { 200: z.strictObject({ messages: COUNT }) },
    isVersioned: false,
    handle: async ({ path: { name }, body: { since, until }, now }, call) => {
      const period = { from: Date.parse(since), to: Date.parse(until ?? now) };
      return answer({ messages: await call('replaySince', { name, ...period }) });
    },
  }),
  createRoute({
    method: 'post',
    template: `${PATH}/{name}/rotate`,
    id: 'rotateSecret',
    summary:
      'replaces the secret; the previous one of a webhook also signs messages until the next time',
    path: NAME_PATH,
    query: NOTHING,
    body: z.strictObject({ secret: z.string().min(1).max(2_000).optional() }),
    answers: { 200: z.strictObject({ secret: SHARED_SECRET }) },
    isVersioned: false,
    handle: async ({ path: { name }, body }, call) =>
      answer(await call('rotateSecret', { name, ...defined(body) })),
  }),
] as const;
