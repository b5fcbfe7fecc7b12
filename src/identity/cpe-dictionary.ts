import { brotliDecompressSync } from 'node:zlib';
import type { Cpe } from '../core/package.ts';
import { cpeValue, formatCpe, parseCpe } from '../parse/cpe/cpe.ts';
import { PACKED_DICTIONARY } from './cpe-dictionary.data.ts';

let loaded: ReadonlyMap<string, readonly string[]> | undefined;

/** CPEs by list and name, unpacked when the first package asks for one. */
function dictionary(): ReadonlyMap<string, readonly string[]> {
  loaded ??= unpack();
  return loaded;
}

function unpack(): Map<string, readonly string[]> {
  const text = brotliDecompressSync(Buffer.from(PACKED_DICTIONARY.join(''), 'base64')).toString();
  return new Map(
    text.split('\n').map((line) => {
      const [list = '', name = '', ...cpes] = line.split('\t');
      return [keyOf(list, name), cpes];
    }),
  );
}

function keyOf(list: string, name: string): string {
  return `${list}\t${name}`;
}

/**
 * The CPEs under which the dictionary files what a package of this name is called in one of its
 * lists, with the version of the package; none where the version cannot be part of a CPE.
 */
export function dictionaryCpes(list: string, name: string, version: string): Cpe[] {
  const value = version === '' ? '' : cpeValue(version);
  return (dictionary().get(keyOf(list, name)) ?? []).flatMap((text) => {
    const cpe = parseCpe(text);
    return cpe === undefined || value === undefined
      ? []
      : [{ cpe: formatCpe({ ...cpe, version: value }), source: 'dictionary' }];
  });
}
