import { listFacts } from './expression/collect-facts.ts';
import type { FactNeed } from './fact.ts';
import type { Policy } from './policy.ts';
import { subjectKinds } from './subject/registry.generated.ts';

/** Returns the measurements that the facts of all rules need. */
export function listNeeds(policies: readonly Policy[]): ReadonlySet<FactNeed> {
  const rules = policies.flatMap((policy) => policy.rules);
  const needs = subjectKinds.flatMap((kind) => {
    const own = rules.filter(({ subject }) => subject === kind.id);
    const conditions = [
      ...own.flatMap((rule) => rule.conditions),
      ...policies.flatMap(({ exceptions }) =>
        exceptions.flatMap(({ condition }) => condition ?? []),
      ),
    ];
    const applied =
      kind.id === 'image'
        ? policies.flatMap(
            ({ pack }) => pack?.controls.flatMap(({ applies }) => applies ?? []) ?? [],
          )
        : [];
    const read = new Set(
      [...conditions, ...applied].flatMap(({ expression }) => listFacts(expression)),
    );
    const facts = kind.facts.filter(({ name }) => read.has(name));
    return own.length === 0 && applied.length === 0
      ? []
      : [...(kind.needs ?? []), ...facts.flatMap((fact) => fact.needs ?? [])];
  });
  return new Set(needs);
}
