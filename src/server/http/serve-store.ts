import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import { readLayerStamp } from '../../advisory/layer.ts';
import type { CacheOptions } from '../../assess/scan-options.ts';
import { assert } from '../../core/assert.ts';
import { defined } from '../../core/defined.ts';
import { UserError } from '../../core/error.ts';
import { isLoopbackHost } from '../../http/loopback-host.ts';
import { type CiRole, CiTokens } from '../access/ci-token.ts';
import { Oidc, type OidcSetting } from '../access/oidc.ts';
import { DEFAULT_TENANT } from '../access/principal.ts';
import { createToken } from '../access/secret.ts';
import { type DownloadSetting, startDownloads } from '../engine/advisory-download.ts';
import type { CallEngine } from '../engine/engine-methods.ts';
import type { EngineSetting } from '../engine/engine-setting.ts';
import { type EngineThread, startEngineThread } from '../engine/engine-thread.ts';
import type { FleetPolicy } from '../engine/fleet-policy.ts';
import type { StoreChange } from '../engine/update-store.ts';
import type { MailSetting } from '../notify/mail-setting.ts';
import { type PageThread, startPageThread } from '../pages/page-thread.ts';
import { type RegistryThread, startRegistryThread } from '../registry/registry-thread.ts';
import { hasRegistryWatches } from '../registry/watch-store.ts';
import { isOtherVersion, Store } from '../store/store.ts';
import { digestKey } from '../store/stored-text.ts';
import { createApp } from './create-app.ts';
import { Credentials } from './credentials.ts';
import { type HealthServer, startHealthServer } from './health-server.ts';
import { Metrics } from './metrics.ts';
import { listServerNames } from './public-address.ts';
import type { RequestRecord } from './request-record.ts';
import { ADDRESS_FILE } from './server-address.ts';

export interface ServeSetting extends Omit<EngineSetting, 'messages'> {
  /** Hosts in a private network that may receive messages. */
  readonly allowedHosts?: readonly string[];
  /** How email is sent; absent if the server sends none. */
  readonly mail?: MailSetting;
  /** Facts of the layers of watched images; absent for none. */
  readonly cache?: CacheOptions;
  /** The policy of all images; if absent, it stays as it is. */
  readonly policy?: FleetPolicy;
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Signs people in; absent without an identity provider. */
  readonly oidc?: OidcSetting;
  /** Roles of CI jobs, which are recognized by tokens of their providers. */
  readonly ciRoles?: readonly CiRole[];
  /** Address under which others reach the server through a proxy with TLS. */
  readonly publicUrl?: URL;
  /** Address of the health checks and metrics; absent for none. */
  readonly health?: { readonly host: string; readonly port: number };
  /** Requests of each token in a minute; see `rate-limit.ts`. */
  readonly requestsEachMinute?: number;
  /** Receives each request after it was answered. */
  readonly onRequest?: (record: RequestRecord) => void;
  /** Milliseconds since 1970. */
  readonly getTime: () => number;
  /** Receives the effects of an update of the advisory database. */
  readonly onUpdate: (change: StoreChange) => void;
  /** How advisories are downloaded; absent if another program does. */
  readonly download?: DownloadSetting;
  /** Receives messages for the person who runs the server. */
  readonly onMessage?: (message: string) => void;
  /** Receives problems that do not end the server. */
  readonly onProblem: (error: unknown) => void;
}

export interface RunningServer extends AsyncDisposable {
  /** Removes the file by which programs find the server. */
  removeAddress(): void;
  readonly url: string;
  /** Address of the health checks and metrics; absent for none. */
  readonly healthUrl?: string;
  /** Accepts no more requests, and ends those in flight and the current job. */
  drain(): Promise<void>;
  /** Works once, for 15 minutes. */
  readonly signInUrl: string;
  /** Rejects if the engine fails. */
  readonly failed: Promise<never>;
}

const STORE_ID_CHARS = 12;
/** The advisories of other processes, and those that a person pins, are used within this time. */
const CHECK_MILLISECONDS = 2_000;
/** A database that was replaced is used within this time. */
const LOOK_MILLISECONDS = 250;
/** Requests in flight, and then the current job, may take this long when the server ends. */
const DRAIN_MS_MAX = 10_000;

type HttpServer = ReturnType<typeof createAdaptorServer>;

/**
 * Serves a store over HTTP. Programs of the same user find the address and a token in a private
 * file in its directory.
 *
 * @throws UserError if the store or the database cannot be opened, or the address is in use
 */
