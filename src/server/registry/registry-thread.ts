import { setTimeout as pause } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { CacheOptions } from '../../assess/scan-options.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { type DocumentSetting, openDocuments } from '../store/documents.ts';
import { Store, type StoreSetting } from '../store/store.ts';
import { createDocumentTrust, type DocumentTrust } from './document-trust.ts';
import { RegistryWatcher } from './registry-watcher.ts';

/** Marks the data of a thread that runs this module as the watcher of registries. */
const ROLE = 'plimsoll-registry';
/** The pause between searches for events and changes. */
const SEARCH_MS = 1_000;
/** The pause after an error, or before a thread that ended is started again. */
const FAILURE_MS = 10_000;
/** Megabytes; an image that needs more ends the thread, and is tried again later. */
const MEMORY_MAX = 2_048;

export interface RegistryThreadSetting extends StoreSetting, DocumentSetting {
  /** Hosts that may be in a private network. */
  readonly allowedHosts: readonly string[];
  /** Whose signatures on attached documents count; absent for none. */
  readonly trust?: DocumentTrust;
  /** Facts of layers, which are not fetched again; absent for none. */
  readonly cache?: CacheOptions;
}

interface ThreadData {
  readonly role: typeof ROLE;
  readonly setting: RegistryThreadSetting;
}

export interface RegistryThread extends AsyncDisposable {
  /** Ends after the current check or image. */
  end(): Promise<void>;
}

export interface RegistryThreadOptions {
  /** Whether anything is watched; the thread is started when it is. */
  readonly isNeeded: () => Promise<boolean>;
  readonly onProblem: (error: unknown) => void;
}

/**
 * Watches registries on a thread of its own with limited memory, so that reading an image delays
 * neither requests nor the engine. The thread is started again if an image ends it.
 */
export function startRegistryThread(
  setting: RegistryThreadSetting,
  { isNeeded, onProblem }: RegistryThreadOptions,
): RegistryThread {
  const ending = new AbortController();
  const { signal } = ending;
  let worker: Worker | undefined;
  const wait = async (milliseconds: number): Promise<void> => {
    // Rejects when the thread is ended, which is not an error.
    await pause(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
  };
  const keepRunning = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        if (await isNeeded()) {
          worker = createWorker(setting, onProblem);
          await waitForEnd(worker);
          await wait(FAILURE_MS);
        }
      } catch (error) {
        onProblem(error);
        await wait(FAILURE_MS);
      }
      await wait(SEARCH_MS);
    }
  };
  const running = keepRunning();
  return {
    async end() {
      ending.abort();
      worker?.postMessage('end');
      await running;
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      await worker?.terminate();
      await running;
    },
  };
}

function createWorker(
  setting: RegistryThreadSetting,
  onProblem: RegistryThreadOptions['onProblem'],
): Worker {
  const data: ThreadData = { role: ROLE, setting };
  const resourceLimits = { maxOldGenerationSizeMb: MEMORY_MAX };
  const worker = new Worker(new URL(import.meta.url), { workerData: data, resourceLimits });
  worker.on('message', (message: string) => onProblem(new Error(message)));
  return worker;
}

async function waitForEnd(worker: Worker): Promise<void> {
  const ended = Promise.withResolvers<void>();
  worker.once('error', ended.reject);
  worker.once('exit', () => ended.resolve());
  await ended.promise;
}

async function runWatcher({ allowedHosts, cache, trust = {}, ...setting }: RegistryThreadSetting) {
  const ending = new AbortController();
  const { signal } = ending;
  parentPort?.once('message', () => ending.abort());
  await using store = await Store.open(setting);
  const watcher = new RegistryWatcher({
    store,
    documents: openDocuments(setting),
    limits: DEFAULT_LIMITS,
    allowedHosts,
    trust: await createDocumentTrust(trust),
    temporaryFolder: setting.folder,
    ...(cache === undefined ? {} : { cache }),
    getTime: Date.now,
  });
  while (!signal.aborted) {
    let milliseconds = SEARCH_MS;
    try {
      await watcher.checkWatches();
      milliseconds = (await watcher.readNext()) ? 0 : SEARCH_MS;
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      parentPort?.postMessage(text);
      milliseconds = FAILURE_MS;
    }
    await pause(milliseconds, undefined, { signal }).catch(() => undefined);
  }
  parentPort?.unref();
}

function isThreadData(data: unknown): data is ThreadData {
  return typeof data === 'object' && data !== null && 'role' in data && data.role === ROLE;
}

if (!isMainThread && isThreadData(workerData)) {
  await runWatcher(workerData.setting);
}
