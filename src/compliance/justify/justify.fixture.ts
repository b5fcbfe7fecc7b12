import { createTarget, type TargetSeed } from '../../../test/support/comparable-target.ts';
import { createAssessment } from '../../foundation/core/assessment.ts';
import type { Justification } from '../../foundation/core/justification.ts';
import { compareSides } from '../../hardening/compare/compare-results.ts';
import { createQueue } from './create-queue.ts';
import { type JustifiedItems, justifyItems } from './list-items.ts';

export const NOW = '2026-11-29T00:00:00Z';

/** Lists the items to justify about a target, compared with an approved one if there is one. */
export function justifySeed(
  seed: TargetSeed,
  approved?: TargetSeed,
  entries: readonly Justification[] = [],
): JustifiedItems {
  const is = createTarget(seed);
  const was = approved && createTarget(approved);
  return justifyItems({
    assessment: createAssessment({ inventory: is.inventory, findings: is.findings }),
    ...(was === undefined
      ? {}
      : {
          compared: {
            before: was.inventory,
            after: is.inventory,
            difference: compareSides(was, is),
          },
        }),
    exceptions: [],
    entries,
    now: NOW,
  });
}

/** The unsigned entries for a target. */
export function queueSeed(seed: TargetSeed, approved?: TargetSeed): readonly Justification[] {
  return createQueue(justifySeed(seed, approved), new Map());
}

/** Signs entries as a person does. */
export function signEntries(entries: readonly Justification[]): readonly Justification[] {
  return entries.map((entry, index) => ({
    ...entry,
    reason: 'reviewed',
    by: 'ops@example.org',
    until: '2027-01-31',
    source: `j.yaml:${index + 1}`,
  }));
}
