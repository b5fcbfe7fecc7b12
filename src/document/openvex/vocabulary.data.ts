/*
 * The words of OpenVEX. Status and justification are the same words as those of our model.
 */
import { createHashWords } from '../sbom/hash-algorithm.ts';

/** Origin: the members of "hashes" in the JSON schema of OpenVEX 0.2.0. */
export const OPENVEX_HASHES = createHashWords([
  'md5',
  'sha1',
  'sha-256',
  'sha-384',
  'sha-512',
  'sha3-224',
  'sha3-256',
  'sha3-384',
  'sha3-512',
  'blake2s-256',
  'blake2b-256',
  'blake2b-512',
]);
