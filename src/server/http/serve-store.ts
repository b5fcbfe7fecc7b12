import { mkdirSync } from 'node:fs';
import { defined } from '../../foundation/core/defined.ts';
import { isLoopbackHost } from '../../foundation/http/loopback-host.ts';
import { DEFAULT_TENANT } from '../access/principal.ts';
import { startDownloads } from '../engine/advisory-download.ts';
import { Metrics } from './metrics.ts';
import { listLocalHosts, listServerNames } from './public-address.ts';
import type { ServeSetting, TenantSetting } from './serve-setting.ts';
import { openTenant, type ServedTenant } from './serve-tenant.ts';
import { removeServerAddress, type ServerAddress, writeServerAddress } from './server-address.ts';
import { type ServerState, startHealth, type TenantState } from './server-state.ts';
import { createTenantServer, drainServer, listen } from './tenant-server.ts';

/** The addresses of a tenant for people. */
export interface TenantAddress {
  readonly name: string;
  readonly url: string;
  /** Works once, for 15 minutes. */
  readonly signInUrl: string;
}

export interface RunningServer extends AsyncDisposable {
  /** Removes the files by which programs find the server. */
  removeAddresses(): void;
  /** The address of the default tenant for programs on this machine. */
  readonly url: string;
  /** Address of the health checks and metrics; absent for none. */
  readonly healthUrl?: string;
  /** The default tenant first. */
  readonly tenants: readonly TenantAddress[];
  /** Accepts no more requests, and ends those in flight and the current jobs. */
  drain(): Promise<void>;
  /** Rejects if the engine of a tenant fails. */
  readonly failed: Promise<never>;
}

/**
 * Serves the stores of one or several tenants over HTTP. Programs of the same user find the address
 * and a token in a private file in the directory of each store.
 *
 * @throws UserError if a store or the database cannot be opened, or the address is in use
 */
export async function serveStore(setting: ServeSetting): Promise<RunningServer> {
  const { getTime, health, download, publicUrl } = setting;
  mkdirSync(setting.folder, { recursive: true, mode: 0o700 });
  const first = createState({ name: DEFAULT_TENANT, ...defined({ publicUrl }) });
  const others = (setting.tenants ?? []).map(createState);
  const state: ServerState = { tenants: [first, ...others], isEnding: false };
  await using resources = new AsyncDisposableStack();
  const healthServer =
    health === undefined ? undefined : resources.use(await startHealth(health, state, getTime));
  if (download !== undefined) {
    const notify = (message: string): void => setting.onMessage?.(message);
    resources.use(startDownloads(download, { getTime, notify }));
  }
  const usual = await openTenant(setting, first, resources);
  const tenants = [usual];
  for (const one of others) {
    tenants.push(await openTenant(setting, one, resources));
  }
  const hosts = new Map<string, ServedTenant>();
  const server = createTenantServer(hosts, usual);
  const port = await listen(server, setting.host, setting.port);
  resources.defer(() => void server.close());
  for (const tenant of tenants) {
    listServerNames(setting.host, port, tenant.setting).origins.forEach((origin, host) => {
      tenant.origins.set(host, origin);
      hosts.set(host, tenant);
    });
    const { token } = tenant;
    writeServerAddress(tenant.folder, { ...chooseLocalAddress(setting, tenant, port), token });
  }
  const removeAddresses = (): void =>
    tenants.forEach(({ folder, token }) => removeServerAddress(folder, token));
  resources.defer(removeAddresses);
  const failed = Promise.race(tenants.map((tenant) => tenant.failed));
  failed.catch(() => undefined);
  const owned = resources.move();
  return {
    url: chooseLocalUrl(setting, port),
    tenants: tenants.map((tenant) => createTenantAddress(setting, tenant, port)),
    ...defined({ healthUrl: healthServer?.url }),
    failed,
    removeAddresses,
    async drain() {
      state.isEnding = true;
      removeAddresses();
      tenants.forEach((tenant) => tenant.stop());
      await drainServer(server, async () => {
        await Promise.all(tenants.map(async (tenant) => await tenant.end()));
      });
    },
    async [Symbol.asyncDispose]() {
      await owned.disposeAsync();
    },
  };
}

function createState(tenant: TenantSetting): TenantState {
  return { tenant, metrics: new Metrics() };
}

/** Creates the addresses of a tenant for people. */
function createTenantAddress(
  setting: ServeSetting,
  { setting: { name, publicUrl }, credentials }: ServedTenant,
  port: number,
): TenantAddress {
  const [host] = listLocalHosts(setting.host, name);
  const local = name === DEFAULT_TENANT ? chooseLocalUrl(setting, port) : `http://${host}:${port}`;
  const url = publicUrl?.origin ?? local;
  return { name, url, signInUrl: `${url}/sign-in/${credentials.createLink(setting.getTime())}` };
}

/** Programs of the same user do not need the proxy, unless only it reaches the server. */
function chooseLocalUrl({ host, publicUrl }: ServeSetting, port: number): string {
  if (isLoopbackHost(host)) {
    return `http://${host}:${port}`;
  }
  const isEverywhere = host === '0.0.0.0' || host === '[::]';
  return isEverywhere || publicUrl === undefined ? `http://127.0.0.1:${port}` : publicUrl.origin;
}

/** Resolvers may not know the local name of a tenant, so only the header `Host` has it. */
function chooseLocalAddress(
  setting: ServeSetting,
  { setting: { name, publicUrl } }: ServedTenant,
  port: number,
): Omit<ServerAddress, 'token'> {
  const url = chooseLocalUrl({ ...setting, ...defined({ publicUrl }) }, port);
  const [host] = listLocalHosts(setting.host, name);
  return name === DEFAULT_TENANT || url === publicUrl?.origin
    ? { url }
    : { url, host: `${host}:${port}` };
}
