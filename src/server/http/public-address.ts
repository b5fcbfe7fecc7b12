import { isLoopbackHost } from '../../http/loopback-host.ts';

/** The names under which a server answers, with the origin of its own pages for each. */
export interface ServerNames {
  /** Origins by value of the header `Host`: no other site can use its own name. */
  readonly origins: ReadonlyMap<string, string>;
  /** Value of the header `Host` for which cookies need TLS; absent without TLS. */
  readonly secureHost?: string;
}

/** Returns the names of a server that listens on a port, with or without a public address. */
export function listServerNames(
  host: string,
  port: number,
  publicUrl: URL | undefined,
): ServerNames {
  const local = [...(isLoopbackHost(host) ? [host] : []), '127.0.0.1', 'localhost'];
  const names = local.map((name) => `${name}:${port}`);
  const origins = new Map(names.map((name) => [name, `http://${name}`]));
  if (publicUrl === undefined) {
    return { origins };
  }
  origins.set(publicUrl.host, publicUrl.origin);
  return publicUrl.protocol === 'https:' ? { origins, secureHost: publicUrl.host } : { origins };
}

/** Parses a public address: HTTPS, or a loopback address. Returns `undefined` for others. */
export function parsePublicUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackHost(url.hostname));
  return isSafe && url?.href === `${url?.origin}/` ? url : undefined;
}
