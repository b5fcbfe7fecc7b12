/**
 * Returns whether a host in the form of `URL.hostname` is this machine. RFC 6761, 6.3; RFC 5735, 3.
 */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
