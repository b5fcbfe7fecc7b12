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

/** Values by fact and by the position of the subject, which rules read one fact after the other. */
export type FactColumns = Map<string, (FactData | Unknown)[]>;

/** The place of a subject among others of its kind. */
export interface FactCell {
  readonly columns: FactColumns;
  readonly index: number;
}

/** Creates access to the facts of a subject. */
export function createSubjectFacts<Subject>(
  kind: SubjectKind<Subject>,
  subject: Subject,
  input: PolicyInput,
  { columns, index }: FactCell = { columns: new Map(), index: 0 },
): SubjectFacts {
  const read = (name: string): FactValue => {
    const definition = kind.facts.find((one) => one.name === name);
    const stated = definition?.read(subject, input) ?? createUnknownFact(`unknown fact "${name}"`);
    // Every comparison with NaN is false, so that a malformed date would pass.
    const isNumber = !stated.isKnown || !Number.isNaN(stated.value);
    return isNumber ? stated : createUnknownFact(`the ${name} is malformed`);
  };
  return {
    readFact: (name) => {
      let column = columns.get(name);
      if (column === undefined) {
        column = [];
        columns.set(name, column);
      }
      const found = column[index];
      if (found !== undefined) {
        return found;
      }
      const value = read(name);
      const plain = value.isKnown
        ? value.value
        : new Unknown([{ fact: name, reason: value.reason }]);
      column[index] = plain;
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
