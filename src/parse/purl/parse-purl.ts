import { PackageURL } from 'packageurl-js';
import type { Purl } from './purl.ts';

/** Takes a package URL apart; `undefined` where the text is none. */
export function parsePurl(text: string): Purl | undefined {
  try {
    const { type, namespace, name, version, qualifiers, subpath } = PackageURL.fromString(text);
    return { type, namespace, name, version, qualifiers: { ...qualifiers }, subpath };
  } catch {
    // The library tells every fault by throwing; a text that is no package URL is a normal answer
    // here.
    return undefined;
  }
}
