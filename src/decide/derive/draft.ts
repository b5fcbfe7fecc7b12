import { present } from '../../core/assert.ts';
import type { Decision } from '../../core/decision.ts';
import type { DispositionedFinding, Finding, Findings } from '../../core/finding.ts';
import type { DecisionContext } from '../decider.ts';
import type { Answer, Derivation } from './derivation.ts';
import { createDerivedDecider, decideAnswer } from './derived-decider.ts';

/**
 * Drafts all conclusions about a target and no other decisions: about findings that are open or
 * suppressed, including those ignored by matching, and about statements without a finding. Each is
 * returned as a finding with its decisions, so that it can be written like one.
 */
export function createDraft(
  derivations: readonly Derivation[],
  surroundings: DecisionContext,
  answers: Iterable<Answer>,
): Findings {
  const { inventory, findings } = surroundings;
  const decider = createDerivedDecider(derivations, surroundings);
  const packages = new Map(inventory.packages.map((one) => [one.key, one]));
  const all = [
    ...findings.findings,
    ...(findings.dispositioned ?? []).map(({ finding }) => finding),
    ...findings.ignored.map(({ finding }) => finding),
  ];
  const ofFindings = all.flatMap((finding) => {
    const item = present(packages.get(finding.packageKey), 'the package of a finding');
    const { decisions: _, ...bare } = finding;
    return toDispositioned(bare, decider.decide({ finding: bare, package: item }));
  });
  const ofAnswers = [...answers].flatMap((answer) => {
    const decision = decideAnswer(derivations, answer);
    return decision === undefined ? [] : toDispositioned(createFinding(answer), [decision]);
  });
  return {
    ...findings,
    findings: [],
    ignored: [],
    dispositioned: deduplicateFindings([...ofFindings, ...ofAnswers]),
  };
}

/** Proven conclusions come before suggestions. */
function toDispositioned(
  finding: Finding,
  decisions: readonly Decision[],
): readonly DispositionedFinding[] {
  const rank = ({ effect }: Decision): number => (effect === 'suggestion' ? 1 : 0);
  const ordered = decisions.toSorted((left, right) => rank(left) - rank(right));
  return ordered.length === 0 ? [] : [{ finding, decisions: ordered }];
}

/**
 * Of several statements about one package, one is enough. A version above the fix of one range may
 * be below another range; the fix is the conclusion then.
 */
function deduplicateFindings(
  all: readonly DispositionedFinding[],
): readonly DispositionedFinding[] {
  const byKey = new Map<string, DispositionedFinding>();
  for (const one of all) {
    const key = `${one.finding.packageKey} ${one.finding.id}`;
    const known = byKey.get(key);
    if (known === undefined || (isFix(one) && !isFix(known))) {
      byKey.set(key, one);
    }
  }
  return [...byKey.values()];
}

function isFix({ decisions }: DispositionedFinding): boolean {
  return decisions[0]?.status === 'fixed';
}

function createFinding({ package: item, advisory }: Answer): Finding {
  const { vulnerability, aliases, cves } = advisory;
  const others = new Set([...aliases, ...cves]);
  others.delete(vulnerability);
  return {
    packageKey: item.key,
    id: vulnerability,
    aliases: [...others],
    severity: 'unknown',
    fixState: 'unknown',
    fixVersions: [],
    risk: 0,
    matches: [],
  };
}
