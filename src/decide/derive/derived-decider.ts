import type { Decision } from '../../core/decision.ts';
import type { Case, Decider, DecisionContext } from '../decider.ts';
import { createEvidenceRecord } from '../evidence.ts';
import type { Answer, Conclusion, Derivation } from './derivation.ts';

/**
 * Creates the decider for our own conclusions, which are signed as a tool and never as a person.
 */
export function createDerivedDecider(
  derivations: readonly Derivation[],
  surroundings: DecisionContext,
): Decider {
  const rules = derivations.filter((rule) => rule.about === 'finding');
  return {
    decide(one) {
      const decisions: Decision[] = [];
      for (const rule of rules.filter((each) => isAsked(each, one, surroundings))) {
        const conclusion = rule.derive(one, surroundings);
        if (conclusion !== undefined) {
          decisions.push(toDecision(rule, conclusion));
        }
      }
      return decisions;
    },
    listAlerts: () => [],
  };
}

/** A missing file proves nothing if the user, a saved result or an SBOM excluded files. */
function isAsked(
  { restsOn }: Derivation,
  { package: item }: Case,
  { inventory: { files, excluded = [] }, isViewPartial = false }: DecisionContext,
): boolean {
  const isPartial = isViewPartial || excluded.length > 0;
  const isListed = restsOn === 'own-files' && item.installedFiles !== undefined;
  return restsOn === 'record' || ((files.length > 0 || isListed) && !isPartial);
}

/** Returns the decision for a statement without a finding, by the first rule for its kind. */
export function decideAnswer(
  derivations: readonly Derivation[],
  answer: Answer,
): Decision | undefined {
  for (const rule of derivations) {
    const conclusion = rule.about === 'answer' ? rule.derive(answer) : undefined;
    if (conclusion !== undefined) {
      return toDecision(rule, conclusion);
    }
  }
  return undefined;
}

function toDecision(rule: Derivation, { inputs, ...words }: Conclusion): Decision {
  return {
    kind: 'derived',
    ...words,
    author: 'plimsoll (tool)',
    source: `rule ${rule.id} version ${rule.version}`,
    trace: [rule.title],
    evidence: createEvidenceRecord(rule, inputs),
  };
}
