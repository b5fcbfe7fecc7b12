/*
 * The words of SPDX. Origin: the JSON schemas of SPDX 2.2, 2.3 and 3.0.1.
 */
import { createHashWords } from '../sbom/hash-algorithm.ts';
import { createVocabulary } from '../vocabulary.ts';

const HASHES_2_2 = ['MD2', 'MD4', 'MD5', 'SHA1', 'SHA224', 'SHA256', 'SHA384', 'SHA512'];

const HASHES_2_3 = [
  ...HASHES_2_2,
  'ADLER32',
  'BLAKE2b-256',
  'BLAKE2b-384',
  'BLAKE2b-512',
  'BLAKE3',
  'SHA3-256',
  'SHA3-384',
  'SHA3-512',
];

const HASHES_3 = [
  'adler32',
  'blake2b256',
  'blake2b384',
  'blake2b512',
  'blake3',
  'md2',
  'md4',
  'md5',
  'sha1',
  'sha224',
  'sha256',
  'sha384',
  'sha3_224',
  'sha3_256',
  'sha3_384',
  'sha3_512',
  'sha512',
];

/** Words of checksum algorithms by our names; MD6 is left out, because its length varies. */
export const SPDX_HASHES = {
  '2.2': createHashWords(HASHES_2_2),
  '2.3': createHashWords(HASHES_2_3),
  '3.0': createHashWords(HASHES_3),
} as const;

/** Relationship types of version 2 whose first end is the first end of ours. */
export const RELATIONSHIPS = createVocabulary([
  ['contains', 'CONTAINS'],
  ['dependency-of', 'DEPENDENCY_OF'],
  ['dependency-of', 'BUILD_DEPENDENCY_OF', 'read'],
  ['dependency-of', 'DEV_DEPENDENCY_OF', 'read'],
  ['dependency-of', 'OPTIONAL_DEPENDENCY_OF', 'read'],
  ['dependency-of', 'PROVIDED_DEPENDENCY_OF', 'read'],
  ['dependency-of', 'RUNTIME_DEPENDENCY_OF', 'read'],
  ['dependency-of', 'TEST_DEPENDENCY_OF', 'read'],
  ['describes', 'DESCRIBES'],
  ['generated-from', 'GENERATED_FROM', 'read'],
  ['other', 'OTHER'],
]);

/** Relationship types of version 2 whose first end is the second end of ours. */
export const TURNED_RELATIONSHIPS = createVocabulary([
  ['contains', 'CONTAINED_BY', 'read'],
  ['dependency-of', 'DEPENDS_ON', 'read'],
  ['describes', 'DESCRIBED_BY', 'read'],
  ['generated-from', 'GENERATES', 'read'],
]);

/** Relationship types of version 3 whose first end is the first end of ours. */
export const RELATIONSHIPS_3 = createVocabulary([
  ['contains', 'contains'],
  ['describes', 'describes'],
  ['other', 'other'],
]);

/** Relationship types of version 3 whose first end is the second end of ours. */
export const TURNED_RELATIONSHIPS_3 = createVocabulary([
  ['dependency-of', 'dependsOn'],
  ['dependency-of', 'hasOptionalDependency', 'read'],
  ['dependency-of', 'hasProvidedDependency', 'read'],
  ['generated-from', 'generates', 'read'],
]);

/** Members of a package in version 2 by the kind of license. */
export const LICENSE_MEMBERS = createVocabulary([
  ['declared', 'licenseDeclared'],
  ['concluded', 'licenseConcluded'],
]);

/** Relationships in version 3 by the kind of license. */
export const LICENSE_RELATIONSHIPS = createVocabulary([
  ['declared', 'hasDeclaredLicense'],
  ['concluded', 'hasConcludedLicense'],
]);

/** Types of external references in version 2, which are read in lower case. */
export const REFERENCE_TYPES = createVocabulary([
  ['purl', 'purl'],
  ['cpe', 'cpe23Type', 'write'],
  ['cpe', 'cpe23type', 'read'],
  ['cpe', 'cpe22type', 'read'],
]);

/** Types of external identifiers in version 3. */
export const IDENTIFIER_TYPES = createVocabulary([
  ['purl', 'packageUrl'],
  ['cpe', 'cpe23'],
  ['cpe', 'cpe22', 'read'],
]);
