import { BlockList, isIPv4 } from 'node:net';
import { isLoopbackHost } from './loopback-host.ts';

export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the settings for Node to reach a host through a proxy; `undefined` if the host is reached
 * directly. This machine itself needs no proxy. `NO_PROXY` contains names, `.suffixes`, addresses,
 * ranges `FIRST-LAST` and `*`, each with or without port, as documented by Node.
 */
export function findProxy(
  url: URL,
  environment: ProxyEnvironment | undefined,
): ProxyEnvironment | undefined {
  if (environment === undefined || isLoopbackHost(url.hostname)) {
    return undefined;
  }
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const proxy = readVariable(environment, name);
  const bypassed = readVariable(environment, 'no_proxy').split(',');
  const isDirect = proxy === '' || bypassed.some((entry) => isBypassed(url, entry));
  return isDirect ? undefined : { [name]: proxy };
}

/** The lower-case variable has precedence, as in Node and curl. */
function readVariable(environment: ProxyEnvironment, name: string): string {
  return environment[name] || environment[name.toUpperCase()] || '';
}

function isBypassed({ hostname, port, protocol }: URL, text: string): boolean {
  const entry = text.trim().toLowerCase();
  const host = hostname.replace(/^\[|\]$/g, '');
  const hostPort = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  const suffix = /^\*?(\..+)$/.exec(entry)?.[1];
  return (
    entry === '*' ||
    [host, hostname, `${host}:${hostPort}`, `${hostname}:${hostPort}`].includes(entry) ||
    (suffix !== undefined && (host.endsWith(suffix) || host === suffix.slice(1))) ||
    isInRange(host, entry)
  );
}

function isInRange(host: string, entry: string): boolean {
  const [first = '', last = '', ...more] = entry.split('-');
  if (more.length > 0 || ![host, first, last].every(isIPv4)) {
    return false;
  }
  try {
    const range = new BlockList();
    range.addRange(first, last);
    return range.check(host);
  } catch {
    // A range that ends before it begins is empty.
    return false;
  }
}
