/** Joins the target of a link with its directory; the result is absolute and normalized. */
export function joinLinkTarget(link: string, target: string): string {
  const parts: string[] = target.startsWith('/') ? [] : link.split('/').slice(1, -1);
  for (const part of target.split('/')) {
    if (part === '..') {
      parts.pop();
    } else if (part !== '' && part !== '.') {
      parts.push(part);
    }
  }
  return `/${parts.join('/')}`;
}
