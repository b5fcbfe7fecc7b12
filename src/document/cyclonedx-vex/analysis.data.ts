import type { VexJustification, VexStatus } from '../../core/decision.ts';

/**
 * States of an analysis as OpenVEX statuses.
 *
 * Origin: CycloneDX 1.7, "impactAnalysisState" and "impactAnalysisJustification".
 */
export const STATUS_OF_STATE: ReadonlyMap<string, VexStatus> = new Map([
  ['not_affected', 'not_affected'],
  ['false_positive', 'not_affected'],
  ['exploitable', 'affected'],
  ['resolved', 'fixed'],
  ['resolved_with_pedigree', 'fixed'],
  ['in_triage', 'under_investigation'],
]);

/** CycloneDX 1.7, "impactAnalysisJustification": its nine values as OpenVEX's five. */
export const JUSTIFICATION_OF: ReadonlyMap<string, VexJustification> = new Map([
  ['code_not_present', 'vulnerable_code_not_present'],
  ['code_not_reachable', 'vulnerable_code_not_in_execute_path'],
  ['requires_configuration', 'vulnerable_code_not_in_execute_path'],
  ['requires_dependency', 'vulnerable_code_not_in_execute_path'],
  ['requires_environment', 'vulnerable_code_cannot_be_controlled_by_adversary'],
  ['protected_by_compiler', 'inline_mitigations_already_exist'],
  ['protected_at_runtime', 'inline_mitigations_already_exist'],
  ['protected_at_perimeter', 'vulnerable_code_cannot_be_controlled_by_adversary'],
  ['protected_by_mitigating_control', 'inline_mitigations_already_exist'],
]);
