import type { FactProof } from '../core/policy-verdict.ts';
import { type ReadFact, Unknown } from './expression/expression.ts';
import {
  createUnknownFact,
  type FactData,
  type FactValue,
  type PolicyInput,
  type SubjectKind,
} from './fact.ts';

/** The facts of one subject, each read once. */
export interface SubjectFacts {
  readonly readFact: ReadFact;
  readonly prove: (fact: string) => FactProof;
}

/** Creates access to the facts of a subject. */
export function createSubjectFacts<Subject>(
  kind: SubjectKind<Subject>,
  subject: Subject,
  input: PolicyInput,
): SubjectFacts {
  const values = new Map<string, FactValue>();
  const data = new Map<string, FactData | Unknown>();
  const read = (name: string): FactValue => {
    const found = values.get(name);
    if (found !== undefined) {
      return found;
    }
    const definition = kind.facts.find((one) => one.name === name);
    const stated = definition?.read(subject, input) ?? createUnknownFact(`unknown fact "${name}"`);
    // Every comparison with NaN is false, so that a malformed date would pass.
    const isNumber = !stated.isKnown || !Number.isNaN(stated.value);
    const value = isNumber ? stated : createUnknownFact(`the ${name} is malformed`);
    values.set(name, value);
    return value;
  };
  return {
    readFact: (name) => {
      const found = data.get(name);
      if (found !== undefined) {
        return found;
      }
      const value = read(name);
      const plain = value.isKnown
        ? value.value
        : new Unknown([{ fact: name, reason: value.reason }]);
      data.set(name, plain);
      return plain;
    },
    prove: (fact) => {
      const value = read(fact);
      if (!value.isKnown) {
        return { fact, unknown: value.reason };
      }
      const { value: known, evidence = {} } = value;
      return Object.keys(evidence).length === 0
        ? { fact, value: known }
        : { fact, value: known, evidence };
    },
  };
}
