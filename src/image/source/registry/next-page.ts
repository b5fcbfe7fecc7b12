/** RFC 8288; OCI distribution specification 1.1. */
const NEXT = /<([^<>]*)>\s*;\s*rel="?next"?/;

/**
 * Returns the query of the next page in a `Link` header. Only the query is used: the registry cannot
 * name another address.
 */
export function findNextQuery(link: string): string | undefined {
  const target = NEXT.exec(link)?.[1];
  return target === undefined ? undefined : new URLSearchParams(target.split('?', 2)[1]).toString();
}
