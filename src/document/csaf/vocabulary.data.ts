/*
 * The words of CSAF. Justifications are the same words as those of our model.
 *
 * Origin: CSAF 2.0 and 2.1, 3.2.3 (product status, remediations) and 3.2.2 (hashes).
 */
import { createHashWords } from '../sbom/hash-algorithm.ts';
import { createVocabulary } from '../vocabulary.ts';

/** Product status. `recommended` names a version to use, not how a product is affected. */
export const PRODUCT_STATUSES = createVocabulary([
  ['not_affected', 'known_not_affected'],
  ['affected', 'known_affected'],
  ['affected', 'first_affected', 'read'],
  ['affected', 'last_affected', 'read'],
  ['fixed', 'fixed'],
  ['fixed', 'first_fixed', 'read'],
  ['under_investigation', 'under_investigation'],
  ['under_investigation', 'unknown', 'read'],
]);

/** Categories of remediations, and the nearest ones for CycloneDX's responses. */
const COMMON = [
  ['mitigation', 'mitigation'],
  ['no_fix_planned', 'no_fix_planned'],
  ['none_available', 'none_available'],
  ['vendor_fix', 'vendor_fix'],
  ['workaround', 'workaround'],
  ['can_not_fix', 'no_fix_planned', 'write'],
  ['will_not_fix', 'no_fix_planned', 'write'],
  ['update', 'vendor_fix', 'write'],
  ['rollback', 'mitigation', 'write'],
  ['workaround_available', 'workaround', 'write'],
] as const;

export const REMEDIATIONS = {
  '2.0': createVocabulary([
    ...COMMON,
    ['fix_planned', 'none_available', 'write'],
    ['optional_patch', 'vendor_fix', 'write'],
  ]),
  '2.1': createVocabulary([
    ...COMMON,
    ['fix_planned', 'fix_planned'],
    ['optional_patch', 'optional_patch'],
  ]),
} as const;

/** Names of digests in OpenSSL, which CSAF uses; others are written as in our model. */
export const CSAF_HASHES = createHashWords(['sha3-224', 'sha3-256', 'sha3-384', 'sha3-512']);
