import type { FixState } from '../core/advisory.ts';
import type { Decision } from '../core/decision.ts';
import { SEVERITIES, type SeverityWord } from '../core/finding.ts';
import type { Case, Decider } from './decider.ts';

/** Findings that the user does not want to see in this run. */
export interface FilterOptions {
  /** Findings in one of these states are ignored. */
  readonly ignoredStates: readonly FixState[];
  /** The option that named the states, for the reason. */
  readonly statesOption?: string;
  /** Findings below it are ignored; those of unknown severity never are. */
  readonly leastSeverity?: SeverityWord;
}

/**
 * Creates the decider for command-line filters. They do not judge whether a finding is correct, so
 * it keeps the status `affected` and is listed with the suppressed findings.
 */
export function createFilterDecider({
  ignoredStates,
  statesOption = 'ignore-states',
  leastSeverity = 'unknown',
}: FilterOptions): Decider {
  const least = SEVERITIES.indexOf(leastSeverity);
  return {
    decide({ finding: { fixState, severity } }: Case) {
      return [
        ...(ignoredStates.includes(fixState)
          ? [createFilterDecision(statesOption, `its fix state is "${fixState}"`)]
          : []),
        ...(severity !== 'unknown' && SEVERITIES.indexOf(severity) < least
          ? [createFilterDecision('severity', `its severity is "${severity}"`)]
          : []),
      ];
    },
    listAlerts: () => [],
  };
}

function createFilterDecision(option: string, why: string): Decision {
  return {
    kind: 'rule',
    effect: 'set-aside',
    status: 'affected',
    reason: `ignored by --${option}: ${why}`,
    author: 'the command line',
    source: `--${option}`,
    trace: [why],
  };
}
