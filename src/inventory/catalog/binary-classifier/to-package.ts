import { assert } from '../../../foundation/core/assert.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import type { Cpe, Location, Package } from '../../../foundation/core/package.ts';
import { ANY_CPE, formatCpe, toCpeValue } from '../../../foundation/identity/cpe-name/cpe.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { createBinaryPackage } from '../binary-package.ts';
import type { Product } from './evidence.ts';
import type { Finding, Place } from './judge.ts';

/** Returns one location for each matching name of the file. */
export type NameSelector = (place: Place) => readonly { path: string; accessPath: string }[];

export function toPackage(
  product: Product,
  finding: Finding,
  foundBy: string,
  selectNames: NameSelector,
): Package {
  const { version, places, matched } = finding;
  const [type = '', ...names] = product.purl.split('/');
  const name = names.pop() ?? '';
  const found = createBinaryPackage({
    classifier: product.class,
    name: product.package,
    version,
    purl: writePurl({ type, namespace: names.join('/'), name, version }),
    cpes: createCpes(product, finding),
    foundBy,
    locations: places.flatMap((place) => toLocations(place, selectNames)),
    matched: matched.flatMap((file) => {
      const place = places.find((other) => other.file === file);
      assert(place !== undefined, 'each match is at one of the places');
      return toLocations(place, selectNames);
    }),
  });
  return type === 'golang' ? { ...found, type: 'go-module', language: 'go' } : found;
}

function toLocations(place: Place, selectNames: NameSelector): Location[] {
  const { layer } = place.file;
  return selectNames(place).map(({ path, accessPath }) =>
    createLocation({ path, layer }, { accessPath, evidence: place.evidence }),
  );
}

function createCpes(product: Product, { version, captures }: Finding): Cpe[] {
  const source = product.hasGuessedCpes === true ? 'generated' : 'dictionary';
  const { primary = version, update = '' } = captures;
  const hasUpdate = product.hasUpdate === true;
  const stated = {
    version: toCpeValue(hasUpdate ? primary : version) ?? '',
    update: hasUpdate ? (toCpeValue(`update${update}`) ?? '') : '',
  };
  return product.cpes.map((text) => {
    const [vendor = '', name = ''] = text.split(':');
    const cpe = formatCpe({ ...ANY_CPE, part: 'a', vendor, product: name, ...stated });
    return { cpe, source };
  });
}
