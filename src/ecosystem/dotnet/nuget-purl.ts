import { writePurl } from '../../identity/purl/purl.ts';

/** NuGet has one flat space of names. Case is kept as it is written. */
export function nugetPurl(name: string, version: string): string {
  return writePurl({ type: 'nuget', name, version });
}
