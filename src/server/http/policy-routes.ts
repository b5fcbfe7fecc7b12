import { z } from 'zod';
import { defined } from '../../foundation/core/defined.ts';
import { createRoute } from './api-route.ts';
import { NOTHING, SEVERITY } from './api-schemas.ts';

const POLICIES_MAX = 20;
const TEXT_CHARS_MAX = 1_000_000;

const NEW_POLICY = z.strictObject({
  severity: SEVERITY.optional().describe('open findings of at least this severity fail'),
  policies: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(200).describe('name of the file, for messages'),
        text: z.string().max(TEXT_CHARS_MAX).describe('YAML; it may include packs'),
      }),
    )
    .max(POLICIES_MAX),
});

const POLICY = NEW_POLICY.extend({
  digest: z.string().describe('digest of the conditions, for the header "If-Match" of a change'),
});

/** The conditions that every image must meet, as `serve --fail-on` and `--policy` set them. */
export const POLICY_ROUTES = [
  createRoute({
    method: 'get',
    template: '/api/v1/policy',
    id: 'readPolicy',
    summary: 'the conditions that every image must meet; its ETag is their digest',
    path: NOTHING,
    query: NOTHING,
    answers: { 200: POLICY },
    isVersioned: false,
    handle: async (_, call) => {
      const policy = await call('readPolicy', undefined);
      return { status: 200, value: policy, etag: policy.digest };
    },
  }),
  createRoute({
    method: 'put',
    template: '/api/v1/policy',
    id: 'setPolicy',
    summary:
      'replaces the conditions, and judges every image again; with "If-Match", only if their ETag is still the same (412)',
    path: NOTHING,
    query: NOTHING,
    body: NEW_POLICY,
    answers: { 200: POLICY },
    isVersioned: false,
    handle: async ({ body, now, ifMatch }, call) => {
      const { severity, policies } = body;
      const policy = { ...defined({ severity }), policies };
      await call('setPolicy', { policy, now, ...defined({ expected: ifMatch }) });
      const changed = await call('readPolicy', undefined);
      return { status: 200, value: changed, etag: changed.digest };
    },
  }),
] as const;