export async function serveStore(setting: ServeSetting): Promise<RunningServer> {
  const { folder, getTime, publicUrl } = setting;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const state: ServerState = { metrics: new Metrics(), isEnding: false };
  await using resources = new AsyncDisposableStack();
  const healthServer = await startHealth(setting, state);
  if (healthServer !== undefined) {
    resources.use(healthServer);
  }
  const parts = await openParts(setting, resources);
  const { engine, pages, reader, registries } = parts;
  const origins = new Map<string, string>();
  const token = createToken();
  const tenant = DEFAULT_TENANT;
  const credentials = new Credentials({ token, tenant, db: reader.db, call: engine.call });
  const app = createApp({
    call: engine.call,
    tenant,
    readPage: pages.readPage,
    credentials,
    names: { ...listServerNames(setting.host, 0, publicUrl), origins },
    storeId: digestKey(setting.databaseUrl ?? folder).slice(0, STORE_ID_CHARS),
    getTime,
    ...(setting.oidc === undefined ? {} : { oidc: new Oidc(setting.oidc, tenant) }),
    ...defined({ requestsEachMinute: setting.requestsEachMinute }),
    ...createCiTokens(setting),
    onProblem: setting.onProblem,
    onRequest: (record) => {
      state.metrics.addRequest(record);
      setting.onRequest?.(record);
    },
  });
  const server = createAdaptorServer({ fetch: app.fetch });
  const port = await listen(server, setting.host, setting.port);
  listServerNames(setting.host, port, publicUrl).origins.forEach((origin, name) =>
    origins.set(name, origin),
  );
  const url = chooseLocalUrl(setting, port);
  writeAddress(folder, { url, token });
  const removeAddress = (): void => removeOwnAddress(folder, token);
  resources.defer(removeAddress);
  resources.defer(() => void server.close());
  const watch = watchDatabase(engine.call, setting, state);
  resources.defer(() => watch.stop());
  state.reader = reader;
  const owned = resources.move();
  const signInBase = publicUrl?.origin ?? url;
  return {
    url,
    ...defined({ healthUrl: healthServer?.url }),
    signInUrl: `${signInBase}/sign-in/${credentials.createLink(getTime())}`,
    failed: Promise.race([engine.failed, pages.failed, watch.failed]),
    removeAddress,
    async drain() {
      state.isEnding = true;
      removeAddress();
      watch.stop();
      await drainServer(server, async () => {
        await watch.end();
        await registries.end();
        await engine.end();
      });
    },
    async [Symbol.asyncDispose]() {
      await owned.disposeAsync();
    },
  };
}

/** Tokens are made for the public address: without one, there are none. */
function createCiTokens({ ciRoles = [], publicUrl }: ServeSetting): {
  readonly ciTokens?: CiTokens;
} {
  return publicUrl === undefined || ciRoles.length === 0
    ? {}
    : { ciTokens: new CiTokens({ roles: ciRoles, audience: publicUrl.origin }) };
}

interface ServerParts {
  readonly engine: EngineThread;
  readonly pages: PageThread;
  readonly reader: Store;
  readonly registries: RegistryThread;
}

async function openParts(
  setting: ServeSetting,
  resources: AsyncDisposableStack,
): Promise<ServerParts> {
  const { folder, database, databaseUrl, bucket, allowedHosts = [], publicUrl } = setting;
  const shared = { folder, ...defined({ maxAgeDays: setting.maxAgeDays, databaseUrl, bucket }) };
  const now = new Date(setting.getTime()).toISOString();
  const source = publicUrl?.origin ?? `http://${setting.host}:${setting.port}`;
  const messages = { allowedHosts, source, ...defined({ mail: setting.mail }) };
  // The watch ends the server when a newer program updated the store.
  const onProblem = (error: unknown): void => {
    if (!isOtherVersion(error)) {
      setting.onProblem(error);
    }
  };
  const engine = resources.use(
    await startEngineThread({ ...shared, messages, ...defined({ database }) }, { now, onProblem }),
  );
  if (setting.policy !== undefined) {
    await engine.call('setPolicy', { policy: setting.policy, now });
  }
  if (setting.download !== undefined) {
    const notify = (message: string): void => setting.onMessage?.(message);
    resources.use(startDownloads(setting.download, { getTime: setting.getTime, notify }));
  }
  const pages = resources.use(startPageThread(shared));
  const reader = resources.use(await Store.open({ folder, ...defined({ databaseUrl }) }));
  const registries = resources.use(
    startRegistryThread(
      { ...shared, allowedHosts, ...defined({ cache: setting.cache }) },
      { isNeeded: async () => await hasRegistryWatches(reader), onProblem },
    ),
  );
  return { engine, pages, reader, registries };
}

