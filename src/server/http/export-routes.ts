import { z } from 'zod';
import { defined } from '../../core/defined.ts';
import { SEVERITIES } from '../../core/finding.ts';
import type { CallEngine } from '../engine/engine-methods.ts';
import type { ImageView } from '../engine/image-views.ts';
import { type ApiAnswer, createRoute } from './api-route.ts';
import { NOTHING, SEVERITY } from './api-schemas.ts';
import { type Caller, listCallerProjects } from './caller.ts';
import { type ExportRow, writeRows } from './write-rows.ts';

const IMAGES_EACH = 200;
const TYPES = {
  csv: 'text/csv; charset=UTF-8; header=present',
  jsonl: 'application/jsonl',
} as const;

const FORMAT = z.enum(['csv', 'jsonl']).default('csv');
const NAME = z.string().max(500).optional().describe('a name; with * at its end, the start of one');

interface ExportRequest {
  readonly name?: string;
  readonly caller: Caller;
}

/** Rows of everything in the scope of the caller, at one revision. */
export const EXPORT_ROUTES = [
  createRoute({
    method: 'get',
    template: '/api/v1/exports/images',
    id: 'exportImages',
    summary: 'all images with their counts, as CSV or JSON lines',
    path: NOTHING,
    query: z.strictObject({ format: FORMAT, name: NAME }),
    answers: { 200: z.string() },
    types: Object.values(TYPES).map((type) => type.split(';')[0] ?? ''),
    isVersioned: false,
    handle: async ({ query: { format, ...filter }, caller }, call) =>
      createAnswer(format, listImageRows({ ...defined(filter), caller }, call)),
  }),
  createRoute({
    method: 'get',
    template: '/api/v1/exports/findings',
    id: 'exportFindings',
    summary: 'all findings of all images, as CSV or JSON lines',
    path: NOTHING,
    query: z.strictObject({
      format: FORMAT,
      name: NAME,
      severity: SEVERITY.optional().describe('the lowest severity'),
    }),
    answers: { 200: z.string() },
    types: Object.values(TYPES).map((type) => type.split(';')[0] ?? ''),
    isVersioned: false,
    handle: async ({ query: { format, severity, ...filter }, caller }, call) => {
      const least = severity === undefined ? 0 : SEVERITIES.indexOf(severity);
      return createAnswer(format, listFindingRows({ ...defined(filter), caller }, least, call));
    },
  }),
] as const;

function createAnswer(format: keyof typeof TYPES, rows: AsyncIterable<ExportRow>): ApiAnswer {
  const stream = { type: TYPES[format], pieces: writeRows(rows, format) };
  return { status: 200, value: undefined, stream };
}

/** Lists images page by page, all at the revision of the first page. */
async function* listAllImages(
  { name, caller }: ExportRequest,
  call: CallEngine,
): AsyncGenerator<{ readonly image: ImageView; readonly at: number }> {
  const projects = listCallerProjects(caller);
  let at: number | undefined;
  for (let after = 0, isLast = false; !isLast; ) {
    const filter = { after, limit: IMAGES_EACH, ...defined({ name, projects, at }) };
    const page = await call('listImages', filter);
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
  least: number,
  call: CallEngine,
): AsyncGenerator<ExportRow> {
  for await (const { image, at } of listAllImages(request, call)) {
    const { id, name, project } = image;
    for (const finding of await call('listImageFindings', { id, at })) {
      if (SEVERITIES.findIndex((one) => one === finding.severity) >= least) {
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
}
