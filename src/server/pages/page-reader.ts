import { hash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { defined } from '../../foundation/core/defined.ts';
import { MINUTE_MS } from '../../foundation/core/duration.ts';
import { UserError } from '../../foundation/core/error.ts';
import { VERSION } from '../../foundation/core/package-version.ts';
import { markup } from '../../foundation/present/markup.ts';
import type { FleetState } from '../query/fleet.ts';
import { ImageAssessments } from '../query/image-assessments.ts';
import { readJobState } from '../query/jobs.ts';
import { ReadScopes } from '../query/read-scopes.ts';
import { identifyStore, Store, type StoreSetting } from '../store/store.ts';
import { toStoredText } from '../store/stored-text.ts';
import type { Tables } from '../store/tables.ts';
import { type FoundPage, findPage, formatAddress, type PageId, readPageState } from './address.ts';
import { createFramedPage, type Frame } from './frame.ts';
import { KeptPages, type ReadFacts, watchFacts } from './kept-pages.ts';
import { createFeed } from './page/changes-feed.ts';
import type { PageCaller, PageContent, PageContext, PageForm } from './page.ts';
import { CREATORS } from './page-creators.ts';
import { ShownFleets } from './shown-fleets.ts';
import { findShownState } from './shown-state.ts';

export interface PageReaderSetting extends StoreSetting {
  /** Days after which advisories are too old to rely on; 0 for no limit. */
  readonly maxAgeDays?: number;
}

export interface PageRequest {
  readonly path: string;
  /** With or without the question mark. */
  readonly query: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Value of `If-None-Match`; empty without any. */
  readonly known: string;
  /** When the visit of the user before this one ended. */
  readonly visited?: number;
  readonly caller?: PageCaller;
  readonly formToken?: string;
  /** A form that was not accepted. */
  readonly form?: PageForm;
}

export interface PageAnswer {
  readonly status: 200 | 303 | 304 | 400 | 404 | 500;
  readonly body: string;
  readonly type: 'html' | 'atom' | 'zip';
  /** Instead of the body. */
  readonly bytes?: Uint8Array;
  readonly etag?: string;
  /** Address of a redirection. */
  readonly location?: string;
  /** Present if the page could not be created. */
  readonly problem?: string;
}

/**
 * Pages that many people read. The others have forms, show data outside of a state, or have few
 * readers.
 */
const KEPT_PAGES: ReadonlySet<PageId> = new Set([
  'overview',
  'due',
  'changes',
  'images',
  'image',
  'finding',
  'findings',
  'exposure',
  'review',
  'compliance',
  'timeline',
  'search',
]);

/** Creates the pages of a store. It only reads, each page from one state of the store. */
export class PageReader implements AsyncDisposable {
  readonly #store: Store;
  readonly #storeId: string;
  readonly #scopes: ReadScopes;
  readonly #fleets = new ShownFleets();
  readonly #assessments: ImageAssessments;
  readonly #kept = new KeptPages<PageAnswer>();

  private constructor(store: Store, setting: PageReaderSetting) {
    this.#store = store;
    this.#storeId = identifyStore(setting);
    this.#scopes = new ReadScopes(store.engineName);
    this.#assessments = new ImageAssessments(setting, setting.maxAgeDays ?? 0);
  }

  static async open(setting: PageReaderSetting): Promise<PageReader> {
    return new PageReader(await Store.open(setting), setting);
  }

  /** Creates the overview, so that the next page does not wait for reading and sorting images. */
  async prepare(now: number): Promise<void> {
    await this.answerRequest({ path: formatAddress('overview'), query: '', now, known: '' });
  }

  async answerRequest(request: PageRequest): Promise<PageAnswer> {
    const page = findPage(request.path);
    return page === undefined
      ? this.#answerMissing(request)
      : await this.#store.readState(async (db) => await this.#answerPage(db, page, request));
  }

  async #answerPage(
    all: Kysely<Tables>,
    { id, parts }: FoundPage,
    request: PageRequest,
  ): Promise<PageAnswer> {
    const { values, notices } = readPageState(id, new URLSearchParams(request.query));
    const projects = request.caller?.projects;
    const present = await this.#limit(all, projects);
    const shown = await findShownState(present, values.get('asof') ?? '');
    const { revision, at, found } = shown;
    const named = { ...Object.fromEntries(values), ...parts };
    if (found !== undefined) {
      const location = formatAddress(id, { ...named, asof: found });
      return { status: 303, body: '', type: 'html', location };
    }
    const jobs = await readJobState(all);
    const state = { revision: revision?.id ?? 0, ...jobs, ...defined({ at }) };
    // A tag of the whole store would reveal changes of other projects to a scope.
    const key =
      projects === undefined
        ? await createKey(all, request, { ...state, storeId: this.#storeId })
        : undefined;
    const tag = key === undefined ? undefined : createTag(key, request);
    if (tag !== undefined && request.known === tag) {
      return { status: 304, body: '', type: 'html', etag: tag };
    }
    const isKept = KEPT_PAGES.has(id) && request.form === undefined;
    const kept = isKept && key !== undefined ? this.#kept.findEqual(key, request) : undefined;
    if (kept !== undefined) {
      return addTag(kept, tag, request.known);
    }
    const read: ReadFacts = new Map();
    const db = at === undefined ? present : await this.#limit(all, projects, at);
    const fleet = this.#fleets.select(projects, at);
    await fleet.update(db, state);
    const fields: PageContext = {
      db,
      ...defined({ at, visited: request.visited, ...pickSender(request) }),
      revision,
      fleet,
      assessments: this.#assessments,
      parts,
      get: (name) => toStoredText(values.get(name) ?? ''),
      now: new Date(at === undefined ? request.now : (revision?.at ?? request.now)).toISOString(),
    };
    const context = watchFacts(fields, read);
    const answer = await createAnswer(id, context, {
      page: id,
      address: formatAddress(id, { ...named, asof: '' }),
      permanent: formatAddress(id, { ...named, asof: at ?? revision?.id ?? '' }),
      now: request.now,
      ...(projects === undefined ? { openJobs: jobs.openJobs } : {}),
      notices: [...notices, ...shown.notices],
      ...defined({ revision, at, projects, closed: context.caller?.closed }),
    });
    if (isKept && key !== undefined && answer.status === 200) {
      this.#kept.keepPage(key, read, answer);
    }
    return addTag(answer, tag, request.known);
  }

  async #limit(
    all: Kysely<Tables>,
    projects: readonly string[] | undefined,
    at?: number,
  ): Promise<Kysely<Tables>> {
    return projects === undefined ? all : await this.#scopes.limit(all, projects, at);
  }

  #answerMissing({ path, now }: PageRequest): PageAnswer {
    const content = {
      heading: 'There is nothing at this address',
      body: markup`<p>Start at the <a href="/">overview</a>, or use the search.</p>`,
    };
    const frame = { address: '/', permanent: '/', now, notices: [`the address was ${path}`] };
    return { status: 404, body: createFramedPage(content, frame), type: 'html' };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store[Symbol.asyncDispose]();
  }
}

