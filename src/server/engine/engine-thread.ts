import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type ErrorCode, UserError } from '../../core/error.ts';
import { explainConnection } from '../store/lost-connection.ts';
import { startBackground } from './background.ts';
import { Engine, type EngineSetting } from './engine.ts';
import { type CallEngine, ENGINE_METHODS, type EngineMethod } from './engine-methods.ts';

/** Marks the data of a thread that runs this module as the engine. */
const ROLE = 'plimsoll-engine';

interface ThreadData {
  readonly role: typeof ROLE;
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
  readonly error?: { readonly code?: ErrorCode; readonly message: string; readonly hint?: string };
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

/**
 * Starts the engine on a thread of its own, so that requests are answered while it works. The
 * thread runs this module.
 *
 * @throws UserError if the store or the advisory database cannot be opened
 */
export async function startEngineThread(
  setting: EngineSetting,
  { now, onProblem }: { readonly now: string; readonly onProblem: (error: unknown) => void },
): Promise<EngineThread> {
  const data: ThreadData = { role: ROLE, setting, now };
  const worker = new Worker(new URL(import.meta.url), { workerData: data });
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
  // Reported by the calls that wait, and by whoever waits for it.
  failed.catch((error: unknown) => waiting.forEach((call) => call.reject(error)));
  await opened.promise;
  let last = OPENED;
  const send = async (name: Call['name'], argument: unknown): Promise<unknown> => {
    last += 1;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(last, answer);
    worker.postMessage({ id: last, name, argument } satisfies Call);
    return await answer.promise;
  };
  const call: CallEngine = async (name, argument) => (await send(name, argument)) as never;
  return {
    call,
    async end() {
      await send(END, undefined);
    },
    failed,
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}

function toError({ code, message, hint }: NonNullable<Answer['error']>): Error {
  return code === undefined
    ? new Error(message)
    : new UserError(code, message, hint === undefined ? {} : { hint });
}

function describeError(error: unknown): NonNullable<Answer['error']> {
  if (error instanceof UserError) {
    const { code, message, hint } = error;
    return { code, message, ...(hint === undefined ? {} : { hint }) };
  }
  const explained = explainConnection(error);
  if (explained instanceof UserError) {
    const { code, message } = explained;
    return { code, message };
  }
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

async function runEngine({ setting, now }: ThreadData): Promise<void> {
  const send = (answer: Answer): void => parentPort?.postMessage(answer);
  let engine: Engine;
  try {
    engine = await Engine.open(setting, now);
  } catch (error) {
    send({ id: OPENED, error: describeError(error) });
    return;
  }
  send({ id: OPENED });
  const background = startBackground(engine, (error) =>
    send({ id: BACKGROUND, error: describeError(error) }),
  );
  // One call at a time: the store has one writer.
  let previous: Promise<void> = Promise.resolve();
  parentPort?.on('message', ({ id, name, argument }: Call) => {
    previous = previous.then(async () => {
      try {
        if (name === END) {
          await background.end();
          send({ id });
          return;
        }
        send({ id, value: await ENGINE_METHODS[name](engine, argument as never) });
        background.wake();
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
