import type { DecideOptions } from '../assess/decide.ts';
import type { FixState } from '../core/advisory.ts';
import type { FindingChange } from '../core/change.ts';
import type { VexDocument } from '../core/decision.ts';
import { UserError } from '../core/error.ts';
import { type Findings, SEVERITIES, type SeverityWord } from '../core/finding.ts';
import type { Inventory } from '../core/inventory.ts';
import { suggestionFor } from '../core/option-suggestion.ts';
import { countOf } from '../core/screen-text.ts';
import type { Verdict } from '../core/verdict.ts';
import { withdrawnDecisions } from '../decide/derive/withdrawn-decisions.ts';
import type { FilterOptions } from '../decide/filter-decider.ts';
import { type Gate, judgeGates, noveltyGate, severityGate } from '../policy/gate.ts';
import { type Baseline, changesSince, readBaseline } from './baseline.ts';
import type { Context } from './command.ts';
import { readIgnoreFiles } from './ignore-files.ts';
import { VERSION } from './package-version.ts';
import { readVexFiles } from './vex-files.ts';

/** How a run decides. Made before the target is read: a mistake of the user costs no time. */
export interface DecisionPlan {
  readonly options: DecideOptions;
  readonly baseline?: Baseline;
  /** Gates that look at what is there now. */
  readonly gates: readonly Gate[];
  /** Set where only what is new since the baseline may fail. */
  readonly newThreshold?: SeverityWord;
}

/**
 * @param vexFiles documents besides those of the options, which come after them
 * @throws UserError where what the options name cannot be understood or read
 */
export function planDecisions(context: Context, vexFiles: readonly string[] = []): DecisionPlan {
  const { derive, parity, vex, ignoreFile, limits } = context.resolved.values;
  const { assertUnreachable, exclude } = context.resolved.values;
  const configuration = context.configurationFile;
  const documents = [...vex, ...vexFiles];
  // What reads them is loaded when it is called.
  const isRuled = configuration !== undefined || ignoreFile.length > 0;
  return {
    options: {
      filters: filtersOf(context),
      ignoreFiles: isRuled ? readIgnoreFiles(ignoreFile, { configuration, limits }) : [],
      vexDocuments: documents.length > 0 ? readVexFiles(documents, limits) : [],
      isDerived: derive && !parity,
      isUnreachableAsserted: assertUnreachable,
      isViewPartial: exclude.length > 0,
      now: context.now,
    },
    ...baselineOf(context),
    ...gatesOf(context),
  };
}

/** With what the target brings along. */
export function withFoundVex(
  plan: DecisionPlan,
  targetVexDocuments: readonly VexDocument[],
): DecisionPlan {
  return { ...plan, options: { ...plan.options, targetVexDocuments } };
}

function baselineOf({ resolved: { values } }: Context): Pick<DecisionPlan, 'baseline'> {
  const { baseline, limits } = values;
  return baseline === undefined ? {} : { baseline: readBaseline(baseline, limits) };
}

/** What is said of the findings as a whole. */
export interface Judged {
  readonly findings: Findings;
  /** Absent without a baseline. */
  readonly changes?: readonly FindingChange[];
  /** Absent where no gate was set. */
  readonly verdict?: Verdict;
}

/** Holds the findings against the baseline and the gates. */
export function judgeRun(plan: DecisionPlan, inventory: Inventory, found: Findings): Judged {
  const { baseline, newThreshold } = plan;
  const now = { inventory, findings: found, toolVersion: VERSION };
  const since = baseline === undefined ? undefined : changesSince(baseline, now);
  const withdrawn = baseline === undefined ? [] : withdrawnDecisions(baseline, now);
  const findings = {
    ...found,
    alerts: [...found.alerts, ...(since?.alerts ?? []), ...withdrawn],
  };
  const changes = since?.changes;
  const gates = [
    ...plan.gates,
    ...(newThreshold === undefined ? [] : [noveltyGate(newThreshold, changes)]),
  ];
  return {
    findings,
    ...(changes === undefined ? {} : { changes }),
    ...(gates.length === 0 ? {} : { verdict: judgeGates(gates, { inventory, findings }) }),
  };
}

/**
 * Tells on standard error why a gate does not let the target pass: with `-q` nothing else would.
 */
export function tellVerdict(verdict: Verdict | undefined, context: Context): void {
  for (const { gate, outcome, reason } of verdict?.gates ?? []) {
    if (outcome !== 'pass') {
      context.insist(`${outcome === 'fail' ? 'failed' : 'not known'}: --${gate}: ${reason}`);
    }
  }
}

function gatesOf({ resolved: { values } }: Context): Pick<DecisionPlan, 'gates' | 'newThreshold'> {
  const { failOn, failOnNew, baseline, parity } = values;
  const threshold = SEVERITIES.find((word) => word === failOn);
  if (failOnNew) {
    if (baseline === undefined) {
      throw new UserError('E_USAGE', '--fail-on-new needs to know what was there before', {
        hint: 'name an earlier result with --baseline FILE',
      });
    }
    return { gates: [], newThreshold: threshold ?? 'unknown' };
  }
  return {
    gates: threshold === undefined ? [] : [severityGate(threshold, { isGuessCounted: parity })],
  };
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
