import type { ControlStatus } from '../../../foundation/core/control.ts';
import type { PolicyOutcome } from '../../../foundation/core/policy-verdict.ts';
import type { FactValue } from '../fact.ts';
import type { ImageIdentity } from '../image-identity.ts';
import type { PolicyInclude } from '../policy.ts';
import type { Statement } from '../statement.ts';

/** The outcomes of a rule in a test; a rule for another image or time is not in force. */
export const RULE_EXPECTATIONS = ['pass', 'warn', 'unknown', 'fail', 'not-in-force'] as const;

export type RuleExpectation = (typeof RULE_EXPECTATIONS)[number];

/** A file of tests, which states the policies that it is about. */
export interface PolicyTestFile {
  readonly file: string;
  readonly policies: readonly PolicyInclude[];
  readonly tests: readonly PolicyTest[];
}

/** Declared facts, with the outcomes that the policies must have for them. */
export interface PolicyTest {
  readonly name: string;
  /** File and line. */
  readonly source: string;
  /** RFC 3339; absent if the outcome does not depend on the time. */
  readonly now?: string;
  readonly image: ImageIdentity;
  /** By the kind of the subject. A kind that is not declared is unknown. */
  readonly subjects: ReadonlyMap<string, DeclaredSubjects>;
  readonly verdict?: PolicyOutcome;
  readonly rules: readonly Expected<RuleExpectation>[];
  /** By `PACK/CONTROL`. */
  readonly controls: readonly Expected<ControlStatus>[];
  /** Answers of people to controls. */
  readonly statements: readonly Statement[];
}

/** The outcome that a rule or control must have. */
export interface Expected<Outcome extends string> {
  readonly id: string;
  readonly outcome: Outcome;
  /** File and line. */
  readonly source: string;
}

/** The subjects of one kind; complete if nothing is missing. */
export interface DeclaredSubjects {
  readonly subjects: readonly DeclaredSubject[];
  readonly missing: readonly string[];
}

export interface DeclaredSubject {
  readonly key: string;
  readonly title: string;
  /** By the name of the fact. */
  readonly facts: ReadonlyMap<string, FactValue>;
}
