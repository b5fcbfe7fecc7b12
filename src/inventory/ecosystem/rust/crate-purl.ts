import { writePurl } from '../../../foundation/identity/purl/purl.ts';

/** Returns the package URL of a crate; without qualifiers it means the public registry. */
export function toCratePurl(name: string, version: string): string {
  return writePurl({ type: 'cargo', name, version });
}
