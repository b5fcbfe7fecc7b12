import { z } from 'zod';
import { defined } from '../../foundation/core/defined.ts';
import { createRoute } from './api-route.ts';
import { COUNT, ID_PATH, LIMIT, PROJECT, REACH } from './api-schemas.ts';
import { listCallerProjects } from './caller.ts';

const EFFECT_IMAGE = z.strictObject({
  id: z.int(),
  name: z.string(),
  project: z.string(),
  owner: z.string(),
  digest: z.string(),
  findings: COUNT.describe('of this cause in the image'),
});

/** The rows behind the numbers of a message. */
export const CAUSE_ROUTES = [
  createRoute({
    method: 'get',
    template: '/api/v1/causes/{id}/images',
    id: 'listEffectImages',
    summary: 'the images of an effect of a cause, as they were then',
    path: ID_PATH,
    query: z.strictObject({
      effect: z.string().max(64).describe('such as "opened", or "pass-fail" for verdicts'),
      project: PROJECT.optional(),
      owner: z.string().max(1_000).optional(),
      unowned: z.literal('yes').optional().describe('only images without a known owner'),
      reach: REACH.optional(),
      after: z.coerce
        .number<string>()
        .int()
        .min(0)
        .default(0)
        .describe('only images after this ID'),
      limit: LIMIT,
    }),
    answers: {
      200: z.strictObject({
        items: z.array(EFFECT_IMAGE),
        next: z.int().optional().describe('"after" of the next page; absent on the last one'),
        total: z.strictObject({ count: COUNT, findings: COUNT, relation: z.literal('exact') }),
      }),
    },
    isVersioned: true,
    handle: async ({ path, query: { unowned, owner, project, reach, ...query }, caller }, call) => {
      const value = await call('listEffectImages', {
        cause: path.id,
        ...query,
        ...defined({
          project,
          reach,
          owner: unowned === undefined ? owner : '',
          projects: listCallerProjects(caller),
        }),
      });
      return { status: 200, value };
    },
  }),
] as const;
