import { z } from 'zod';
import { defined } from '../../foundation/core/defined.ts';
import { NAME_PATTERN } from '../access/principal.ts';
import {
  EXPOSURES,
  findImageDigest,
  PLACEMENT_TEXT_MAX,
  PLACEMENTS_MAX,
} from '../placement/placement.ts';
import { type ApiAnswer, createRoute } from './api-route.ts';
import { ASOF, COUNT, CURSOR, ENVIRONMENT, ID_PATH, NEXT, NOTHING, TIME } from './api-schemas.ts';
import { listCallerProjects } from './caller.ts';
import { addNext, isNumberKey, readCursor } from './cursor.ts';
import { readOwnImage } from './own-image.ts';

const BASE = '/api/v1';
const SOURCE = z.string().regex(NAME_PATTERN);
const SOURCE_PATH = z.strictObject({ source: SOURCE });
const TEXT = z.string().max(PLACEMENT_TEXT_MAX);
const DIGEST = z.string().regex(/^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/);
const INSTANCES_MAX = 1_000_000;
/** Clients of earlier versions expect up to this many, and use no cursor. */
const LISTED_MAX = 1_000;
const LISTED = z.coerce.number<string>().int().min(1).max(LISTED_MAX).default(LISTED_MAX);

const NEW_PLACEMENT = z.strictObject({
  environment: TEXT.describe('such as prod; empty if it is not declared'),
  namespace: TEXT.default(''),
  workload: TEXT.default(''),
  reference: TEXT.min(1).describe('the image as the workload names it'),
  digest: DIGEST.optional().describe(
    'of its manifest, index or configuration; default: that of the reference',
  ),
  exposure: z.enum(EXPOSURES).default('unknown'),
  instances: z.int().min(1).max(INSTANCES_MAX).default(1),
});

const IMAGES = z.strictObject({
  known: COUNT.describe('images that the store has'),
  unknown: COUNT.describe('digests that the store does not have'),
  unresolved: COUNT.describe('references without a digest'),
});

const REPORTED = z.strictObject({
  source: SOURCE,
  revision: COUNT.optional(),
  placements: COUNT,
  started: COUNT,
  stopped: COUNT,
  images: IMAGES,
  unknown: z
    .array(
      z.strictObject({
        reference: z.string(),
        digest: z.string(),
        environments: z.array(z.string()),
        placements: COUNT,
      }),
    )
    .describe('images in use that the store does not have; at most 100'),
});

const PLACEMENT = z.strictObject({
  source: SOURCE,
  environment: z.string(),
  namespace: z.string(),
  workload: z.string(),
  reference: z.string(),
  digest: z.string().describe('empty if it is unknown'),
  exposure: z.enum(EXPOSURES),
  instances: COUNT,
  since: TIME,
  images: z.array(z.int()).describe('images of the store with this digest'),
});

const PLACEMENTS = z.strictObject({
  revision: COUNT,
  items: z.array(PLACEMENT),
  itemsNotListed: COUNT.describe('number of placements on the next pages'),
  next: NEXT,
  images: IMAGES,
});

const SOURCES = z.strictObject({
  items: z.array(
    z.strictObject({ source: SOURCE, sender: z.string(), at: TIME, placements: COUNT }),
  ),
});

function answer(value: unknown): ApiAnswer {
  return { status: 200, value };
}

/** Reports and lists of the images in use. */
export const PLACEMENT_ROUTES = [
  createRoute({
    method: 'put',
    template: `${BASE}/placement-reports/{source}`,
    id: 'reportPlacements',
    summary: 'reports all images in use at a source, and replaces its previous report',
    path: SOURCE_PATH,
    query: NOTHING,
    body: z.strictObject({ placements: z.array(NEW_PLACEMENT).max(PLACEMENTS_MAX) }),
    answers: { 200: REPORTED },
    isVersioned: false,
    handle: async ({ path, body, now, caller }, call) => {
      const placements = body.placements.map((one) => ({
        ...one,
        digest: one.digest ?? findImageDigest(one.reference),
      }));
      const report = { source: path.source, sender: caller.principal.id, placements };
      return answer(await call('reportPlacements', { report, now }));
    },
  }),
  createRoute({
    method: 'get',
    template: `${BASE}/placement-reports`,
    id: 'listPlacementSources',
    summary: 'the sources of placements, with the time of their last report',
    path: NOTHING,
    query: NOTHING,
    answers: { 200: SOURCES },
    isVersioned: true,
    handle: async ({ caller }, call) =>
      answer({ items: await call('listPlacementSources', listCallerProjects(caller)) }),
  }),
  createRoute({
    method: 'delete',
    template: `${BASE}/placement-reports/{source}`,
    id: 'removePlacementSource',
    summary: 'removes a source and ends its placements',
    path: SOURCE_PATH,
    query: NOTHING,
    answers: { 200: z.strictObject({}) },
    isVersioned: false,
    handle: async ({ path, now }, call) => {
      await call('removePlacementSource', { source: path.source, now });
      return answer({});
    },
  }),
  createRoute({
    method: 'get',
    template: `${BASE}/placements`,
    id: 'listPlacements',
    summary: 'the images in use, and their environments',
    path: NOTHING,
    query: z.strictObject({
      environment: ENVIRONMENT.optional(),
      source: SOURCE.optional(),
      known: z
        .enum(['true', 'false'])
        .optional()
        .describe('false: only images that the store does not have'),
      asof: ASOF,
      limit: LISTED,
      cursor: CURSOR,
    }),
    answers: { 200: PLACEMENTS },
    isVersioned: true,
    handle: async ({ query, caller, storeId }, call) => {
      const { cursor: text, limit, asof, ...filters } = query;
      const pages = [storeId, filters, asof];
      const { environment, source, known } = filters;
      const isKnown = known === undefined ? undefined : known === 'true';
      const cursor = readCursor(text, pages, isNumberKey);
      const projects = listCallerProjects(caller);
      const place = { at: cursor?.revision ?? asof, after: cursor?.key };
      const question = { ...defined({ environment, source, isKnown, projects, ...place }), limit };
      const { last, ...list } = await call('listPlacements', question);
      return answer(addNext(list, last, pages));
    },
  }),
  createRoute({
    method: 'get',
    template: `${BASE}/images/{id}/placements`,
    id: 'listImagePlacements',
    summary: 'where an image is in use',
    path: ID_PATH,
    query: z.strictObject({ asof: ASOF, limit: LISTED, cursor: CURSOR }),
    answers: { 200: PLACEMENTS },
    isVersioned: true,
    handle: async ({ path, query: { asof, limit, cursor: text }, caller, storeId }, call) => {
      const { id } = await readOwnImage(path.id, caller, call);
      const pages = [storeId, id, asof];
      const cursor = readCursor(text, pages, isNumberKey);
      const projects = listCallerProjects(caller);
      const place = defined({ projects, at: cursor?.revision ?? asof, after: cursor?.key });
      const { last, ...list } = await call('listPlacements', { image: id, ...place, limit });
      return answer(addNext(list, last, pages));
    },
  }),
] as const;
