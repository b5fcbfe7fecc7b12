import { brotliDecompressSync } from 'node:zlib';
import type { Cpe } from '../core/package.ts';
import { getPackedDictionary } from './cpe-dictionary.data.ts';
import { formatCpe, parseCpe, toCpeValue } from './cpe-name/cpe.ts';

type CpesByName = ReadonlyMap<string, readonly string[]>;

const unpacked = new Map<string, CpesByName>();

/** Returns the list with this name, which is unpacked on first use. */
function getList(list: string): CpesByName {
  let byName = unpacked.get(list);
  if (byName === undefined) {
    byName = unpack(new Map(Object.entries(getPackedDictionary())).get(list));
    unpacked.set(list, byName);
  }
  return byName;
}

function unpack(packed: (() => readonly string[]) | undefined): CpesByName {
  if (packed === undefined) {
    return new Map();
  }
  const text = brotliDecompressSync(Buffer.from(packed().join(''), 'base64')).toString();
  return new Map(
    text.split('\n').map((line) => {
      const [name = '', ...cpes] = line.split('\t');
      return [name, cpes];
    }),
  );
}

/**
 * Returns the CPEs that the dictionary has for a package name in one of its lists, with the version
 * of the package; empty if the version cannot be part of a CPE.
 */
export function findDictionaryCpes(list: string, name: string, version: string): Cpe[] {
  const value = version === '' ? '' : toCpeValue(version);
  return (getList(list).get(name) ?? []).flatMap((text) => {
    const cpe = parseCpe(text);
    return cpe === undefined || value === undefined
      ? []
      : [{ cpe: formatCpe({ ...cpe, version: value }), source: 'dictionary' }];
  });
}
