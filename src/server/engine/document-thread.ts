import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { UserError } from '../../foundation/core/error.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { writeInventoryDocument } from './inventory-document.ts';
import { readAnyDocument } from './read-any-document.ts';
import { describeError, type ThreadError, toError } from './thread-error.ts';
import { THREAD_MEMORY } from './thread-memory.ts';
import { readSentVex, type SentVex } from './vex-statements.ts';

/** Marks the data of a thread that runs this module. */
const ROLE = 'plimsoll-document';

/** Memory and time for one document. */
export interface DocumentLimits {
  readonly memoryMbMax: number;
  readonly timeMsMax: number;
}

const USUAL_LIMITS: DocumentLimits = { memoryMbMax: 512, timeMsMax: 60_000 };
/** After this time without a document, the thread ends and its memory is free. */
const IDLE_MS_MAX = 30_000;

/** Only `convert` has an answer, an inventory: the others only read documents to the end. */
type Question =
  | { readonly work: 'check' | 'convert'; readonly document: Uint8Array }
  | { readonly work: 'check-vex'; readonly documents: readonly SentVex[] };

interface Answer {
  /** Empty if it was only checked. */
  readonly inventory?: Uint8Array;
  readonly error?: ThreadError;
}

/**
 * Reads documents of others on a thread of its own, one at a time. A document that needs too much
 * memory or time ends only this thread.
 */
export class DocumentThread implements AsyncDisposable {
  readonly #limits: DocumentLimits;
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(limits: DocumentLimits = USUAL_LIMITS) {
    this.#limits = limits;
  }

  /**
   * Converts an SBOM of any format into an inventory, as `writeInventoryDocument` writes it.
   *
   * @throws UserError `E_LIMIT`, or as `readAnyDocument`
   */
  async convert(document: Uint8Array): Promise<Uint8Array> {
    return await this.#ask({ work: 'convert', document });
  }

  /** Reads a document to the end, and throws as `convert`. */
  async requireReadable(document: Uint8Array): Promise<void> {
    await this.#ask({ work: 'check', document });
  }

  /**
   * Reads VEX documents to the end, only to enforce the limits: the engine reads them again with
   * the image that they are about, and reports their errors.
   *
   * @throws UserError `E_LIMIT`
   */
  async requireVex(documents: readonly SentVex[]): Promise<void> {
    await this.#ask({ work: 'check-vex', documents });
  }

  async #ask(question: Question): Promise<Uint8Array> {
    const reading = this.#last.then(async () => await this.#readNext(question));
    this.#last = reading.catch(() => undefined);
    const { inventory, error } = await reading;
    if (inventory === undefined) {
      throw toError(error ?? { message: 'the thread has no answer' });
    }
    return inventory;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }

  async #readNext(question: Question): Promise<Answer> {
    clearTimeout(this.#idle);
    const worker = this.#worker ?? this.#start();
    const answer = Promise.withResolvers<Answer>();
    const timer = setTimeout(
      () => answer.reject(new UserError('E_LIMIT', 'reading the document takes too long')),
      this.#limits.timeMsMax,
    );
    worker.once('message', answer.resolve);
    worker.once('error', answer.reject);
    const rejectEnded = (): void => answer.reject(new Error('the thread has ended'));
    worker.once('exit', rejectEnded);
    worker.postMessage(question);
    try {
      return await answer.promise;
    } catch (error) {
      await this.#end();
      throw this.#explain(error);
    } finally {
      clearTimeout(timer);
      worker.off('message', answer.resolve);
      worker.off('error', answer.reject);
      worker.off('exit', rejectEnded);
      this.#idle = setTimeout(() => void this.#end(), IDLE_MS_MAX);
      this.#idle.unref();
    }
  }

  #start(): Worker {
    const worker = new Worker(new URL(import.meta.url), {
      workerData: { role: ROLE },
      resourceLimits: { ...THREAD_MEMORY, maxOldGenerationSizeMb: this.#limits.memoryMbMax },
    });
    // Without a listener, an error would end the process.
    worker.on('error', () => undefined);
    this.#worker = worker;
    return worker;
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #explain(error: unknown): unknown {
    const isMemory =
      error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    const { memoryMbMax } = this.#limits;
    return isMemory
      ? new UserError('E_LIMIT', `reading the document needs more than ${memoryMbMax} MB of memory`)
      : error;
  }
}

function isThreadData(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'role' in data && data.role === ROLE;
}

function answerQuestion(question: Question): Uint8Array {
  if (question.work === 'check-vex') {
    readSentVex(question.documents, DEFAULT_LIMITS);
    return new Uint8Array();
  }
  const pushed = readAnyDocument(question.document);
  return question.work === 'convert' ? writeInventoryDocument(pushed) : new Uint8Array();
}

if (!isMainThread && isThreadData(workerData)) {
  parentPort?.on('message', (question: Question) => {
    let answer: Answer;
    try {
      answer = { inventory: answerQuestion(question) };
    } catch (error) {
      answer = { error: describeError(error) };
    }
    parentPort?.postMessage(answer);
  });
}
