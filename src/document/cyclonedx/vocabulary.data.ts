/*
 * The words of CycloneDX. Origin: the JSON schemas of CycloneDX 1.4 to 1.7.
 */
import { createHashWords } from '../sbom/hash-algorithm.ts';
import { createVocabulary } from '../vocabulary.ts';

const HASH_WORDS = [
  'MD5',
  'SHA-1',
  'SHA-256',
  'SHA-384',
  'SHA-512',
  'SHA3-256',
  'SHA3-384',
  'SHA3-512',
  'BLAKE2b-256',
  'BLAKE2b-384',
  'BLAKE2b-512',
  'BLAKE3',
];

/** "hash-alg" by our names. */
export const HASHES = createHashWords(HASH_WORDS);

/** "hash-alg" of version 1.7. */
export const HASHES_1_7 = createHashWords([...HASH_WORDS, 'Streebog-256', 'Streebog-512']);

/** "impactAnalysisState". A false positive is written if the statement has that detail. */
export const ANALYSIS_STATES = createVocabulary([
  ['not_affected', 'not_affected'],
  ['not_affected', 'false_positive', 'read'],
  ['affected', 'exploitable'],
  ['fixed', 'resolved'],
  ['fixed', 'resolved_with_pedigree', 'read'],
  ['under_investigation', 'in_triage'],
]);

/** "impactAnalysisJustification". Each word is also kept as the detail of the statement. */
export const ANALYSIS_JUSTIFICATIONS = createVocabulary([
  ['component_not_present', 'code_not_present', 'write'],
  ['vulnerable_code_not_present', 'code_not_present'],
  ['vulnerable_code_not_in_execute_path', 'code_not_reachable'],
  ['vulnerable_code_not_in_execute_path', 'requires_configuration', 'read'],
  ['vulnerable_code_not_in_execute_path', 'requires_dependency', 'read'],
  ['vulnerable_code_cannot_be_controlled_by_adversary', 'requires_environment'],
  ['vulnerable_code_cannot_be_controlled_by_adversary', 'protected_at_perimeter', 'read'],
  ['inline_mitigations_already_exist', 'protected_by_mitigating_control'],
  ['inline_mitigations_already_exist', 'protected_by_compiler', 'read'],
  ['inline_mitigations_already_exist', 'protected_at_runtime', 'read'],
]);

/** "response" of an analysis, and the nearest words for CSAF's categories of remediations. */
export const ANALYSIS_RESPONSES = createVocabulary([
  ['can_not_fix', 'can_not_fix'],
  ['will_not_fix', 'will_not_fix'],
  ['update', 'update'],
  ['rollback', 'rollback'],
  ['workaround_available', 'workaround_available'],
  ['no_fix_planned', 'will_not_fix', 'write'],
  ['vendor_fix', 'update', 'write'],
  ['optional_patch', 'update', 'write'],
  ['mitigation', 'workaround_available', 'write'],
  ['workaround', 'workaround_available', 'write'],
]);

/** "affectedStatus" of the versions in an analysis. */
export const AFFECTED_STATUSES = createVocabulary([
  ['affected', 'affected'],
  ['not_affected', 'unaffected'],
  ['fixed', 'unaffected', 'write'],
  ['under_investigation', 'unknown'],
]);

/** Types of external references of the operating system by the members of a distribution. */
export const DISTRO_REFERENCES = createVocabulary([
  ['bugReportUrl', 'issue-tracker'],
  ['supportUrl', 'support'],
  ['homeUrl', 'website'],
]);

/** The type of the external reference to the home page of a package. */
export const HOMEPAGE_REFERENCE = 'website';
