import type { PackageDigest } from '../../foundation/core/package.ts';
import { translateHashes } from '../sbom/hash-algorithm.ts';
import type { CyclonedxVersion } from './cyclonedx-model.ts';
import { HASHES, HASHES_1_7 } from './vocabulary.data.ts';

export interface HashMembers {
  readonly alg: string;
  readonly content: string;
}

/** Creates the hashes whose algorithm a version of the schema has. */
export function toHashMembers(
  hashes: readonly PackageDigest[],
  version: CyclonedxVersion,
): HashMembers[] {
  return translateHashes(hashes, version === '1.7' ? HASHES_1_7 : HASHES).map(
    ({ algorithm, digits }) => ({ alg: algorithm, content: digits }),
  );
}
