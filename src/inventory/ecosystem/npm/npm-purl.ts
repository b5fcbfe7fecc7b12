import { writePurl } from '../../../foundation/identity/purl/purl.ts';

/** The scope is the namespace: `@babel/core` is `pkg:npm/%40babel/core`. */
export function toNpmPurl(name: string, version: string): string {
  const slash = name.indexOf('/');
  return writePurl({
    type: 'npm',
    namespace: slash < 0 ? undefined : name.slice(0, slash),
    name: name.slice(slash + 1),
    version,
  });
}
