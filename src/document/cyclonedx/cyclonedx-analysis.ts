import type { VexJustification, VexStatus } from '../../foundation/core/decision.ts';
import { ANALYSIS_JUSTIFICATIONS, ANALYSIS_STATES } from './vocabulary.data.ts';

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

const FALSE_POSITIVE = 'false_positive';

/** Only "not affected" has a justification; a false positive needs none. */
export function chooseAnalysis({ status, justification, detail = '', text }: Said): Analysis {
  if (status !== 'not_affected') {
    return { state: ANALYSIS_STATES.write(status), justification: undefined, detail: text };
  }
  if (detail === FALSE_POSITIVE) {
    return { state: FALSE_POSITIVE, justification: undefined, detail: text };
  }
  const nearest = justification && ANALYSIS_JUSTIFICATIONS.write(justification);
  return {
    state: 'not_affected',
    justification: ANALYSIS_JUSTIFICATIONS.values.has(detail) ? detail : nearest,
    detail: text,
  };
}

/** Returns whether no action is required. */
export function isResolved({ state }: Analysis): boolean {
  return state === 'not_affected' || state === 'resolved' || state === FALSE_POSITIVE;
}
