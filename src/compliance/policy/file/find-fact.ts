import { suggestWord } from '../../../foundation/core/option-suggestion.ts';
import type { FactDefinition, SubjectKind } from '../fact.ts';
import { subjectKinds } from '../subject/registry.generated.ts';
import { createPolicyError } from './policy-node.ts';

type Kind = SubjectKind<unknown>;

/** @throws UserError `E_POLICY` with the closest kind if there is none with the ID */
export function findSubjectKind(id: string, place: string): Kind {
  const kind = subjectKinds.find((one) => one.id === id);
  if (kind === undefined) {
    const ids = subjectKinds.map((one) => one.id);
    throw createPolicyError(place, `unknown subject "${id}"`, suggestWord(id, ids));
  }
  return kind;
}

/** @throws UserError `E_POLICY` with the closest fact if the kind has none with the name */
export function findFact(
  { id, facts }: Kind,
  name: string,
  place: string,
): FactDefinition<unknown> {
  const fact = facts.find((one) => one.name === name);
  if (fact === undefined) {
    const names = facts.map((one) => one.name);
    const article = /^[aeiou]/.test(id) ? 'an' : 'a';
    const hint = suggestWord(name, names, 'plimsoll check policy facts');
    throw createPolicyError(place, `unknown fact "${name}" of ${article} ${id}`, hint);
  }
  return fact;
}
