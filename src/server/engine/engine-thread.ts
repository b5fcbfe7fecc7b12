import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { startBackground } from './background.ts';
import { DocumentThread } from './document-thread.ts';
import { Engine } from './engine.ts';
import {
  type CallEngine,
  ENGINE_METHODS,
  type EngineMethod,
  isReadingMethod,
} from './engine-methods.ts';
import type { EngineSetting } from './engine-setting.ts';
import { openChecked } from './open-checked.ts';
import { type CallThread, type PoolOptions, ReaderPool } from './reader-pool.ts';
import { readSentDocuments } from './sent-documents.ts';
import { describeError, type ThreadError, toError } from './thread-error.ts';
import { THREAD_MEMORY } from './thread-memory.ts';

/** Marks the data of a thread that runs this module as the engine. */
const ROLE = 'plimsoll-engine';

interface ThreadData {
  readonly role: typeof ROLE;
  /** Whether it only answers, and runs no jobs. */
  readonly isReader: boolean;
  readonly setting: EngineSetting;
  readonly now: string;
}

interface Call {
  readonly id: number;
  readonly name: EngineMethod | typeof END;
  readonly argument: unknown;
}

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: ThreadError;
}

export interface EngineThread extends AsyncDisposable {
  readonly call: CallEngine;
  /** Ends the current call and the current job, so that no other process has to wait for them. */
  end(): Promise<void>;
  /** Rejects if the thread ends by itself. */
  readonly failed: Promise<never>;
}

/** The first answer of a thread: the store is open, or could not be opened. */
const OPENED = 0;
/** Ends the work of the thread. */
const END = 'end';
/** Reports errors of jobs, which nobody waits for. */
const BACKGROUND = -1;

interface StartOptions {
  readonly now: string;
  readonly onProblem: (error: unknown) => void;
  readonly readers?: Partial<PoolOptions>;
}

/**
 * Starts the engine on a thread of its own, so that requests are answered while it works, and
 * threads that read the store beside it, with connections of their own: no answer waits for a
 * change. The threads run this module.
 *
 * @throws UserError if the store or the advisory database cannot be opened
 */
export async function startEngineThread(
  setting: EngineSetting,
  options: StartOptions,
): Promise<EngineThread> {
  const data = { role: ROLE, now: options.now } as const;
  const engine = await startThread({ ...data, isReader: false, setting }, options);
  const { database: _, messages: __, ...shared } = setting;
  const reading = { ...shared, generation: engine.opened };
  const failing = Promise.withResolvers<never>();
  // The owner of the thread awaits it later, so a rejection is not unhandled until then.
  failing.promise.catch(() => undefined);
  engine.failed.catch(failing.reject);
  const readers = new ReaderPool<Call['name']>(
    async () => await startThread({ ...data, isReader: true, setting: reading }, options),
    failing.reject,
    options.readers,
  );
  const documents = new DocumentThread();
  return {
    call: async (name, argument) => {
      const read = await readSentDocuments(name, argument, documents);
      return (await (isReadingMethod(name)
        ? readers.call(name, read)
        : engine.call(name, read))) as never;
    },
    async end() {
      await engine.call(END, undefined);
    },
    failed: failing.promise,
    async [Symbol.asyncDispose]() {
      const all = [engine, documents, readers];
      await Promise.all(all.map(async (one) => await one[Symbol.asyncDispose]()));
    },
  };
}

interface OpenedThread extends CallThread<Call['name']> {
  /** Digest of the advisory database when it was opened. */
  readonly opened: string;
}

async function startThread(data: ThreadData, { onProblem }: StartOptions): Promise<OpenedThread> {
  const worker = new Worker(new URL(import.meta.url), {
    workerData: data,
    resourceLimits: THREAD_MEMORY,
  });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const opened = Promise.withResolvers<unknown>();
  waiting.set(OPENED, opened);
  worker.on('message', ({ id, value, error }: Answer) => {
    if (id === BACKGROUND && error !== undefined) {
      onProblem(toError(error));
    }
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) {
      call?.resolve(value);
    } else {
      call?.reject(toError(error));
    }
  });
  const failed = new Promise<never>((_, reject) => {
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('the engine of the server ended')));
  });
  let end: { readonly error: unknown } | undefined;
  // The calls that wait report the error, and so does the owner of the thread.
  failed.catch((error: unknown) => {
    end = { error };
    waiting.forEach((call) => call.reject(error));
  });
  const generation = String(await opened.promise);
  let last = OPENED;
  return {
    opened: generation,
    failed,
    async call(name, argument) {
      if (end !== undefined) throw end.error;
      last += 1;
      const answer = Promise.withResolvers<unknown>();
      waiting.set(last, answer);
      worker.postMessage({ id: last, name, argument } satisfies Call);
      return await answer.promise;
    },
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}

async function runEngine({ setting, now, isReader }: ThreadData): Promise<void> {
  const send = (answer: Answer): void => parentPort?.postMessage(answer);
  let engine: Engine;
  try {
    engine = isReader ? await Engine.open(setting, now) : await openChecked(setting, now);
  } catch (error) {
    send({ id: OPENED, error: describeError(error) });
    return;
  }
  send({ id: OPENED, value: engine.generation });
  const background = isReader
    ? undefined
    : startBackground(engine, (error) => send({ id: BACKGROUND, error: describeError(error) }));
  // One call at a time: the store has one writer.
  let previous: Promise<void> = Promise.resolve();
  parentPort?.on('message', ({ id, name, argument }: Call) => {
    previous = previous.then(async () => {
      try {
        if (name === END) {
          await background?.end();
          send({ id });
          return;
        }
        send({ id, value: await ENGINE_METHODS[name](engine, argument as never) });
        background?.wake();
      } catch (error) {
        send({ id, error: describeError(error) });
      }
    });
  });
}

function isThreadData(data: unknown): data is ThreadData {
  return typeof data === 'object' && data !== null && 'role' in data && data.role === ROLE;
}

if (!isMainThread && isThreadData(workerData)) {
  await runEngine(workerData);
}
