import type { VexJustification, VexStatus } from '../../core/decision.ts';

/** An analysis of a vulnerability in CycloneDX's terms. */
export interface Analysis {
  readonly state: 'exploitable' | 'in_triage' | 'not_affected' | 'false_positive' | 'resolved';
  readonly justification: string | undefined;
  readonly detail: string;
}

/** A decision or a statement to express. */
export interface Said {
  readonly status: VexStatus;
  readonly justification?: VexJustification | undefined;
  /** CycloneDX's own, finer value, if known. */
  readonly detail?: string | undefined;
  /** Human-readable text, with the author. */
  readonly text: string;
}

const STATES = {
  not_affected: 'not_affected',
  affected: 'exploitable',
  fixed: 'resolved',
  under_investigation: 'in_triage',
} as const satisfies Record<VexStatus, Analysis['state']>;

/** The nearest of CycloneDX's finer values. */
const JUSTIFICATIONS: Readonly<Record<VexJustification, string>> = {
  component_not_present: 'code_not_present',
  vulnerable_code_not_present: 'code_not_present',
  vulnerable_code_not_in_execute_path: 'code_not_reachable',
  vulnerable_code_cannot_be_controlled_by_adversary: 'requires_environment',
  inline_mitigations_already_exist: 'protected_by_mitigating_control',
};

/** CycloneDX 1.7, "impactAnalysisJustification". */
const DETAILED_JUSTIFICATIONS: ReadonlySet<string> = new Set([
  'code_not_present',
  'code_not_reachable',
  'requires_configuration',
  'requires_dependency',
  'requires_environment',
  'protected_by_compiler',
  'protected_at_runtime',
  'protected_at_perimeter',
  'protected_by_mitigating_control',
]);

const FALSE_POSITIVE = 'false_positive';

/** Only "not affected" has a justification; a false positive needs none. */
export function chooseAnalysis({ status, justification, detail = '', text }: Said): Analysis {
  if (status !== 'not_affected') {
    return { state: STATES[status], justification: undefined, detail: text };
  }
  if (detail === FALSE_POSITIVE) {
    return { state: FALSE_POSITIVE, justification: undefined, detail: text };
  }
  const nearest = justification === undefined ? undefined : JUSTIFICATIONS[justification];
  return {
    state: 'not_affected',
    justification: DETAILED_JUSTIFICATIONS.has(detail) ? detail : nearest,
    detail: text,
  };
}

/** Returns whether no action is required. */
export function isResolved({ state }: Analysis): boolean {
  return state === 'not_affected' || state === 'resolved' || state === FALSE_POSITIVE;
}
