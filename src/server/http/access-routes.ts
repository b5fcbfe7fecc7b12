import { z } from 'zod';
import { findRight, listRights } from '../access/decide-access.ts';
import { ROLES } from '../access/principal.ts';
import { RIGHTS } from '../access/rights.data.ts';
import { createRoute } from './api-route.ts';
import { AFTER, LIMIT, NOTHING, TIME } from './api-schemas.ts';

const RIGHT = z.strictObject({
  method: z.string(),
  path: z.string(),
  roles: z.union([z.literal('anyone'), z.array(z.enum(ROLES))]),
  principals: z.array(
    z.strictObject({
      id: z.string(),
      projects: z.array(z.string()).optional().describe('absent for all projects'),
    }),
  ),
});

const ENTRY = z.strictObject({
  id: z.int(),
  at: TIME,
  actor: z.string(),
  action: z.string(),
  target: z.string(),
  outcome: z.string(),
  hash: z.string().describe('SHA-256 of this entry and of the hash of the one before'),
});

/** Routes about rights themselves. */
export const ACCESS_ROUTES = [
  createRoute({
    method: 'get',
    template: '/api/v1/who-may',
    id: 'listRights',
    summary: 'the roles that each route needs, and everybody who has one of them',
    path: NOTHING,
    query: z.strictObject({
      method: z.enum(['DELETE', 'GET', 'POST', 'PUT']).optional(),
      path: z.string().max(2_000).optional().describe('only the route of this path'),
    }),
    answers: { 200: z.strictObject({ items: z.array(RIGHT) }) },
    isVersioned: false,
    handle: async ({ query: { method = 'GET', path }, now, caller }, call) => {
      const right = path === undefined ? undefined : findRight(method, path);
      const rights = path === undefined ? RIGHTS : right === undefined ? [] : [right];
      const principals = await call('listPrincipals', Date.parse(now));
      return { status: 200, value: { items: listRights(rights, principals, caller.tenant) } };
    },
  }),
  createRoute({
    method: 'get',
    template: '/api/v1/audit-log',
    id: 'listAudit',
    summary: 'writes, exports and sign-ins, the oldest first',
    path: NOTHING,
    query: z.strictObject({ after: AFTER, limit: LIMIT }),
    answers: { 200: z.strictObject({ items: z.array(ENTRY) }) },
    isVersioned: false,
    handle: async ({ query }, call) => ({
      status: 200,
      value: { items: await call('listAudit', query) },
    }),
  }),
] as const;
