import { setTimeout as pause } from 'node:timers/promises';
import { defined } from '../../../foundation/core/defined.ts';
import { type ErrorCode, UserError } from '../../../foundation/core/error.ts';
import { DEFAULT_TENANT } from '../../../server/access/principal.ts';
import { startBackground } from '../../../server/engine/background.ts';
import type { Engine } from '../../../server/engine/engine.ts';
import type { EngineSetting } from '../../../server/engine/engine-setting.ts';
import { openChecked } from '../../../server/engine/open-checked.ts';
import { isOtherVersion } from '../../../server/store/store.ts';
import { listTenants, toTenantStore } from '../../../server/store/tenant-store.ts';
import type { Command, Context } from '../../command.ts';
import { readDocumentBucket } from '../../document-bucket.ts';
import { getServerDirectory } from '../../folders.ts';
import { parseDatabaseUrl } from '../serve.ts';

/** Runs the jobs of all tenants of a store in PostgreSQL until it is interrupted. */
export const worker: Command = { run };

const WAIT_MILLISECONDS = 1_000;
const SEARCH_MILLISECONDS = 5_000;
/** A server or the database may be starting at the same time. */
const TRANSIENT: ReadonlySet<ErrorCode> = new Set(['E_DB_MISSING', 'E_STORE_UNREACHABLE']);

async function run(context: Context): Promise<never> {
  const { values } = context.resolved;
  const databaseUrl = parseDatabaseUrl(context);
  if (databaseUrl === undefined) {
    throw new UserError(
      'E_USAGE',
      'a worker needs --database: "plimsoll serve" works on SQLite alone',
      {
        hint: 'name it, for example: --database postgres://plimsoll@db.example/plimsoll',
      },
    );
  }
  const folder = getServerDirectory(values, context.environment);
  const bucket = readDocumentBucket(values, context.environment);
  const setting = { folder, ...defined({ databaseUrl, bucket }), maxAgeDays: values.dbMaxAge };
  const failing = Promise.withResolvers<never>();
  const ending = new AbortController();
  const works = new Map<string, Promise<AsyncDisposable>>();
  // A server may add tenants later.
  const startAll = (): void => {
    for (const tenant of [DEFAULT_TENANT, ...listTenants(folder)]) {
      if (!works.has(tenant)) {
        const work = startWork(toTenantStore(setting, tenant), context, {
          signal: ending.signal,
          onFailure: failing.reject,
        });
        work.catch(failing.reject);
        works.set(tenant, work);
      }
    }
  };
  startAll();
  const timer = setInterval(startAll, SEARCH_MILLISECONDS);
  // The context ends the process when it is interrupted; its jobs are taken over.
  try {
    return await failing.promise;
  } finally {
    clearInterval(timer);
    ending.abort();
    const started = await Promise.allSettled(works.values());
    for (const one of started) {
      if (one.status === 'fulfilled') {
        await one.value[Symbol.asyncDispose]();
      }
    }
  }
}

interface WorkOptions {
  readonly signal: AbortSignal;
  readonly onFailure: (error: unknown) => void;
}

/** Runs the jobs of one tenant. */
async function startWork(
  setting: EngineSetting,
  context: Context,
  { signal, onFailure }: WorkOptions,
): Promise<AsyncDisposable> {
  const engine = await openWhenReady(setting, context, signal);
  context.print(`waiting for jobs of the store in ${setting.folder}\n`);
  const background = startBackground(engine, (error) => {
    if (isOtherVersion(error)) {
      onFailure(error);
      return;
    }
    context.warn(`warning: ${error instanceof Error ? error.message : String(error)}`);
  });
  return {
    async [Symbol.asyncDispose]() {
      await background.end();
      await engine[Symbol.asyncDispose]();
    },
  };
}

async function openWhenReady(
  setting: EngineSetting,
  { notify }: Context,
  signal: AbortSignal,
): Promise<Engine> {
  let isTold = false;
  for (;;) {
    try {
      return await openChecked(setting, new Date().toISOString());
    } catch (error) {
      if (signal.aborted || !(error instanceof UserError) || !TRANSIENT.has(error.code)) {
        throw error;
      }
      if (!isTold) {
        notify(`waiting for the store in ${setting.folder}: ${error.message}`);
      }
      isTold = true;
      await pause(WAIT_MILLISECONDS);
    }
  }
}
