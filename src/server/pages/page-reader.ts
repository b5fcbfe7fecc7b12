import { hash } from 'node:crypto';
import { defined } from '../../core/defined.ts';
import { UserError } from '../../core/error.ts';
import { VERSION } from '../../core/package-version.ts';
import { markup } from '../../present/markup.ts';
import { identifyStore, Store, type StoreSetting } from '../store/store.ts';
import { toStoredText } from '../store/stored-text.ts';
import { findPage, formatAddress, type PageId, readPageState } from './address.ts';
import { createFramedPage } from './frame.ts';
import { createFeed } from './page/changes-feed.ts';
import type { PageCaller, PageContent, PageContext, PageForm } from './page.ts';
import { CREATORS } from './page-creators.ts';
import { Fleet, type FleetState } from './query/fleet.ts';
import { ImageAssessments } from './query/image-assessments.ts';
import { readJobState } from './query/jobs.ts';
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

const MINUTE_MS = 60_000;

/** Creates the pages of a store. It only reads, each page from one state of the store. */
export class PageReader implements AsyncDisposable {
  readonly #store: Store;
  readonly #storeId: string;
  readonly #fleet = new Fleet();
  /** The last past state that a page showed. */
  readonly #past = new Fleet();
  readonly #assessments: ImageAssessments;

  private constructor(store: Store, setting: PageReaderSetting) {
    this.#store = store;
    this.#storeId = identifyStore(setting);
    this.#assessments = new ImageAssessments(setting, setting.maxAgeDays ?? 0);
  }

  static async open(setting: PageReaderSetting): Promise<PageReader> {
    return new PageReader(await Store.open(setting), setting);
  }

  async answerRequest(request: PageRequest): Promise<PageAnswer> {
    const page = findPage(request.path);
    if (page === undefined) {
      return this.#answerMissing(request);
    }
    return await this.#store.readState(async (db) => {
      const { values, notices } = readPageState(page.id, new URLSearchParams(request.query));
      const shown = await findShownState(db, values.get('asof') ?? '');
      const { revision, at, found } = shown;
      if (found !== undefined) {
        const all = { ...Object.fromEntries(values), ...page.parts, asof: found };
        return { status: 303, body: '', type: 'html', location: formatAddress(page.id, all) };
      }
      const jobs = await readJobState(db);
      const state = { revision: revision?.id ?? 0, ...jobs, ...defined({ at }) };
      const { changes } = await db.selectFrom('store').select('changes').executeTakeFirstOrThrow();
      const etag = createTag(request, { ...state, changes, storeId: this.#storeId });
      if (request.known === etag) {
        return { status: 304, body: '', type: 'html', etag };
      }
      const fleet = at === undefined ? this.#fleet : this.#past;
      await fleet.update(db, state);
      const context: PageContext = {
        db,
        ...defined({ at, visited: request.visited, ...pickSender(request) }),
        revision,
        fleet,
        assessments: this.#assessments,
        parts: page.parts,
        get: (name) => toStoredText(values.get(name) ?? ''),
        now: new Date(at === undefined ? request.now : (revision?.at ?? request.now)).toISOString(),
      };
      if (page.id === 'atom') {
        return { status: 200, body: await createFeed(context), type: 'atom', etag };
      }
      if (page.id === 'packet') {
        const { createPacket } = await import('./packet.ts');
        return { status: 200, body: '', bytes: await createPacket(context), type: 'zip', etag };
      }
      const { content, problem } = await createContent(page.id, context);
      if (content.redirect !== undefined) {
        return { status: 303, body: '', type: 'html', location: content.redirect };
      }
      const all = { ...Object.fromEntries(values), ...page.parts, asof: '' };
      const frame = {
        page: page.id,
        address: formatAddress(page.id, all),
        permanent: formatAddress(page.id, { ...all, asof: at ?? revision?.id ?? '' }),
        now: request.now,
        openJobs: jobs.openJobs,
        notices: [...notices, ...shown.notices],
        ...defined({ revision, at }),
      };
      const status = problem === undefined ? (content.status ?? 200) : 500;
      const body = createFramedPage(content, frame);
      return { status, body, type: 'html', etag, ...defined({ problem }) };
    });
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
function createTag(
  { path, query, now, visited, caller, formToken }: PageRequest,
  state: FleetState & { readonly changes: number; readonly storeId: string },
): string {
  const parts = [
    VERSION,
    path,
    query,
    state,
    visited,
    caller,
    formToken,
    Math.floor(now / MINUTE_MS),
  ];
  return `"${hash('sha256', JSON.stringify(parts)).slice(0, 32)}"`;
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
