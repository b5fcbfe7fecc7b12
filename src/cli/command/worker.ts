import { setTimeout as pause } from 'node:timers/promises';
import { defined } from '../../core/defined.ts';
import { type ErrorCode, UserError } from '../../core/error.ts';
import { startBackground } from '../../server/engine/background.ts';
import type { Engine } from '../../server/engine/engine.ts';
import type { EngineSetting } from '../../server/engine/engine-setting.ts';
import { openChecked } from '../../server/engine/open-checked.ts';
import { isOtherVersion } from '../../server/store/store.ts';
import type { Command, Context } from '../command.ts';
import { readDocumentBucket } from '../document-bucket.ts';
import { getServerDirectory } from '../folders.ts';
import { parseDatabaseUrl } from './serve.ts';

/** Runs the jobs of a store in PostgreSQL until it is interrupted. */
export const worker: Command = { run };

const WAIT_MILLISECONDS = 1_000;
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
  const engine = await openWhenReady(setting, context);
  context.print(`waiting for jobs of the store in ${folder}\n`);
  const failing = Promise.withResolvers<never>();
  const background = startBackground(engine, (error) => {
    if (isOtherVersion(error)) {
      failing.reject(error);
      return;
    }
    context.warn(`warning: ${error instanceof Error ? error.message : String(error)}`);
  });
  // The context ends the process when it is interrupted; its job is taken over.
  try {
    return await failing.promise;
  } finally {
    await background.end();
    await engine[Symbol.asyncDispose]();
  }
}

async function openWhenReady(setting: EngineSetting, { notify }: Context): Promise<Engine> {
  let isTold = false;
  for (;;) {
    try {
      return await openChecked(setting, new Date().toISOString());
    } catch (error) {
      if (!(error instanceof UserError) || !TRANSIENT.has(error.code)) {
        throw error;
      }
      if (!isTold) {
        notify(`waiting: ${error.message}`);
      }
      isTold = true;
      await pause(WAIT_MILLISECONDS);
    }
  }
}
