import { suggestWord } from '../core/option-suggestion.ts';
import { countDays, isCalendarDate } from './dates.ts';
import { DECLARED_FACTS, type DeclaredFact, type DeclaredName } from './declared-fact.ts';
import { digestText } from './digest-text.ts';
import { createFact, createUnknownFact, type FactValue } from './fact.ts';
import {
  checkKeys,
  createPolicyError,
  getPolicyText,
  type PolicyMap,
  type PolicyNode,
  parsePolicyFile,
  requirePolicyText,
} from './file/policy-node.ts';

const NAMES = DECLARED_FACTS.map(({ name }) => name);

/**
 * Reads a file of declared facts: `facts` with `value`, `by` and `expires` by name.
 *
 * @throws UserError `E_POLICY` with file and line
 */
export function readDeclaredFacts(bytes: Uint8Array, file: string): readonly DeclaredFact[] {
  const root = parsePolicyFile(Buffer.from(bytes).toString('utf8'), file);
  checkKeys(root, ['facts'], 'the file of facts');
  const facts = root.entries.get('facts');
  if (facts?.kind !== 'map') {
    throw createPolicyError(root.place, 'a file of facts has a map "facts"');
  }
  return [...facts.entries].map(([name, node]) => readDeclaredFact(name, node));
}

function readDeclaredFact(written: string, node: PolicyNode): DeclaredFact {
  const name = NAMES.find((one) => one === written);
  if (name === undefined) {
    throw createPolicyError(node.place, `unknown fact "${written}"`, suggestWord(written, NAMES));
  }
  if (node.kind !== 'map') {
    throw createPolicyError(node.place, `"${name}" needs "value", "by" and "expires"`);
  }
  checkKeys(node, ['value', 'by', 'expires'], `the fact "${name}"`);
  const expires = requirePolicyText(node, 'expires', `the fact "${name}"`);
  if (!isCalendarDate(expires)) {
    throw createPolicyError(node.place, `"${expires}" is not a date`, 'write it as: 2027-01-31');
  }
  return {
    name,
    value: readDeclaredValue(name, node),
    by: requirePolicyText(node, 'by', `the fact "${name}"`),
    expires,
    source: node.place,
  };
}

function readDeclaredValue(name: DeclaredName, map: PolicyMap): string | boolean {
  const node = map.entries.get('value');
  if (DECLARED_FACTS.find((one) => one.name === name)?.kind === 'text') {
    const text = getPolicyText(map, 'value');
    if (text === undefined) {
      throw createPolicyError(map.place, `the fact "${name}" needs "value"`);
    }
    return text;
  }
  if (node?.kind !== 'flag') {
    throw createPolicyError(map.place, `the value of "${name}" is true or false`);
  }
  return node.value;
}

/** Returns the value of a declared fact at a time; unknown if nobody declares it any more. */
export function findDeclaredFact(
  name: DeclaredName,
  { declaredFacts, now }: { readonly declaredFacts: readonly DeclaredFact[]; readonly now: string },
): FactValue {
  const declared = declaredFacts.find((one) => one.name === name);
  if (declared === undefined) {
    return createUnknownFact(`nobody declared "${name}": add it with --facts FILE`);
  }
  const { value, by, expires, source } = declared;
  return countDays(now, expires) > 0
    ? createFact(value, { asserted: `by ${by}`, source, expires })
    : createUnknownFact(`the statement about "${name}" expired on ${expires} (${source})`);
}

/** `sha256:…` of the statements. */
export function digestDeclaredFacts(facts: readonly DeclaredFact[]): string {
  return digestText(JSON.stringify(facts));
}