function pickSender({ caller, formToken, form }: PageRequest) {
  return { caller, formToken, form };
}

/** Pages depend on the state of the store, and on the time because they show ages. */
async function createKey(
  db: Kysely<Tables>,
  { path, query, now }: PageRequest,
  state: FleetState & { readonly storeId: string },
): Promise<string> {
  const { changes } = await db.selectFrom('store').select('changes').executeTakeFirstOrThrow();
  const minute = Math.floor(now / MINUTE_MS);
  return JSON.stringify([VERSION, path, query, { ...state, changes }, minute]);
}

/** The same page differs by the sender of the request. */
function createTag(key: string, { visited, caller, formToken }: PageRequest): string {
  return toTag(JSON.stringify([key, visited, caller, formToken]));
}

function toTag(text: string | Uint8Array): string {
  return `"${hash('sha256', text).slice(0, 32)}"`;
}

/** Adds the tag of a page; without one, the tag of its content. */
function addTag(answer: PageAnswer, tag: string | undefined, known: string): PageAnswer {
  if (answer.status === 303) {
    return answer;
  }
  const etag = tag ?? toTag(answer.bytes ?? answer.body);
  return etag === known && answer.status === 200
    ? { status: 304, body: '', type: 'html', etag }
    : { ...answer, etag };
}

async function createAnswer(id: PageId, context: PageContext, frame: Frame): Promise<PageAnswer> {
  if (id === 'atom') {
    return { status: 200, body: await createFeed(context), type: 'atom' };
  }
  if (id === 'packet') {
    const { createPacket } = await import('./packet.ts');
    return { status: 200, body: '', bytes: await createPacket(context), type: 'zip' };
  }
  const { content, problem } = await createContent(id, context);
  if (content.redirect !== undefined) {
    return { status: 303, body: '', type: 'html', location: content.redirect };
  }
  const status = problem === undefined ? (content.status ?? 200) : 500;
  const body = createFramedPage(content, frame);
  return { status, body, type: 'html', ...defined({ problem }) };
}

/** Creates a page; an error becomes a page that lists the parts that still work. */
async function createContent(
  id: Exclude<PageId, 'atom' | 'packet'>,
  context: PageContext,
): Promise<{ readonly content: PageContent; readonly problem?: string }> {
  try {
    return { content: await CREATORS[id](context) };
  } catch (error) {
    const isKnown = error instanceof UserError;
    const { message, hint } = isKnown
      ? { message: `${error.code}: ${error.message}`, hint: error.hint }
      : { message: 'internal error', hint: undefined };
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const problem = isKnown ? message : stack;
    return {
      problem,
      content: {
        heading: 'This page could not be created',
        body: markup`<p class="notice">${message}</p><p>${hint ?? 'The server wrote the details to its standard error.'}</p><p>Everything else still works: go to the <a href="/">overview</a> or to <a href="${formatAddress('health')}">health</a>.</p>`,
      },
    };
  }
}
