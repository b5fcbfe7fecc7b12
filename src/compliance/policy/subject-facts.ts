import type { FactProof } from '../../foundation/core/policy-verdict.ts';
import { type ReadFact, Unknown } from './expression/expression.ts';
import {
  createUnknownFact,
  type FactData,
  type FactDefinition,
  type FactValue,
  type PolicyInput,
  type SubjectKind,
} from './fact.ts';

/** The facts of one subject. */
export interface SubjectFacts {
  readonly readFact: ReadFact;
  readonly prove: (fact: string) => FactProof;
}

/** The subjects of a kind by their value of one fact. */
export interface FactGroups {
  /** Distinct values; unknown ones are one group, whatever their reasons. */
  readonly values: readonly (FactData | Unknown)[];
  /** Position in `values` for each subject. */
  readonly groups: Int32Array;
  /** Positions in `values` by value, and by `Unknown` for unknown ones. */
  readonly groupsByValue: ReadonlyMap<unknown, number>;
}

/** Values of one fact by the position of the subject, which rules read one after the other. */
interface FactColumn {
  readonly data: (FactData | Unknown)[];
  /** Every rule that fires has the same proof of the fact. */
  readonly proofs: FactProof[];
  /** Absent until it is needed; `undefined` if a value is a list. */
  groups?: FactGroups | undefined;
}

/** The facts of all subjects of a kind, each read once. */
export class FactTable<Subject> {
  readonly #definitions: ReadonlyMap<string, FactDefinition<Subject>>;
  readonly #subjects: readonly Subject[];
  readonly #input: PolicyInput;
  readonly #columns = new Map<string, FactColumn>();

  constructor(
    { facts }: Pick<SubjectKind<Subject>, 'facts'>,
    subjects: readonly Subject[],
    input: PolicyInput,
  ) {
    this.#definitions = indexDefinitions(facts);
    this.#subjects = subjects;
    this.#input = input;
  }

  /** Returns access to the facts of the subject at a position. */
  getFacts(index: number): SubjectFacts {
    return {
      readFact: (name) => this.#readData(name, index),
      prove: (name) => this.#prove(name, index),
    };
  }

  /** Groups all subjects by a fact; `undefined` if it has lists of values. */
  groupSubjects(name: string): FactGroups | undefined {
    const column = this.#getColumn(name);
    if (!('groups' in column)) {
      column.groups = this.#createGroups(name);
    }
    return column.groups;
  }

  #createGroups(name: string): FactGroups | undefined {
    const values: (FactData | Unknown)[] = [];
    const groups = new Int32Array(this.#subjects.length);
    const known = new Map<unknown, number>();
    for (let index = 0; index < groups.length; index += 1) {
      const data = this.#readData(name, index);
      if (typeof data === 'object' && !(data instanceof Unknown)) {
        return undefined;
      }
      const key = data instanceof Unknown ? Unknown : data;
      let group = known.get(key);
      if (group === undefined) {
        group = values.push(data) - 1;
        known.set(key, group);
      }
      groups[index] = group;
    }
    return { values, groups, groupsByValue: known };
  }

  #getColumn(name: string): FactColumn {
    const known = this.#columns.get(name);
    if (known !== undefined) {
      return known;
    }
    const column = { data: [], proofs: [] };
    this.#columns.set(name, column);
    return column;
  }

  #readData(name: string, index: number): FactData | Unknown {
    const { data } = this.#getColumn(name);
    const found = data[index];
    if (found !== undefined) {
      return found;
    }
    const value = this.#read(name, index);
    const plain = value.isKnown ? value.value : new Unknown([{ fact: name, reason: value.reason }]);
    data[index] = plain;
    return plain;
  }

  #prove(fact: string, index: number): FactProof {
    const { proofs } = this.#getColumn(fact);
    const found = proofs[index];
    if (found !== undefined) {
      return found;
    }
    const proof = toProof(fact, this.#read(fact, index));
    proofs[index] = proof;
    return proof;
  }

  #read(name: string, index: number): FactValue {
    const subject = this.#subjects[index] as Subject;
    const stated =
      this.#definitions.get(name)?.read(subject, this.#input) ??
      createUnknownFact(`unknown fact "${name}"`);
    // Every comparison with NaN is false, so that a malformed date would pass.
    const isNumber = !stated.isKnown || !Number.isNaN(stated.value);
    return isNumber ? stated : createUnknownFact(`the ${name} is malformed`);
  }
}

const INDEXES = new WeakMap<object, ReadonlyMap<string, FactDefinition<never>>>();

/** The facts of a kind by name. There are dozens, and a table for each subject at other times. */
function indexDefinitions<Subject>(
  facts: readonly FactDefinition<Subject>[],
): ReadonlyMap<string, FactDefinition<Subject>> {
  const index =
    INDEXES.get(facts) ?? new Map(facts.map((fact) => [fact.name, fact as FactDefinition<never>]));
  INDEXES.set(facts, index);
  return index;
}

function toProof(fact: string, value: FactValue): FactProof {
  if (!value.isKnown) {
    return { fact, unknown: value.reason };
  }
  const { value: known, evidence = {} } = value;
  return Object.keys(evidence).length === 0
    ? { fact, value: known }
    : { fact, value: known, evidence };
}
