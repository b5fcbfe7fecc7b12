import { join } from 'node:path';
import { defined } from '../../foundation/core/defined.ts';
import { type CiRole, CiTokens } from '../access/ci-token.ts';
import { Oidc, type OidcSetting } from '../access/oidc.ts';
import { DEFAULT_TENANT } from '../access/principal.ts';
import { createToken } from '../access/secret.ts';
import { type EngineThread, startEngineThread } from '../engine/engine-thread.ts';
import { type PageThread, startPageThread } from '../pages/page-thread.ts';
import { type RegistryThread, startRegistryThread } from '../registry/registry-thread.ts';
import { hasRegistryWatches } from '../registry/watch-store.ts';
import { identifyStore, isOtherVersion, Store } from '../store/store.ts';
import { toTenantStore } from '../store/tenant-store.ts';
import { createApp } from './create-app.ts';
import { Credentials } from './credentials.ts';
import { watchDatabase } from './database-watch.ts';
import { listLocalHosts, listServerNames } from './public-address.ts';
import type { ServeSetting, TenantSetting } from './serve-setting.ts';
import type { TenantState } from './server-state.ts';

/** A tenant of a running server. */
export interface ServedTenant {
  readonly setting: TenantSetting;
  /** Directory of its store. */
  readonly folder: string;
  /** The secret of programs of the same user. */
  readonly token: string;
  readonly credentials: Credentials;
  /** Origins of its pages by host; complete when the server listens. */
  readonly origins: Map<string, string>;
  answer(request: Request): Response | Promise<Response>;
  /** Rejects if a part of it fails. */
  readonly failed: Promise<never>;
  /** Starts no more checks of advisories. */
  stop(): void;
  /** Ends the current job. */
  end(): Promise<void>;
}

/**
 * Opens the store of one tenant with threads, users and addresses of its own. Tenants share nothing
 * but the process, its listener and the advisory database.
 *
 * @throws UserError if the store or the database cannot be opened
 */
export async function openTenant(
  server: ServeSetting,
  state: TenantState,
  resources: AsyncDisposableStack,
): Promise<ServedTenant> {
  const { name, publicUrl, policy } = state.tenant;
  const setting: ServeSetting = {
    ...chooseTenantSetting(server, name),
    ...defined({ publicUrl, policy }),
  };
  const onProblem = (error: unknown): void => server.onProblem(error, name);
  const { engine, pages, reader, registries } = await openParts(setting, name, resources);
  const { getTime } = setting;
  const origins = new Map<string, string>();
  const token = createToken();
  const credentials = new Credentials({ token, tenant: name, db: reader.db, call: engine.call });
  const { secureHost } = listServerNames(setting.host, 0, state.tenant);
  const app = createApp({
    call: engine.call,
    tenant: name,
    readPage: pages.readPage,
    credentials,
    names: { origins, ...defined({ secureHost }) },
    storeId: identifyStore(setting),
    getTime,
    ...(setting.oidc === undefined ? {} : { oidc: new Oidc(setting.oidc, name) }),
    ...defined({ requestsEachMinute: setting.requestsEachMinute }),
    ...createCiTokens(setting),
    onProblem,
    onRequest: (record) => {
      state.metrics.addRequest(record);
      server.onRequest?.(record, name);
    },
  });
  const watch = watchDatabase(engine.call, {
    ...defined({ database: setting.database }),
    getTime,
    onUpdate: (change, milliseconds) => {
      pages.prepare(getTime());
      state.metrics.addUpdate(milliseconds);
      server.onUpdate(change, name);
    },
    onCheck: (times) => {
      state.advisoryTimes = times;
    },
    onProblem,
  });
  resources.defer(() => watch.stop());
  state.reader = reader;
  const failed = Promise.race([engine.failed, pages.failed, watch.failed]);
  // It is awaited after all tenants are open; a rejection is not unhandled until then.
  failed.catch(() => undefined);
  return {
    setting: state.tenant,
    folder: setting.folder,
    token,
    credentials,
    origins,
    answer: (request) => app.fetch(request),
    failed,
    stop: () => watch.stop(),
    async end() {
      await watch.end();
      await registries.end();
      await engine.end();
    },
  };
}

/** Returns the setting of one tenant, with its store and its roles. */
export function chooseTenantSetting(setting: ServeSetting, name: string): ServeSetting {
  const { publicUrl: _, oidc, ciRoles = [], cache, ...own } = toTenantStore(setting, name);
  const isOwn = ({ tenant = DEFAULT_TENANT }: CiRole | OidcSetting['roles'][number]): boolean =>
    tenant === name;
  return {
    ...own,
    ...(oidc === undefined ? {} : { oidc: { ...oidc, roles: oidc.roles.filter(isOwn) } }),
    ciRoles: ciRoles.filter(isOwn),
    // Layers that another tenant has read are fetched again: a digest does not prove access to one.
    ...(cache === undefined ? {} : { cache: { ...cache, ...chooseCacheFolder(own, name) } }),
  };
}

function chooseCacheFolder({ folder }: ServeSetting, name: string): { readonly folder?: string } {
  return name === DEFAULT_TENANT ? {} : { folder: join(folder, 'facts') };
}

/** Tokens are made for the public address: without one, there are none. */
function createCiTokens({ ciRoles = [], publicUrl }: ServeSetting): {
  readonly ciTokens?: CiTokens;
} {
  return publicUrl === undefined || ciRoles.length === 0
    ? {}
    : { ciTokens: new CiTokens({ roles: ciRoles, audience: publicUrl.origin }) };
}

interface TenantParts {
  readonly engine: EngineThread;
  readonly pages: PageThread;
  readonly reader: Store;
  readonly registries: RegistryThread;
}

async function openParts(
  setting: ServeSetting,
  name: string,
  resources: AsyncDisposableStack,
): Promise<TenantParts> {
  const { folder, database, databaseUrl, schema, bucket, allowedHosts = [], publicUrl } = setting;
  const place = { folder, ...defined({ databaseUrl, schema, bucket }) };
  const shared = { ...place, ...defined({ maxAgeDays: setting.maxAgeDays }) };
  const now = new Date(setting.getTime()).toISOString();
  const [local] = listLocalHosts(setting.host, name);
  const source = publicUrl?.origin ?? `http://${local}:${setting.port}`;
  const { mail, secretsKey } = setting;
  const messages = { allowedHosts, source, ...defined({ mail, secretsKey }) };
  // The watch ends the server when a newer program updated the store.
  const onProblem = (error: unknown): void => {
    if (!isOtherVersion(error)) {
      setting.onProblem(error, name);
    }
  };
  const engine = resources.use(
    await startEngineThread({ ...shared, messages, ...defined({ database }) }, { now, onProblem }),
  );
  if (setting.policy !== undefined) {
    await engine.call('setPolicy', { policy: setting.policy, now });
  }
  const isLazy = name !== DEFAULT_TENANT;
  const pages = resources.use(startPageThread(shared, { isLazy }));
  pages.prepare(setting.getTime());
  const reader = resources.use(await Store.open(place));
  const registries = resources.use(
    startRegistryThread(
      { ...place, allowedHosts, ...defined({ cache: setting.cache, trust: setting.trust }) },
      { isNeeded: async () => await hasRegistryWatches(reader), onProblem },
    ),
  );
  return { engine, pages, reader, registries };
}
