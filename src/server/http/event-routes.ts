import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { CallEngine } from '../engine/engine-methods.ts';
import { JOB_STATES, type JobView } from '../jobs/job.ts';
import type { ChangeView } from '../query/changes.ts';
import { createRoute } from './api-route.ts';
import { AFTER, CHANGES, ID_PATH, NOTHING } from './api-schemas.ts';
import { listCallerProjects } from './caller.ts';

const WAIT_SECONDS_MAX = 60;
const SEARCH_MS = 500;
const COMMENT_MS = 15_000;
/** Clients connect again, and go on where they were. */
const STREAM_MS_MAX = 5 * 60_000;
const EVENT_STREAM = 'text/event-stream';

export const WAIT = z.coerce
  .number<string>()
  .int()
  .min(0)
  .max(WAIT_SECONDS_MAX)
  .default(0)
  .describe('seconds to wait for something new');

/** Changes as they happen, for programs that would otherwise ask again and again. */
export const EVENT_ROUTES = [
  createRoute({
    method: 'get',
    template: '/api/v1/changes',
    id: 'listChanges',
    summary: 'revisions with their causes and effects; "wait" waits for the next one',
    path: NOTHING,
    query: z.strictObject({ after: AFTER, wait: WAIT }),
    answers: { 200: CHANGES },
    isVersioned: true,
    handle: async ({ query: { after, wait }, caller }, call) => {
      const projects = listCallerProjects(caller);
      return { status: 200, value: await waitForChanges({ after, projects }, wait * 1_000, call) };
    },
  }),
  createRoute({
    method: 'get',
    template: '/api/v1/changes/events',
    id: 'streamChanges',
    summary:
      'revisions as server-sent events; "Last-Event-ID" goes on after the last one; with "only", instead the last revision and the number of open jobs',
    path: NOTHING,
    query: z.strictObject({ after: AFTER, only: z.enum(['progress']).optional() }),
    answers: { 200: z.string() },
    types: [EVENT_STREAM],
    isVersioned: false,
    handle: async ({ query, lastEventId = query.after, storeId, caller }, call) => {
      const projects = listCallerProjects(caller);
      const pieces =
        query.only === 'progress'
          ? writeProgress(projects, call)
          : writeEvents({ after: lastEventId, projects }, storeId, call);
      return { status: 200, value: undefined, stream: { type: EVENT_STREAM, pieces } };
    },
  }),
  createRoute({
    method: 'get',
    template: '/api/v1/jobs/{id}/events',
    id: 'streamJob',
    summary:
      'one job as server-sent events: its state, and each change until it has ended; "Last-Event-ID" leaves out the state that was received',
    path: ID_PATH,
    query: NOTHING,
    answers: { 200: z.string() },
    types: [EVENT_STREAM],
    isVersioned: false,
    handle: async ({ path, lastEventId, storeId }, call) => {
      // An unknown job is a problem instead of an empty stream.
      const job = await call('readJob', path.id);
      const pieces = writeJobEvents(job, { sent: lastEventId, storeId }, call);
      return { status: 200, value: undefined, stream: { type: EVENT_STREAM, pieces } };
    },
  }),
] as const;

type Projects = ReturnType<typeof listCallerProjects>;

/** The changes after a revision, in the scope of the caller. */
interface ChangeQuestion {
  readonly after: number;
  readonly projects: Projects;
}

async function waitForChanges(
  question: ChangeQuestion,
  milliseconds: number,
  call: CallEngine,
): Promise<readonly ChangeView[]> {
  for (let waited = 0; ; waited += SEARCH_MS) {
    const changes = await call('listChanges', question);
    if (changes.length > 0 || waited >= milliseconds) {
      return changes;
    }
    await pause(SEARCH_MS);
  }
}

/** HTML, "Server-sent events". JSON has no line breaks, so each event has one line of data. */
async function* writeEvents(
  { after, projects }: ChangeQuestion,
  storeId: string,
  call: CallEngine,
): AsyncGenerator<string> {
  const end = performance.now() + STREAM_MS_MAX;
  let last = after;
  yield 'retry: 1000\n\n';
  while (performance.now() < end) {
    const changes = await waitForChanges({ after: last, projects }, COMMENT_MS, call);
    for (const change of changes) {
      last = change.revision;
      const id = `${storeId}.${change.revision}`;
      yield `id: ${id}\nevent: change\ndata: ${JSON.stringify(change)}\n\n`;
    }
    if (changes.length === 0) {
      yield ': nothing new\n\n';
    }
  }
}

/** The last readings of the progress, which streams with the same scope share for a moment. */
const READINGS = new WeakMap<CallEngine, Map<string, Reading>>();

interface Reading {
  readonly at: number;
  readonly text: Promise<string>;
}

async function readProgressText(projects: Projects, call: CallEngine): Promise<string> {
  const readings = READINGS.get(call) ?? new Map<string, Reading>();
  READINGS.set(call, readings);
  const key = JSON.stringify(projects ?? null);
  const known = readings.get(key);
  const at = performance.now();
  if (known !== undefined && at - known.at < SEARCH_MS) {
    return await known.text;
  }
  const text = call('readProgress', projects).then((progress) => JSON.stringify(progress));
  readings.set(key, { at, text });
  return await text;
}

/** Sends the progress at the start and after each change, for open pages. */
async function* writeProgress(projects: Projects, call: CallEngine): AsyncGenerator<string> {
  const end = performance.now() + STREAM_MS_MAX;
  let sent = '';
  let sentAt = performance.now();
  yield 'retry: 1000\n\n';
  for (; performance.now() < end; await pause(SEARCH_MS)) {
    const text = await readProgressText(projects, call);
    const isNew = text !== sent;
    if (isNew || performance.now() - sentAt > COMMENT_MS) {
      sentAt = performance.now();
      sent = text;
      yield isNew ? `event: progress\ndata: ${text}\n\n` : ': nothing new\n\n';
    }
  }
}

/** A job is in the same state only if this number is the same. */
function numberState({ attempts, state }: JobView): number {
  return attempts * JOB_STATES.length + JOB_STATES.findIndex((one) => one === state);
}

/** Sends each state of a job that the receiver does not have. Ends with the job. */
async function* writeJobEvents(
  first: JobView,
  { sent, storeId }: { readonly sent: number | undefined; readonly storeId: string },
  call: CallEngine,
): AsyncGenerator<string> {
  const end = performance.now() + STREAM_MS_MAX;
  let last = sent;
  let sentAt = performance.now();
  yield 'retry: 1000\n\n';
  for (let job = first; performance.now() < end; job = await call('readJob', first.id)) {
    const state = numberState(job);
    const isNew = state !== last;
    if (isNew || performance.now() - sentAt > COMMENT_MS) {
      sentAt = performance.now();
      last = state;
      yield isNew
        ? `id: ${storeId}.${state}\nevent: job\ndata: ${JSON.stringify(job)}\n\n`
        : ': nothing new\n\n';
    }
    if (job.ended !== undefined) {
      return;
    }
    await pause(SEARCH_MS);
  }
}
