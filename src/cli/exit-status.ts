import { EXIT_STATUS, type ExitStatus } from '../foundation/core/error.ts';
import { describePolicyVerdict } from '../foundation/core/policy-verdict.ts';
import { formatCount } from '../foundation/core/screen-text.ts';
import type { Verdict } from '../foundation/core/verdict.ts';
import type { Context } from './command.ts';

/** The outcome of a run: a verdict if gates were set, and whether the answer is complete. */
export interface Outcome {
  readonly verdict?: Verdict | undefined;
  readonly completeness: {
    readonly isComplete: boolean;
    readonly reasons: readonly { readonly reason: string }[];
  };
}

/** Returns the exit status of every command that reports on a target. */
export function chooseExitStatus(
  { verdict, completeness }: Outcome,
  { resolved: { values } }: Context,
): ExitStatus {
  if (verdict?.outcome === 'fail') {
    return EXIT_STATUS.gateFailed;
  }
  const isIncomplete = values.failIncomplete && !completeness.isComplete;
  return isIncomplete || verdict?.outcome === 'unknown' ? EXIT_STATUS.incomplete : EXIT_STATUS.fine;
}

const REASONS_SHOWN = 5;

/**
 * Reports on standard error each gate that does not pass, and with `--fail-incomplete` the reasons
 * for which a result is incomplete. Printed with `-q`, too: nothing else would explain the status.
 */
export function reportOutcome({ verdict, completeness }: Outcome, context: Context): void {
  for (const { gate, outcome, reason } of verdict?.gates ?? []) {
    if (outcome !== 'pass') {
      context.warn(`${outcome === 'fail' ? 'failed' : 'unknown'}: --${gate}: ${reason}`);
    }
  }
  if (verdict?.policy !== undefined && verdict.policy.outcome !== 'pass') {
    const { outcome } = verdict.policy;
    const word = outcome === 'fail' ? 'failed' : outcome;
    context.warn(`${word}: --policy: ${describePolicyVerdict(verdict.policy)}`);
  }
  const { failIncomplete } = context.resolved.values;
  if (failIncomplete && !completeness.isComplete && verdict?.outcome !== 'fail') {
    for (const { reason } of completeness.reasons.slice(0, REASONS_SHOWN)) {
      context.warn(`incomplete: ${reason}`);
    }
    const more = completeness.reasons.length - REASONS_SHOWN;
    if (more > 0) {
      context.warn(`incomplete: ${formatCount(more, 'more reason')} (see -o json)`);
    }
  }
}
