import type { FindingChange } from '../core/change.ts';
import { compareText } from '../core/compare-text.ts';
import { type Coverage, coverageOf } from '../core/coverage.ts';
import {
  type Finding,
  type Findings,
  isGuess,
  SEVERITIES,
  type SeverityWord,
} from '../core/finding.ts';
import { type Inventory, isComplete } from '../core/inventory.ts';
import type { GateResult, Verdict } from '../core/verdict.ts';

/** What a gate looks at. */
export interface GateInput {
  readonly inventory: Inventory;
  readonly findings: Findings;
}

/** One condition that the user set. */
export interface Gate {
  readonly id: string;
  judge(input: GateInput): GateResult;
}

const RANK: Readonly<Record<GateResult['outcome'], number>> = { pass: 0, unknown: 1, fail: 2 };

/** Every gate is judged, also behind one that failed: a person wants to see all that is wrong. */
export function judgeGates(gates: readonly Gate[], input: GateInput): Verdict {
  const results = gates.map((gate) => gate.judge(input));
  const outcome = results.reduce<GateResult['outcome']>(
    (worst, result) => (RANK[result.outcome] > RANK[worst] ? result.outcome : worst),
    'pass',
  );
  return { outcome, gates: results };
}

/**
 * Fails where an open finding is at least so severe. A guess (only a CPE led to it) never
 * fails it, unless guesses are asked for. Where nothing can be said of what the operating system
 * brought, or without a database, the answer is unknown: it would have to be a pass otherwise.
 */
export function severityGate(
  threshold: SeverityWord,
  { isGuessCounted }: { readonly isGuessCounted: boolean },
): Gate {
  const least = SEVERITIES.indexOf(threshold);
  const isSevere = (finding: Finding): boolean => SEVERITIES.indexOf(finding.severity) >= least;
  return {
    id: 'fail-on',
    judge: ({ inventory, findings: all }) => {
      const { database, findings } = all;
      const severe = findings.filter(isSevere);
      const failing = severe.filter((finding) => isGuessCounted || !isGuess(finding));
      const guesses = severe.length - failing.length;
      const left = guesses === 0 ? '' : ` (${guesses} more by a CPE only do not count)`;
      if (database === undefined) {
        return unknownResult('fail-on', 'vulnerabilities were not evaluated');
      }
      const doubt = doubtOf(inventory, coverageOf(inventory, all));
      const isUnknown = failing.length === 0 && doubt.isUnknown && !isGuessCounted;
      return {
        gate: 'fail-on',
        outcome: failing.length > 0 ? 'fail' : isUnknown ? 'unknown' : 'pass',
        reason: `${countWords(failing.length)} ${threshold} or worse${left}${unratedText(findings, least)}${doubt.text}`,
        failedBy: failedBy(failing),
      };
    },
  };
}

/** What makes a pass worth less, or none; in words that follow the count. */
function doubtOf(
  inventory: Inventory,
  coverage: Coverage,
): { readonly isUnknown: boolean; readonly text: string } {
  const { verdict, reasons } = coverage;
  if (isNothingJudged(inventory, coverage)) {
    return { isUnknown: true, text: `; ${NOTHING_JUDGED}` };
  }
  const worst = reasons.filter((one) => one.verdict === verdict && verdict !== 'partial');
  return {
    isUnknown: verdict === 'unsupported',
    text: worst.map(({ reason }) => `; ${reason}`).join(''),
  };
}

const NOTHING_JUDGED = 'no package was found in what is there';

/**
 * Whether no package was found although something is there: what could not be read, such as an
 * archive that is cut off, or executables.
 */
function isNothingJudged(inventory: Inventory, { unexplained }: Coverage): boolean {
  const isSomethingThere = !isComplete(inventory) || unexplained.length > 0;
  return inventory.packages.length === 0 && isSomethingThere;
}

/** Nobody has said how severe they are, so that they are not below the threshold either. */
function unratedText(findings: readonly Finding[], least: number): string {
  const unrated = findings.filter(({ severity }) => severity === 'unknown').length;
  return unrated === 0 || least <= 0 ? '' : `; ${unrated} of unknown severity do not count`;
}

function countWords(count: number): string {
  return count === 1 ? '1 open finding is' : `${count === 0 ? 'no' : count} open findings are`;
}

/**
 * Fails where a change of the target introduced an open finding that is at least so severe. What
 * only became known since, by newer data, does not fail it: that is no fault of the change.
 */
export function noveltyGate(
  threshold: SeverityWord,
  changes: readonly FindingChange[] | undefined,
): Gate {
  const least = SEVERITIES.indexOf(threshold);
  return {
    id: 'fail-on-new',
    judge: ({ inventory, findings: { database } }) => {
      if (database === undefined || changes === undefined) {
        const lack = database === undefined ? 'vulnerabilities were not evaluated' : 'no baseline';
        return unknownResult('fail-on-new', lack);
      }
      if (isNothingJudged(inventory, coverageOf(inventory))) {
        return unknownResult('fail-on-new', NOTHING_JUDGED);
      }
      const introduced = changes.filter(({ kind, after }) => {
        const isSevere = after !== undefined && SEVERITIES.indexOf(after.finding.severity) >= least;
        return kind === 'introduced' && isSevere && !isGuess(after.finding);
      });
      const failing = introduced.filter(({ cause }) => cause === 'image' || cause === 'decision');
      const others = introduced.length - failing.length;
      const left = others === 0 ? '' : ` (${others} more became known without a change of it)`;
      return {
        gate: 'fail-on-new',
        outcome: failing.length === 0 ? 'pass' : 'fail',
        reason: `${failing.length === 0 ? 'no' : failing.length} new ${failing.length === 1 ? 'finding is' : 'findings are'} ${threshold} or worse${left}`,
        failedBy: failedBy(failing.flatMap(({ after }) => after?.finding ?? [])),
      };
    },
  };
}

function unknownResult(gate: string, reason: string): GateResult {
  return { gate, outcome: 'unknown', reason, failedBy: [] };
}

function failedBy(findings: readonly Finding[]): GateResult['failedBy'] {
  return findings
    .map(({ packageKey, id }) => ({ packageKey, id }))
    .toSorted(
      (left, right) =>
        compareText(left.packageKey, right.packageKey) || compareText(left.id, right.id),
    );
}