/** The answers to health checks. */
interface ServerState {
  readonly metrics: Metrics;
  /** Absent until the server has started. */
  reader?: Store;
  /** Time of the advisory database, RFC 3339. */
  builtAt?: string;
  isEnding: boolean;
}

/** Starts before the store is opened, because its update may take long. */
async function startHealth(
  { health, getTime }: ServeSetting,
  state: ServerState,
): Promise<HealthServer | undefined> {
  if (health === undefined) {
    return undefined;
  }
  return await startHealthServer(health, {
    isStarted: () => state.reader !== undefined,
    findObstacle: async () => {
      if (state.reader === undefined || state.isEnding) {
        return state.isEnding ? 'the server is ending' : 'the server is starting';
      }
      await state.reader.db.selectFrom('store').select('version').executeTakeFirst();
      return undefined;
    },
    writeMetrics: async () => {
      const { metrics, reader, builtAt } = state;
      assert(reader !== undefined, 'metrics are read from the store');
      return await metrics.write(reader.db, builtAt, getTime());
    },
  });
}

/** Programs of the same user do not need the proxy, unless only it reaches the server. */
function chooseLocalUrl({ host, publicUrl }: ServeSetting, port: number): string {
  if (isLoopbackHost(host)) {
    return `http://${host}:${port}`;
  }
  const isEverywhere = host === '0.0.0.0' || host === '[::]';
  return isEverywhere || publicUrl === undefined ? `http://127.0.0.1:${port}` : publicUrl.origin;
}

async function drainServer(server: HttpServer, endWork: () => Promise<void>): Promise<void> {
  const ended = Promise.withResolvers<void>();
  const timer = setTimeout(ended.resolve, DRAIN_MS_MAX);
  server.close(() => ended.resolve());
  if ('closeIdleConnections' in server) {
    server.closeIdleConnections();
  }
  await ended.promise;
  if ('closeAllConnections' in server) {
    server.closeAllConnections();
  }
  await Promise.race([endWork(), pause(DRAIN_MS_MAX, undefined, { ref: false })]);
  clearTimeout(timer);
}

interface DatabaseWatch {
  /** Rejects if a newer program updated the store: then this one must not go on. */
  readonly failed: Promise<never>;
  /** Starts no more checks. */
  stop(): void;
  /** Also waits for the check in flight, which calls the engine. */
  end(): Promise<void>;
}

/** Applies changes of the advisory database soon after it was replaced, one at a time. */
function watchDatabase(
  call: CallEngine,
  { database, getTime, onUpdate, onProblem }: ServeSetting,
  state: ServerState,
): DatabaseWatch {
  let last = { stamp: '', at: Number.NEGATIVE_INFINITY };
  let running: Promise<void> | undefined;
  const failing = Promise.withResolvers<never>();
  // The caller of `serveStore` awaits it; until then, a rejection is not an unhandled one.
  failing.promise.catch(() => undefined);
  const check = async (): Promise<void> => {
    const begin = performance.now();
    try {
      const change = await call('refresh', new Date(getTime()).toISOString());
      if (change !== undefined) {
        state.metrics.addUpdate(performance.now() - begin);
        onUpdate(change);
      }
      state.builtAt = await call('readAdvisoryTime', undefined);
    } catch (error) {
      if (isOtherVersion(error)) {
        failing.reject(error);
      } else {
        onProblem(error);
      }
    }
  };
  const look = async (): Promise<void> => {
    const stamp = database === undefined ? '' : await readLayerStamp(database);
    const at = performance.now();
    if (stamp !== last.stamp || at - last.at >= CHECK_MILLISECONDS) {
      last = { stamp, at };
      await check();
    }
  };
  const timer = setInterval(() => {
    running ??= look().finally(() => {
      running = undefined;
    });
  }, LOOK_MILLISECONDS);
  const stop = (): void => clearInterval(timer);
  return {
    failed: failing.promise,
    stop,
    async end() {
      stop();
      await running;
    },
  };
}

function listen(server: HttpServer, host: string, port: number): Promise<number> {
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

/** Another server of the same directory may have replaced it. */
function removeOwnAddress(folder: string, token: string): void {
  const path = join(folder, ADDRESS_FILE);
  if (existsSync(path) && readFileSync(path, 'utf8').includes(JSON.stringify(token))) {
    rmSync(path, { force: true });
  }
}

function writeAddress(folder: string, address: { readonly url: string; readonly token: string }) {
  const path = join(folder, ADDRESS_FILE);
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify(address)}\n`, { mode: 0o600 });
  renameSync(fresh, path);
}
