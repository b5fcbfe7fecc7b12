import { z } from 'zod';
import { defined } from '../../foundation/core/defined.ts';
import { POLICY_OUTCOMES } from '../../foundation/core/policy-verdict.ts';
import { formatLoaders } from '../../report/output/format-loaders.ts';
import type { CallEngine } from '../engine/engine-methods.ts';
import type { FindingChoice } from '../query/image-findings.ts';
import type { ImageFilter, ImageView } from '../query/images.ts';
import { type ApiAnswer, createRoute } from './api-route.ts';
import { ASOF, ENVIRONMENT, ID_PATH, NOTHING } from './api-schemas.ts';
import { type Caller, listCallerProjects } from './caller.ts';
import { FINDING_FILTER, readFindingFilter } from './finding-filter.ts';
import { readOwnImage } from './own-image.ts';
import { type ExportRow, writeRows } from './write-rows.ts';

const IMAGES_EACH = 200;
const TYPES = {
  csv: 'text/csv; charset=UTF-8; header=present',
  jsonl: 'application/jsonl',
} as const;

const FORMAT = z.enum(['csv', 'jsonl']).default('csv');
const NAME = z.string().max(500).optional().describe('a name; with * at its end, the start of one');

/** The filters of images: the list and the exports have the same ones. */
export const IMAGE_FILTER = {
  name: NAME,
  outcome: z.enum(POLICY_OUTCOMES).optional(),
  environment: ENVIRONMENT.optional(),
  asof: ASOF,
};

interface ExportRequest {
  readonly filter: Omit<ImageFilter, 'after' | 'limit' | 'projects'>;
  readonly caller: Caller;
}

const DOCUMENT_FORMAT = z
  .enum(formatLoaders.map(({ id }) => id))
  .describe('as in "scan -o", except those for terminals and templates (422)');
const DOCUMENT_TYPES = ['application/json', 'application/xml', 'text/plain'] as const;

/** Rows of everything in the scope of the caller, at one revision. */
export const EXPORT_ROUTES = [
  createRoute({
    method: 'get',
    template: '/api/v1/exports/images',
    id: 'exportImages',
    summary: 'all images with their counts, as CSV or JSON lines',
    path: NOTHING,
    query: z.strictObject({ format: FORMAT, ...IMAGE_FILTER }),
    answers: { 200: z.string() },
    types: Object.values(TYPES).map((type) => type.split(';')[0] ?? ''),
    isVersioned: false,
    handle: async ({ query: { format, asof, ...filters }, caller }, call) => {
      const filter = defined({ ...filters, at: asof });
      return createAnswer(format, listImageRows({ filter, caller }, call));
    },
  }),
  createRoute({
    method: 'get',
    template: '/api/v1/exports/images/{id}',
    id: 'exportImage',
    summary: 'the complete result of one image, as a document or report of any format',
    path: ID_PATH,
    query: z.strictObject({ format: DOCUMENT_FORMAT }),
    answers: { 200: z.unknown().describe('the document: a text unless it is JSON') },
    types: DOCUMENT_TYPES,
    missing: 'no such image in the projects of the sender',
    isVersioned: false,
    handle: async ({ path, query: { format }, now, caller }, call) => {
      const { id } = await readOwnImage(path.id, caller, call);
      const text = await call('writeResult', { id, now, format: { id: format, timestamp: now } });
      const type = `${detectType(text)}; charset=UTF-8`;
      return { status: 200, value: undefined, stream: { type, pieces: sendText(text) } };
    },
  }),
  createRoute({
    method: 'get',
    template: '/api/v1/exports/findings',
    id: 'exportFindings',
    summary: 'all findings of all images, as CSV or JSON lines',
    path: NOTHING,
    query: z.strictObject({
      format: FORMAT,
      ...IMAGE_FILTER,
      ...FINDING_FILTER,
    }),
    answers: { 200: z.string() },
    types: Object.values(TYPES).map((type) => type.split(';')[0] ?? ''),
    isVersioned: false,
    handle: async ({ query, caller }, call) => {
      const { format, name, outcome, environment, asof, ...filters } = query;
      const filter = defined({ name, outcome, environment, at: asof });
      const choice = readFindingFilter(filters);
      return createAnswer(format, listFindingRows({ filter, caller }, choice, call));
    },
  }),
] as const;

function createAnswer(format: keyof typeof TYPES, rows: AsyncIterable<ExportRow>): ApiAnswer {
  const stream = { type: TYPES[format], pieces: writeRows(rows, format) };
  return { status: 200, value: undefined, stream };
}

/** A page of another format must not be shown as a page of the server. */
function detectType(text: string): (typeof DOCUMENT_TYPES)[number] {
  const [json, xml, plain] = DOCUMENT_TYPES;
  if (text.startsWith('{') || text.startsWith('[')) {
    return json;
  }
  return text.startsWith('<?xml') ? xml : plain;
}

async function* sendText(text: string): AsyncGenerator<string> {
  yield text;
}

/** Lists images page by page, all at the revision of the first page. */
async function* listAllImages(
  { filter, caller }: ExportRequest,
  call: CallEngine,
): AsyncGenerator<{ readonly image: ImageView; readonly at: number }> {
  const projects = listCallerProjects(caller);
  let { at } = filter;
  for (let after = 0, isLast = false; !isLast; ) {
    const limits = { after, limit: IMAGES_EACH, ...defined({ projects, at }) };
    const page = await call('listImages', { ...filter, ...limits });
    at = page.revision;
    for (const image of page.items) {
      yield { image, at };
    }
    after = page.items.at(-1)?.id ?? after;
    isLast = page.items.length < IMAGES_EACH;
  }
}

async function* listImageRows(request: ExportRequest, call: CallEngine): AsyncGenerator<ExportRow> {
  for await (const { image } of listAllImages(request, call)) {
    const {
      id,
      name,
      project,
      digest,
      packages,
      problems,
      firstSeen,
      outcome = '',
      counts,
    } = image;
    const row = { id, name, project, digest, packages, problems, firstSeen, outcome };
    yield { ...row, ...counts };
  }
}

async function* listFindingRows(
  request: ExportRequest,
  choice: FindingChoice,
  call: CallEngine,
): AsyncGenerator<ExportRow> {
  for await (const { image, at } of listAllImages(request, call)) {
    const { id, name, project } = image;
    for (const finding of await call('selectImageFindings', { id, at, choice })) {
      const { id: vulnerability, severity, purl, fixState, fixVersions, since } = finding;
      const { package: installed, version } = finding;
      yield {
        image: id,
        name,
        project,
        vulnerability,
        severity,
        package: installed,
        version,
        purl,
        fixState,
        fixVersions,
        since,
      };
    }
  }
}
