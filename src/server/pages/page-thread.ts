import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { THREAD_MEMORY } from '../engine/thread-memory.ts';
import {
  type PageAnswer,
  PageReader,
  type PageReaderSetting,
  type PageRequest,
} from './page-reader.ts';

/** Marks the data of a thread that runs this module as the reader of pages. */
const ROLE = 'plimsoll-pages';

interface ThreadData {
  readonly role: typeof ROLE;
  readonly setting: PageReaderSetting;
}

/** A request for a page, or one to prepare for pages if it has no ID. */
type Question =
  | { readonly id: number; readonly request: PageRequest }
  | { readonly id?: undefined; readonly now: number };

interface Reply {
  readonly id: number;
  readonly answer?: PageAnswer;
  readonly error?: string;
}

export type ReadPage = (request: PageRequest) => Promise<PageAnswer>;

export interface PageThread extends AsyncDisposable {
  readonly readPage: ReadPage;
  /** Reads the state of the store before the first request; `now` as in a request. */
  prepare(now: number): void;
  /** Rejects if the thread ends by itself. */
  readonly failed: Promise<never>;
}

/**
 * Starts the reader of pages on a thread of its own, with its own connection to the store: pages
 * are created while the engine updates the store, and requests are accepted meanwhile. A lazy
 * thread is started for the first page, because each thread needs about 60 MB for the program.
 */
export function startPageThread(
  setting: PageReaderSetting,
  { isLazy = false }: { readonly isLazy?: boolean } = {},
): PageThread {
  const waiting = new Map<number, PromiseWithResolvers<PageAnswer>>();
  const failing = Promise.withResolvers<never>();
  failing.promise.catch((error: unknown) => waiting.forEach((question) => question.reject(error)));
  const startWorker = (): Worker => {
    const data: ThreadData = { role: ROLE, setting };
    const started = new Worker(new URL(import.meta.url), {
      workerData: data,
      resourceLimits: THREAD_MEMORY,
    });
    started.on('message', ({ id, answer, error }: Reply) => {
      const question = waiting.get(id);
      waiting.delete(id);
      if (answer === undefined) {
        question?.reject(new Error(error));
      } else {
        question?.resolve(answer);
      }
    });
    started.on('error', failing.reject);
    started.on('exit', () => failing.reject(new Error('the reader of pages ended')));
    return started;
  };
  let worker = isLazy ? undefined : startWorker();
  let last = 0;
  return {
    failed: failing.promise,
    async readPage(request) {
      worker ??= startWorker();
      last += 1;
      const question = Promise.withResolvers<PageAnswer>();
      waiting.set(last, question);
      worker.postMessage({ id: last, request } satisfies Question);
      return await question.promise;
    },
    prepare(now) {
      worker?.postMessage({ now } satisfies Question);
    },
    async [Symbol.asyncDispose]() {
      await worker?.terminate();
    },
  };
}

async function runReader({ setting }: ThreadData): Promise<void> {
  const reader = PageReader.open(setting);
  const sendReply = (reply: Reply): void => parentPort?.postMessage(reply);
  const answer = async (question: Question): Promise<void> => {
    try {
      const opened = await reader;
      if (question.id === undefined) {
        await opened.prepare(question.now);
      } else {
        sendReply({ id: question.id, answer: await opened.answerRequest(question.request) });
      }
    } catch (error) {
      // A page that needs what could not be prepared reports the error.
      if (question.id !== undefined) {
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        sendReply({ id: question.id, error: text });
      }
    }
  };
  // One page at a time: each is created from one state of the store.
  let previous: Promise<void> = Promise.resolve();
  parentPort?.on('message', (question: Question) => {
    previous = previous.then(async () => await answer(question));
  });
  await reader;
}

function isThreadData(data: unknown): data is ThreadData {
  return typeof data === 'object' && data !== null && 'role' in data && data.role === ROLE;
}

if (!isMainThread && isThreadData(workerData)) {
  await runReader(workerData);
}
