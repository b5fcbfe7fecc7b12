import { writePurl } from '../../../foundation/identity/purl/purl.ts';

/**
 * Returns the package URL of a module: case is kept, and the last element of the path is the name.
 */
export function toGoModulePurl(path: string, version: string): string {
  const slash = path.lastIndexOf('/');
  const isSplit = slash > 0 && slash < path.length - 1;
  return writePurl({
    type: 'golang',
    namespace: isSplit ? path.slice(0, slash) : undefined,
    name: isSplit ? path.slice(slash + 1) : path,
    version,
  });
}

/**
 * Whether a replacement is a directory, not a module. Go modules reference, "replace directive".
 */
export function isLocalPath(path: string): boolean {
  return path.startsWith('.') || path.startsWith('/');
}
