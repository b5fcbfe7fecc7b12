import { writePurl } from '../../../foundation/identity/purl/purl.ts';

/** NuGet has one flat namespace. Case is kept as written. */
export function toNugetPurl(name: string, version: string): string {
  return writePurl({ type: 'nuget', name, version });
}
