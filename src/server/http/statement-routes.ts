import { z } from 'zod';
import { defined } from '../../foundation/core/defined.ts';
import { requireAuthor } from '../access/principal.ts';
import { createRoute } from './api-route.ts';
import { ASOF, COUNT, ID_PATH, NOTHING, PROJECT, TIME } from './api-schemas.ts';
import { listCallerProjects } from './caller.ts';
import { chooseProject, STATEMENTS } from './choose-project.ts';

const AUTHOR = z.string().min(1).max(200);

const NEW_STATEMENT = z.strictObject({
  author: AUTHOR,
  kind: z.enum(['control', 'fact']),
  subject: z.string().min(1).max(200).describe('key of the control, or name of the fact'),
  value: z
    .string()
    .min(1)
    .max(10_000)
    .describe('met, not-met or not-applicable; or the value of the fact'),
  evidence: z.string().min(1).max(10_000).describe('a document, ticket or measurement'),
  reason: z.string().max(10_000).optional(),
  images: z.string().max(500).optional().describe('name of the images; * matches any characters'),
  project: PROJECT.optional().describe(
    'project whose images it counts for; if absent, the only one of the sender, or all for a role in all',
  ),
  vulnerability: z.string().max(200).optional().describe('of a fact about a finding'),
  expires: z.iso.date().describe('it no longer counts on that day'),
});

const STATEMENT = NEW_STATEMENT.extend({
  id: z.int(),
  revision: COUNT,
  at: TIME,
  withdrawn: COUNT.optional(),
});

/** Answers to controls, and facts that people declare, as on the page of a control. */
export const STATEMENT_ROUTES = [
  createRoute({
    method: 'get',
    template: '/api/v1/statements',
    id: 'listStatements',
    summary: 'statements that were not withdrawn, including expired ones',
    path: NOTHING,
    query: z.strictObject({ asof: ASOF }),
    answers: { 200: z.array(STATEMENT) },
    isVersioned: true,
    handle: async ({ query: { asof }, caller }, call) => {
      const question = defined({ at: asof, projects: listCallerProjects(caller) });
      return { status: 200, value: await call('listStatements', question) };
    },
  }),
  createRoute({
    method: 'post',
    template: '/api/v1/statements',
    id: 'addStatement',
    summary: 'answers a control, or declares a fact, for some images or all',
    path: NOTHING,
    query: NOTHING,
    body: NEW_STATEMENT,
    answers: { 201: STATEMENT },
    isVersioned: false,
    handle: async ({ body, now, caller }, call) => {
      requireAuthor(caller.principal, body.author);
      const { reason = '', images = '', vulnerability = '', ...given } = body;
      const project = chooseProject(caller, given.project, STATEMENTS);
      const edit = { added: { ...given, reason, images, vulnerability, project } };
      return { status: 201, value: await call('changeStatements', { edit, now }) };
    },
  }),
  createRoute({
    method: 'delete',
    template: '/api/v1/statements/{id}',
    id: 'withdrawStatement',
    summary: 'withdraws a statement; earlier revisions still have it',
    path: ID_PATH,
    query: z.strictObject({ author: AUTHOR }),
    answers: { 200: STATEMENT },
    missing: 'no such statement in the projects of the sender, or it was withdrawn',
    isVersioned: false,
    handle: async ({ path, query: { author }, now, caller }, call) => {
      requireAuthor(caller.principal, author);
      const edit = { withdrawn: { id: path.id, author, projects: listCallerProjects(caller) } };
      return { status: 200, value: await call('changeStatements', { edit, now }) };
    },
  }),
] as const;
