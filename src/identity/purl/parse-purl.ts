import type * as PackageUrlJs from 'packageurl-js';
import { loadPackage } from '../../syntax/load-package.ts';
import { plainPurl } from './plain-purl.ts';
import type { Purl } from './purl.ts';

const SCHEME = /^\s{0,64}pkg:/i;

/** Takes a package URL apart; `undefined` where the text is none. */
export function parsePurl(text: string): Purl | undefined {
  // An error costs a hundred times what a look at the beginning does.
  if (!SCHEME.test(text)) {
    return undefined;
  }
  const plain = plainPurl(text);
  if (plain !== undefined) {
    return plain;
  }
  const { PackageURL } = loadPackage('packageurl-js') as typeof PackageUrlJs;
  try {
    const { type, namespace, name, version, qualifiers, subpath } = PackageURL.fromString(text);
    // The library takes a version without a name for a name.
    const isNameless = name.startsWith('@') && version === undefined;
    return isNameless
      ? undefined
      : { type, namespace, name, version, qualifiers: { ...qualifiers }, subpath };
  } catch {
    // The library tells every fault by throwing; a text that is no package URL is a normal answer
    // here.
    return undefined;
  }
}
