import type { FactProof } from '../../foundation/core/policy-verdict.ts';
import type { PolicyInput } from './fact.ts';
import { subjectKinds } from './subject/registry.generated.ts';
import { FactTable } from './subject-facts.ts';

/** The facts of all subjects of one kind, as JSON for other policy engines. */
interface KindFacts {
  /** Why further subjects may exist. */
  readonly missing: readonly string[];
  readonly subjects: readonly {
    readonly subject: string;
    readonly title: string;
    readonly facts: readonly FactProof[];
  }[];
}

/** Lists every fact about every subject, by the kind of the subject. */
export function listAllFacts(input: PolicyInput): Readonly<Record<string, KindFacts>> {
  return Object.fromEntries(
    subjectKinds.map((kind) => {
      const { subjects, missing } = kind.list(input);
      const table = new FactTable(kind, subjects, input);
      const listed = subjects.map((subject, index) => {
        const { prove } = table.getFacts(index);
        return {
          subject: kind.identify(subject).key,
          title: kind.describe(subject),
          facts: kind.facts.map(({ name }) => prove(name)),
        };
      });
      return [kind.id, { missing, subjects: listed }];
    }),
  );
}
