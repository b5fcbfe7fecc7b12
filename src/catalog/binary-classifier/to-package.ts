import type { Cpe, Location, Package } from '../../core/package.ts';
import { ANY_CPE, cpeValue, formatCpe } from '../../parse/cpe/cpe.ts';
import { writePurl } from '../../parse/purl/purl.ts';
import type { Product } from './evidence.ts';
import type { Finding, Place } from './judge.ts';

/** How sure it is that a text in a program of this name is the version of the product. */
const CONFIDENCE = 0.8;

/** One location for each name of the file that fits. */
export type NamesOf = (place: Place) => readonly { path: string; accessPath: string }[];

export function toPackage(
  product: Product,
  finding: Finding,
  foundBy: string,
  namesOf: NamesOf,
): Package {
  const { version, places } = finding;
  const [type = '', ...names] = product.purl.split('/');
  const name = names.pop() ?? '';
  const isGo = type === 'golang';
  const locations = places.flatMap((place) => locationsOf(place, namesOf));
  return {
    name: product.package,
    version,
    type: isGo ? 'go-module' : 'binary',
    language: isGo ? 'go' : '',
    purl: writePurl({ type, namespace: names.join('/'), name, version }),
    foundBy,
    rule: `a version that programs of this name hold (${product.class})`,
    confidence: CONFIDENCE,
    locations,
    licenses: [],
    cpes: cpesOf(product, finding),
    upstreams: [],
    ownedFiles: [],
    metadata: { kind: 'binary-signature', value: { matches: matchesOf(product, finding, namesOf) } },
    yieldsToOwner: true,
  };
}

function locationsOf(place: Place, namesOf: NamesOf): Location[] {
  const { layer } = place.file;
  return namesOf(place).map(({ path, accessPath }) => ({
    path,
    accessPath,
    ...(layer === undefined ? {} : { layer }),
    evidence: place.evidence,
  }));
}

/** One match as Syft writes it. */
export interface Match {
  readonly classifier: string;
  readonly location: Readonly<Record<string, unknown>>;
}

function matchesOf(product: Product, { matches, places }: Finding, namesOf: NamesOf): Match[] {
  return matches.flatMap((file) => {
    const place = places.find((other) => other.file === file) ?? { file, evidence: 'primary' };
    return locationsOf(place, namesOf).map(({ path, accessPath, layer, evidence }) => ({
      classifier: product.class,
      location: {
        path,
        ...(layer === undefined ? {} : { layerID: layer }),
        accessPath,
        annotations: { evidence },
      },
    }));
  });
}

function cpesOf(product: Product, { version, captures }: Finding): Cpe[] {
  const source = product.hasGuessedCpes === true ? 'generated' : 'dictionary';
  const { primary = version, update = '' } = captures;
  const stated = product.hasUpdate === true ? primary : version;
  const release = cpeValue(stated) ?? '';
  const updated = product.hasUpdate === true ? (cpeValue(`update${update}`) ?? '') : '';
  return product.cpes.map((text) => {
    const [vendor = '', name = ''] = text.split(':');
    const cpe = formatCpe({
      ...ANY_CPE,
      part: 'a',
      vendor,
      product: name,
      version: release,
      update: updated,
    });
    return { cpe, source };
  });
}
