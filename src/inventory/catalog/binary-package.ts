import { defined } from '../../foundation/core/defined.ts';
import type { Cpe, Location, Package } from '../../foundation/core/package.ts';

/** A product known only by its files, as found by the catalogers of programs. */
export interface BinaryProduct {
  /** Common name of the rule, as in Syft. */
  readonly classifier: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly cpes: readonly Cpe[];
  readonly foundBy: string;
  readonly locations: readonly Location[];
  /** The locations in which a version was found, or that lead to one. */
  readonly matched: readonly Location[];
}

/** Confidence that a string in a program of this name is the version of the product. */
const CONFIDENCE = 0.8;

export function createBinaryPackage(product: BinaryProduct): Package {
  const { classifier, name, version, purl, cpes, foundBy, locations, matched } = product;
  return {
    name,
    version,
    type: 'binary',
    language: '',
    purl,
    foundBy,
    rule: `a version string in a program of this name (${classifier})`,
    confidence: CONFIDENCE,
    locations,
    licenses: [],
    cpes,
    upstreams: [],
    ownedFiles: [],
    metadata: {
      kind: 'binary-signature',
      value: { matches: matched.map((location) => toSyftMatch(location, classifier)) },
    },
    yieldsToOwner: true,
  };
}

/** One match in the form of Syft's schema. */
function toSyftMatch({ path, accessPath, layer, evidence }: Location, classifier: string): unknown {
  return {
    classifier,
    location: {
      path,
      ...defined({ layerID: layer }),
      accessPath,
      annotations: { evidence },
    },
  };
}
