import type { ControlResult } from '../../foundation/core/control.ts';
import { createFacts } from './facts.ts';
import { computeItemId, type JustificationItem } from './item.ts';

/**
 * Lists controls that only a person can answer and that nobody has answered. A signature accepts
 * that one stays unanswered; a statement (`--statements`) answers it.
 */
export function listControlItems(controls: readonly ControlResult[]): readonly JustificationItem[] {
  return controls
    .filter(({ status }) => status === 'unanswered')
    .map(({ key, id, pack, title, requirement, force, cannotAnswer, reasons }) => ({
      id: computeItemId('control', key),
      kind: 'control',
      change: 'control unanswered',
      subject: `${key}: ${title}`,
      count: 1,
      evidence: createFacts({
        pack,
        control: id,
        requirement,
        force,
        left: cannotAnswer,
        reasons: reasons.join('; '),
      }),
      subjectKeys: [],
    }));
}
