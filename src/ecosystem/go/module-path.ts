import { writePurl } from '../../identity/purl/purl.ts';

/** The package URL of a module: its path with its case, the last element the name. */
export function goModulePurl(path: string, version: string): string {
  const slash = path.lastIndexOf('/');
  const isSplit = slash > 0 && slash < path.length - 1;
  return writePurl({
    type: 'golang',
    namespace: isSplit ? path.slice(0, slash) : undefined,
    name: isSplit ? path.slice(slash + 1) : path,
    version,
  });
}

/** Whether a replacement is a folder and no module. Go modules reference, "replace directive". */
export function isLocalPath(path: string): boolean {
  return path.startsWith('.') || path.startsWith('/');
}
