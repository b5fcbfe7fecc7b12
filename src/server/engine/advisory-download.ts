import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { isRefreshDue, refreshDatabase } from '../../assess/database-refresh.ts';
import type { Ports } from '../../assess/ports.ts';
import type { DatabaseRequest } from '../../assess/request.ts';
import { SILENT } from '../../foundation/core/progress.ts';

/** How a server downloads advisories; plain data. */
export interface DownloadSetting {
  readonly database: DatabaseRequest;
  readonly network: Ports['network'];
  readonly environment: Ports['environment'];
}

export interface DownloadOptions {
  /** Milliseconds since 1970. */
  readonly getTime: () => number;
  /** Receives why advisories could not be downloaded. */
  readonly notify: (message: string) => void;
  /** Milliseconds between checks whether a download is due. */
  readonly pauseMs?: number;
}

/** Marks the data of a thread that runs this module. */
const ROLE = 'plimsoll-download';

interface ThreadData {
  readonly role: typeof ROLE;
  readonly setting: DownloadSetting;
  /** RFC 3339 */
  readonly now: string;
}

const CHECK_MILLISECONDS = 60_000;

/**
 * Downloads advisories when they are due by the rule of all commands: if there are none, if they
 * are too old, and every two hours. A thread of its own imports them, and the server notices the
 * new database as any other.
 */
export function startDownloads(
  setting: DownloadSetting,
  { getTime, notify, pauseMs = CHECK_MILLISECONDS }: DownloadOptions,
): AsyncDisposable {
  let running: Worker | undefined;
  const downloadDue = (): void => {
    const now = new Date(getTime()).toISOString();
    if (running !== undefined || !isRefreshDue(setting.database, createPorts(setting, now))) {
      return;
    }
    const data: ThreadData = { role: ROLE, setting, now };
    running = new Worker(new URL(import.meta.url), { workerData: data });
    running.on('message', notify);
    running.on('error', (error: Error) => notify(error.message));
    running.on('exit', () => {
      running = undefined;
    });
  };
  downloadDue();
  const timer = setInterval(downloadDue, pauseMs);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await running?.terminate();
    },
  };
}

function createPorts({ network, environment }: DownloadSetting, now: string): Ports {
  return {
    now,
    machineTime: now,
    progress: SILENT,
    resources: new DisposableStack(),
    network,
    environment,
    temporaryFolder: '',
    notify: () => undefined,
  };
}

async function runDownload({ setting, now }: ThreadData): Promise<void> {
  const ports = createPorts(setting, now);
  using _resources = ports.resources;
  for (const { message } of await refreshDatabase(setting.database, ports)) {
    parentPort?.postMessage(message);
  }
}

function isThreadData(data: unknown): data is ThreadData {
  return typeof data === 'object' && data !== null && 'role' in data && data.role === ROLE;
}

if (!isMainThread && isThreadData(workerData)) {
  await runDownload(workerData);
}
