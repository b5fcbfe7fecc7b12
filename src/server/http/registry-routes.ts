import { z } from 'zod';
import { STATEMENT_STATES } from '../../compliance/attest/verify-statement.ts';
import { NAME_PATTERN } from '../access/principal.ts';
import { readRegistryHints } from '../registry/hints.ts';
import { createRoute } from './api-route.ts';
import { COUNT, ID_PATH, NOTHING, TIME } from './api-schemas.ts';
import { listCallerProjects } from './caller.ts';
import { readOwnImage } from './own-image.ts';

const PATH = '/api/v1/registry-watches';
const NAME_PATH = z.strictObject({ name: z.string().regex(NAME_PATTERN) });

const WATCH = z.strictObject({
  id: z.int(),
  name: z.string(),
  registry: z.string(),
  repositories: z.string().describe('* matches any characters'),
  tags: z.string(),
  platforms: z.array(z.string()).describe('empty for that of the server'),
  project: z.string(),
  created: TIME,
  began: TIME.optional().describe('last check'),
  succeeded: TIME.optional().describe('last check without an error'),
  error: z.string().optional(),
  counts: z.strictObject({
    tags: COUNT,
    taken: COUNT.describe('tags whose image was read'),
    failed: COUNT.describe('tags whose image, or documents attached to it, could not be read'),
  }),
  drift: COUNT.describe('differences that a check found, and no event had reported'),
});

const FAILED_TAG = z.strictObject({
  watch: z.string(),
  repository: z.string(),
  tag: z.string(),
  digest: z.string(),
  attempts: COUNT,
  error: z.string(),
  next: TIME.describe('next attempt'),
});

const WATCHES = z.strictObject({
  items: z.array(WATCH),
  failedTags: z.array(FAILED_TAG).describe('at most 200'),
});

const ATTACHMENT = z.strictObject({
  registry: z.string(),
  repository: z.string(),
  name: z.string().describe('its tag, or the digest of its manifest'),
  kind: z.string(),
});

const ATTACHED_DOCUMENT = z.strictObject({
  registry: z.string(),
  repository: z.string(),
  digest: z.string().describe('of its content'),
  kind: z.string().describe('vex, sbom, or the kind of a statement'),
  state: z
    .enum([...STATEMENT_STATES, 'unchecked'])
    .describe('of its signature; unchecked if the server has neither keys nor identities'),
  note: z.string().describe('summary of its content, or the reason why it was not read'),
  document: z.string().describe('SHA-256 of the stored document; empty if it is not stored'),
});

/** Registries that the server watches. */
export const REGISTRY_ROUTES = [
  createRoute({
    method: 'get',
    template: PATH,
    id: 'listRegistryWatches',
    summary: 'registries that are watched, with the state of their last check',
    path: NOTHING,
    query: NOTHING,
    answers: { 200: WATCHES },
    isVersioned: true,
    handle: async (_, call) => ({
      status: 200,
      value: await call('listRegistryWatches', undefined),
    }),
  }),
  createRoute({
    method: 'post',
    template: `${PATH}/{name}/check`,
    id: 'requestRegistryCheck',
    summary: 'compares all tags with the registry soon, and reads failed ones again',
    path: NAME_PATH,
    query: NOTHING,
    answers: { 202: z.strictObject({}) },
    isVersioned: false,
    handle: async ({ path }, call) => {
      await call('requestRegistryCheck', path.name);
      return { status: 202, value: {} };
    },
  }),
  createRoute({
    method: 'post',
    template: `${PATH}/{name}/events`,
    id: 'addRegistryHints',
    summary: 'events of CNCF distribution or Harbor: the tags that they name are checked soon',
    path: NAME_PATH,
    query: NOTHING,
    body: z.looseObject({}),
    answers: { 202: z.strictObject({ hints: COUNT }) },
    isVersioned: false,
    handle: async ({ path, body, now }, call) => {
      const hints = readRegistryHints(body);
      const count = await call('addRegistryHints', { name: path.name, hints, now });
      return { status: 202, value: { hints: count } };
    },
  }),
  createRoute({
    method: 'get',
    template: '/api/v1/images/{id}/attachments',
    id: 'listImageAttachments',
    summary: 'documents that watched registries have for an image: signatures, SBOMs, attestations',
    path: ID_PATH,
    query: NOTHING,
    answers: {
      200: z.strictObject({ items: z.array(ATTACHMENT), documents: z.array(ATTACHED_DOCUMENT) }),
    },
    isVersioned: true,
    handle: async ({ path, caller }, call) => {
      const { id } = await readOwnImage(path.id, caller, call);
      const question = { image: id, projects: listCallerProjects(caller) };
      return { status: 200, value: await call('listImageAttachments', question) };
    },
  }),
] as const;
