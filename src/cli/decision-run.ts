import type { FixState } from '../core/advisory.ts';
import { UserError } from '../core/error.ts';
import { type Findings, SEVERITIES } from '../core/finding.ts';
import type { Inventory } from '../core/inventory.ts';
import { suggestionFor } from '../core/option-suggestion.ts';
import { countOf } from '../core/screen-text.ts';
import type { Verdict } from '../core/verdict.ts';
import type { FilterOptions } from '../decide/filter-decider.ts';
import { type Gate, judgeGates, severityGate } from '../policy/gate.ts';
import type { DecideOptions } from '../scan/decide.ts';
import type { Context } from './command.ts';
import { readIgnoreFiles } from './ignore-files.ts';
import { readVexFiles } from './vex-files.ts';

/** How a run decides. Made before the target is read, so that a mistake of the user costs no time. */
export interface DecisionPlan {
  readonly options: DecideOptions;
  readonly gates: readonly Gate[];
}

/** @throws UserError where what the options name cannot be understood or read */
export function planDecisions(context: Context): DecisionPlan {
  const { derive, parity, vex, ignoreFile, limits } = context.resolved.values;
  const configuration = context.configurationFile;
  return {
    options: {
      filters: filtersOf(context),
      ignoreFiles: readIgnoreFiles(ignoreFile, { configuration, limits }),
      vexDocuments: readVexFiles(vex, limits),
      isDerived: derive && !parity,
      now: context.now,
    },
    gates: gatesOf(context),
  };
}

/** What the gates say, where any was set. */
export function verdictOf(
  { gates }: DecisionPlan,
  findings: Findings,
  inventory: Inventory,
): Verdict | undefined {
  return gates.length === 0 ? undefined : judgeGates(gates, { inventory, findings });
}

/** Tells on standard error why a gate does not let the target pass. */
export function tellVerdict(verdict: Verdict | undefined, context: Context): void {
  for (const { gate, outcome, reason } of verdict?.gates ?? []) {
    if (outcome !== 'pass') {
      context.tell(`${outcome === 'fail' ? 'failed' : 'not known'}: --${gate}: ${reason}`);
    }
  }
}

function gatesOf({ resolved: { values } }: Context): readonly Gate[] {
  const { failOn, parity } = values;
  const threshold = SEVERITIES.find((word) => word === failOn);
  return threshold === undefined ? [] : [severityGate(threshold, { isGuessCounted: parity })];
}

const FIX_STATES: readonly FixState[] = [
  'fixed',
  'not-fixed',
  'wont-fix',
  'not-affected',
  'unknown',
];
const NOT_FIXED: readonly FixState[] = ['not-fixed', 'wont-fix', 'unknown'];

function filtersOf({ resolved: { values } }: Context): FilterOptions {
  const { onlyFixed, onlyNotfixed, ignoreStates } = values;
  const leastSeverity = SEVERITIES.find((word) => word === values.severity) ?? 'unknown';
  const chosen = [onlyFixed, onlyNotfixed, ignoreStates.length > 0].filter(Boolean).length;
  if (chosen > 1) {
    throw new UserError(
      'E_USAGE',
      `--only-fixed, --only-notfixed and --ignore-states exclude each other, and ${countOf(chosen, 'of them is', 'of them are')} given`,
      { hint: 'say it with --ignore-states alone' },
    );
  }
  if (onlyFixed) {
    return { ignoredStates: NOT_FIXED, statesOption: 'only-fixed', leastSeverity };
  }
  if (onlyNotfixed) {
    return { ignoredStates: ['fixed'], statesOption: 'only-notfixed', leastSeverity };
  }
  return { ignoredStates: ignoreStates.flatMap(statesIn), leastSeverity };
}

function statesIn(list: string): readonly FixState[] {
  return list.split(',').map((written) => {
    const name = written.trim();
    const state = FIX_STATES.find((one) => one === name);
    if (state === undefined) {
      throw new UserError('E_USAGE', `--ignore-states: there is no state "${name}"`, {
        hint: suggestionFor(name, FIX_STATES),
      });
    }
    return state;
  });
}
