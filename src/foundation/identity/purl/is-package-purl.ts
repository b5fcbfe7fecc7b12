import { parsePurl } from './parse-purl.ts';

/** Types of package URLs that may also name an operating system or an image. */
const OTHER_TYPES: ReadonlySet<string> = new Set(['docker', 'generic', 'oci', 'swid']);

/** Returns whether a package URL names a package of an ecosystem, whatever its record claims. */
export function isPackagePurl(purl: string): boolean {
  const type = purl === '' ? undefined : parsePurl(purl)?.type;
  return type !== undefined && !OTHER_TYPES.has(type);
}
