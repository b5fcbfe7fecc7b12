import { isLoopbackHost } from '../../foundation/http/loopback-host.ts';
import { DEFAULT_TENANT } from '../access/principal.ts';
import type { TenantSetting } from './serve-setting.ts';

/** The names under which a server answers, with the origin of its own pages for each. */
export interface ServerNames {
  /** Origins by value of the header `Host`: no other site can use its own name. */
  readonly origins: ReadonlyMap<string, string>;
  /** Value of the header `Host` for which cookies need TLS; absent without TLS. */
  readonly secureHost?: string;
}

/** Names in this domain resolve to this machine, and cannot be registered. RFC 6761, 6.3. */
const LOCAL_DOMAIN = '.localhost';

/**
 * Returns the hosts of a tenant on this machine. The default tenant has the hosts of the listener.
 * Each other tenant has a name of its own, so that browsers keep the cookies of tenants apart.
 */
export function listLocalHosts(host: string, tenant: string): readonly [string, ...string[]] {
  if (tenant !== DEFAULT_TENANT) {
    return [`${tenant}${LOCAL_DOMAIN}`];
  }
  const usual = ['127.0.0.1', 'localhost'] as const;
  return isLoopbackHost(host) ? [host, ...usual] : usual;
}

/** Returns the names of a tenant of a server that listens on a port. */
export function listServerNames(
  host: string,
  port: number,
  { name: tenant, publicUrl }: TenantSetting,
): ServerNames {
  const names = listLocalHosts(host, tenant).map((name) => `${name}:${port}`);
  const origins = new Map(names.map((name) => [name, `http://${name}`]));
  if (publicUrl === undefined) {
    return { origins };
  }
  origins.set(publicUrl.host, publicUrl.origin);
  return publicUrl.protocol === 'https:' ? { origins, secureHost: publicUrl.host } : { origins };
}

/**
 * Returns a host that two tenants share; `undefined` if there is none. Browsers send the
 * cookies of a host to all of its ports, so a port does not distinguish tenants.
 */
export function findSharedHost(
  host: string,
  tenants: readonly TenantSetting[],
): string | undefined {
  const known = new Map<string, string>();
  for (const { name, publicUrl } of tenants) {
    const own = publicUrl === undefined ? [] : [publicUrl.hostname];
    for (const one of [...listLocalHosts(host, name), ...own]) {
      if ((known.get(one) ?? name) !== name) {
        return one;
      }
      known.set(one, name);
    }
  }
  return undefined;
}

/** Parses a public address: HTTPS, or a loopback address. Returns `undefined` for others. */
export function parsePublicUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal =
    url !== undefined && (isLoopbackHost(url.hostname) || url.hostname.endsWith(LOCAL_DOMAIN));
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal);
  return isSafe && url?.href === `${url?.origin}/` ? url : undefined;
}
