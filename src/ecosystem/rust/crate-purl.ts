import { writePurl } from '../../identity/purl/purl.ts';

/** The package URL of a crate; without qualifiers it names one of the public registry. */
export function cratePurl(name: string, version: string): string {
  return writePurl({ type: 'cargo', name, version });
}
