import { z } from 'zod';
import { defined } from '../../foundation/core/defined.ts';
import { createRoute } from './api-route.ts';
import { AFTER, COUNT, ID_PATH, NEW_DECISION, NOTHING, TIME } from './api-schemas.ts';
import { findDecidedProjects, listCallerProjects } from './caller.ts';
import { chooseProject, DECISIONS } from './choose-project.ts';

const MISSING = 'no such draft in the projects of the sender';

const NEW_DRAFT = NEW_DECISION.omit({ author: true }).extend({
  replaces: z.int().min(1).optional().describe('ID of the draft that this one replaces'),
});

const DRAFT = z.strictObject({
  id: z.int(),
  request: NEW_DECISION,
  by: z.string().describe('ID of its author'),
  source: z
    .strictObject({
      document: z.string(),
      id: z.string(),
      author: z.string(),
      statement: COUNT,
    })
    .optional()
    .describe('statement of a VEX document that the draft repeats'),
  at: TIME,
  state: z.enum(['open', 'approved', 'rejected', 'replaced']),
  reviewer: z.string(),
  reason: z.string(),
  decision: z.int().optional().describe('ID of the decision that the draft became'),
});

const ANSWER = z.strictObject({
  answer: z.enum(['approve', 'reject']),
  reason: z.string().min(1).max(2_000),
  findings: COUNT.describe('number of findings that the draft decides, as the sender read it'),
});

/** Decisions that wait for another person, as on the page "Review". */
export const DRAFT_ROUTES = [
  createRoute({
    method: 'get',
    template: '/api/v1/drafts',
    id: 'listDrafts',
    summary: 'drafts of decisions that wait for an approver, the oldest first; at most 200',
    path: NOTHING,
    query: z.strictObject({ after: AFTER }),
    answers: { 200: z.array(DRAFT) },
    isVersioned: true,
    handle: async ({ query: { after }, caller }, call) => {
      const projects = listCallerProjects(caller);
      return { status: 200, value: await call('listDrafts', { after, projects }) };
    },
  }),
  createRoute({
    method: 'get',
    template: '/api/v1/drafts/{id}',
    id: 'readDraft',
    summary: 'one draft, with the number of findings that it decides now',
    path: ID_PATH,
    query: NOTHING,
    answers: { 200: DRAFT.extend({ findings: COUNT }) },
    missing: MISSING,
    isVersioned: true,
    handle: async ({ path: { id }, caller }, call) => {
      const projects = listCallerProjects(caller);
      return { status: 200, value: await call('readDraft', { id, projects }) };
    },
  }),
  createRoute({
    method: 'post',
    template: '/api/v1/drafts',
    id: 'addDraft',
    summary: 'adds a draft of a decision, signed by the sender',
    path: NOTHING,
    query: NOTHING,
    body: NEW_DRAFT,
    answers: { 201: z.strictObject({ id: z.int() }) },
    missing: MISSING,
    isVersioned: false,
    handle: async ({ body, now, caller }, call) => {
      const { replaces, ...entered } = body;
      const project = chooseProject(caller, entered.project, DECISIONS);
      const projects = listCallerProjects(caller);
      const edited = listCallerProjects({ projects: findDecidedProjects(caller) });
      const request = { ...entered, project, author: '' };
      const more = defined({ replaced: replaces, projects, edited });
      const draft = { request, person: caller.principal, ...more };
      return { status: 201, value: { id: await call('addDraft', { draft, now }) } };
    },
  }),
  createRoute({
    method: 'post',
    template: '/api/v1/drafts/{id}/answer',
    id: 'answerDraft',
    summary: 'approves or rejects a draft, which its author cannot approve',
    path: ID_PATH,
    query: NOTHING,
    body: ANSWER,
    answers: { 200: z.strictObject({ decision: z.int().optional() }) },
    missing: MISSING,
    isVersioned: false,
    handle: async ({ path: { id }, body, now, caller }, call) => {
      const { answer, reason, findings } = body;
      const given = { drafts: [{ id, findings }], isApproved: answer === 'approve', reason };
      const projects = listCallerProjects(caller);
      const sent = { ...given, person: caller.principal, projects };
      const [decision] = await call('answerDrafts', { answer: sent, now });
      return { status: 200, value: defined({ decision }) };
    },
  }),
] as const;
