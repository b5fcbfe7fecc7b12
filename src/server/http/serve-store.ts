import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { defined } from '../../core/defined.ts';
import { UserError } from '../../core/error.ts';
import { DEFAULT_TENANT } from '../access/principal.ts';
import { createToken } from '../access/secret.ts';
import type { EngineSetting } from '../engine/engine.ts';
import type { CallEngine } from '../engine/engine-methods.ts';
import { startEngineThread } from '../engine/engine-thread.ts';
import type { FleetPolicy } from '../engine/fleet-policy.ts';
import type { StoreChange } from '../engine/update-store.ts';
import { startPageThread } from '../pages/page-thread.ts';
import { Store } from '../store/store.ts';
import { digestKey } from '../store/stored-text.ts';
import { createApp } from './create-app.ts';
import { Credentials } from './credentials.ts';
import { ADDRESS_FILE } from './server-address.ts';

export interface ServeSetting extends Omit<EngineSetting, 'messages'> {
  /** Hosts in a private network that may receive messages. */
  readonly allowedHosts?: readonly string[];
  /** The policy of all images; if absent, it stays as it is. */
  readonly policy?: FleetPolicy;
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Milliseconds since 1970. */
  readonly getTime: () => number;
  /** Receives the effects of an update of the advisory database. */
  readonly onUpdate: (change: StoreChange) => void;
  /** Receives problems that do not end the server. */
  readonly onProblem: (error: unknown) => void;
}

export interface RunningServer extends AsyncDisposable {
  /** Removes the file by which programs find the server. */
  removeAddress(): void;
  readonly url: string;
  /** Works once, for 15 minutes. */
  readonly signInUrl: string;
  /** Rejects if the engine fails. */
  readonly failed: Promise<never>;
}

const STORE_ID_CHARS = 12;
const CHECK_MILLISECONDS = 2_000;

/**
 * Serves a store over HTTP. Programs of the same user find the address and a token in a private
 * file in its directory.
 *
 * @throws UserError if the store or the database cannot be opened, or the address is in use
 */
export async function serveStore(setting: ServeSetting): Promise<RunningServer> {
  const { folder, database, maxAgeDays, databaseUrl, host, getTime } = setting;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const now = new Date(getTime()).toISOString();
  const { allowedHosts = [] } = setting;
  const messages = { allowedHosts, source: `http://${host}:${setting.port}` };
  const engineSetting = { folder, messages, ...defined({ database, maxAgeDays, databaseUrl }) };
  const engine = await startEngineThread(engineSetting, {
    now,
    onProblem: setting.onProblem,
  });
  if (setting.policy !== undefined) {
    await engine.call('setPolicy', { policy: setting.policy, now });
  }
  const pages = startPageThread({ folder, ...defined({ maxAgeDays, databaseUrl }) });
  const token = createToken();
  const reader = await Store.open({ folder, ...defined({ databaseUrl }) });
  const tenant = DEFAULT_TENANT;
  const { call } = engine;
  const credentials = new Credentials({ token, tenant, db: reader.db, call });
  const hosts = new Set<string>();
  const app = createApp({
    call,
    tenant,
    readPage: pages.readPage,
    credentials,
    hosts,
    storeId: digestKey(databaseUrl ?? folder).slice(0, STORE_ID_CHARS),
    getTime,
    onProblem: setting.onProblem,
  });
  const server = createAdaptorServer({ fetch: app.fetch });
  const port = await listen(server, host, setting.port);
  const url = `http://${host}:${port}`;
  hosts.add(`${host}:${port}`).add(`localhost:${port}`);
  writeAddress(folder, { url, token });
  const removeAddress = (): void => rmSync(join(folder, ADDRESS_FILE), { force: true });
  const timer = watchDatabase(engine.call, setting);
  return {
    url,
    signInUrl: `${url}/sign-in/${credentials.createLink(getTime())}`,
    failed: Promise.race([engine.failed, pages.failed]),
    removeAddress,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      removeAddress();
      server.close();
      await pages[Symbol.asyncDispose]();
      await reader[Symbol.asyncDispose]();
      await engine[Symbol.asyncDispose]();
    },
  };
}

/** Applies changes of the advisory database soon after it was replaced, one at a time. */
function watchDatabase(
  call: CallEngine,
  { getTime, onUpdate, onProblem }: ServeSetting,
): NodeJS.Timeout {
  let isChecking = false;
  const check = async (): Promise<void> => {
    isChecking = true;
    try {
      const change = await call('refresh', new Date(getTime()).toISOString());
      if (change !== undefined) {
        onUpdate(change);
      }
    } catch (error) {
      onProblem(error);
    } finally {
      isChecking = false;
    }
  };
  return setInterval(() => {
    if (!isChecking) {
      void check();
    }
  }, CHECK_MILLISECONDS);
}

function listen(
  server: ReturnType<typeof createAdaptorServer>,
  host: string,
  port: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new UserError('E_NETWORK', `could not listen on ${host}:${port}`, {
          hint: 'choose another address: --listen HOST:PORT',
          cause,
        }),
      ),
    );
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function writeAddress(folder: string, address: { readonly url: string; readonly token: string }) {
  const path = join(folder, ADDRESS_FILE);
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify(address)}\n`, { mode: 0o600 });
  renameSync(fresh, path);
}
