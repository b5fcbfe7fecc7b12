import { isCalendarDate } from '../../foundation/core/calendar-date.ts';
import { defined } from '../../foundation/core/defined.ts';
import { suggestWord } from '../../foundation/core/option-suggestion.ts';
import { countDays } from './dates.ts';
import { DECLARED_FACTS, type DeclaredFact, type DeclaredName } from './declared-fact.ts';
import { digestText } from './digest-text.ts';
import {
  createFact,
  createUnknownFact,
  type FactDefinition,
  type FactType,
  type FactValue,
} from './fact.ts';
import {
  checkKeys,
  createPolicyError,
  getPolicyMaps,
  getPolicyText,
  type PolicyMap,
  type PolicyNode,
  parsePolicyFile,
  requirePolicyText,
} from './file/policy-node.ts';

type Subject = 'image' | 'finding';
type Definition = (typeof DECLARED_FACTS)[number];

/**
 * Reads a file of declared facts: `facts` with `value`, `by` and `expires` by name, and `findings`
 * with facts about single findings.
 *
 * @throws UserError `E_POLICY` with file and line
 */
export function readDeclaredFacts(bytes: Uint8Array, file: string): readonly DeclaredFact[] {
  const root = parsePolicyFile(Buffer.from(bytes).toString('utf8'), file);
  checkKeys(root, ['facts', 'findings'], 'the file of facts');
  const facts = root.entries.get('facts');
  const findings = getPolicyMaps(root, 'findings');
  if (facts === undefined ? findings.length === 0 : facts.kind !== 'map') {
    throw createPolicyError(root.place, 'a file of facts has a map "facts" or a list "findings"');
  }
  const own = facts?.kind === 'map' ? [...facts.entries] : [];
  const statements = [
    ...own.map(([name, node]) => readImageFact(name, node)),
    ...findings.flatMap(readFindingFacts),
  ];
  rejectRepeated(statements);
  return statements;
}

/** If two statements are about the same thing, either could be wrong. */
function rejectRepeated(statements: readonly DeclaredFact[]): void {
  const seen = new Set<string>();
  for (const { name, vulnerability = '', package: packageName = '', source } of statements) {
    const key = [name, vulnerability, packageName].join('\n');
    if (seen.has(key)) {
      throw createPolicyError(source, `"${name}" of ${vulnerability} is declared twice`);
    }
    seen.add(key);
  }
}

function readImageFact(written: string, node: PolicyNode): DeclaredFact {
  const definition = findDefinition(written, node, 'image');
  const { name } = definition;
  if (node.kind !== 'map') {
    throw createPolicyError(node.place, `"${name}" needs "value", "by" and "expires"`);
  }
  const title = `the fact "${name}"`;
  checkKeys(node, ['value', 'by', 'expires'], title);
  const statement = readStatement(node, title);
  return {
    name,
    value: readDeclaredValue(definition, node.entries.get('value'), node),
    ...statement,
  };
}

const FINDING_KEYS = ['finding', 'package', 'facts', 'by', 'expires'];

function readFindingFacts(map: PolicyMap): readonly DeclaredFact[] {
  const title = 'an element of "findings"';
  checkKeys(map, FINDING_KEYS, title);
  const facts = map.entries.get('facts');
  if (facts?.kind !== 'map' || facts.entries.size === 0) {
    throw createPolicyError(map.place, `${title} needs a map "facts"`);
  }
  const vulnerability = requirePolicyText(map, 'finding', title);
  const about = { vulnerability, ...defined({ package: getPolicyText(map, 'package') }) };
  const statement = readStatement(map, title);
  return [...facts.entries].map(([written, node]) => {
    const definition = findDefinition(written, node, 'finding');
    const value = readDeclaredValue(definition, node, facts);
    return { name: definition.name, value, ...statement, ...about, source: node.place };
  });
}

function findDefinition(written: string, { place }: PolicyNode, subject: Subject): Definition {
  const known = DECLARED_FACTS.filter(({ subjects }) => includesSubject(subjects, subject));
  const found = known.find(({ name }) => name === written);
  if (found === undefined) {
    const names = known.map(({ name }) => name);
    const message = `unknown fact "${written}" of a ${subject}`;
    throw createPolicyError(place, message, suggestWord(written, names));
  }
  return found;
}

function includesSubject(subjects: readonly Subject[], subject: Subject): boolean {
  return subjects.includes(subject);
}

function readStatement(
  map: PolicyMap,
  title: string,
): Pick<DeclaredFact, 'by' | 'expires' | 'source'> {
  const expires = requirePolicyText(map, 'expires', title);
  if (!isCalendarDate(expires)) {
    throw createPolicyError(map.place, `"${expires}" is not a date`, 'write it as: 2027-01-31');
  }
  return { by: requirePolicyText(map, 'by', title), expires, source: map.place };
}

function readDeclaredValue(
  definition: Definition,
  node: PolicyNode | undefined,
  { place }: PolicyMap,
): string | boolean {
  const { name, kind } = definition;
  if (kind === 'flag') {
    if (node?.kind !== 'flag') {
      throw createPolicyError(node?.place ?? place, `the value of "${name}" is true or false`);
    }
    return node.value;
  }
  if (node === undefined) {
    throw createPolicyError(place, `the fact "${name}" needs "value"`);
  }
  const own: PolicyMap = { kind: 'map', entries: new Map([[name, node]]), place };
  const text = getPolicyText(own, name) ?? '';
  const words: readonly string[] = kind === 'word' ? definition.words : [text];
  if (!words.includes(text)) {
    const message = `"${text}" is not a value of "${name}"`;
    throw createPolicyError(node.place, message, suggestWord(text, words));
  }
  return text;
}

/**
 * Creates the facts of a kind of subject that only people can state.
 *
 * @param getScope returns the finding of a subject; absent for the image
 */
export function createDeclaredFacts<Kind>(
  subject: Subject,
  getScope?: (one: Kind) => DeclaredScope,
): readonly FactDefinition<Kind>[] {
  return DECLARED_FACTS.filter(({ subjects }) => includesSubject(subjects, subject)).map(
    (definition) => ({
      name: definition.name,
      type: getDeclaredType(definition),
      about: `${definition.about}; declared with --facts`,
      absence: 'not declared, or the declaration has expired: unknown',
      read: (one, { declaredFacts = [], now }) =>
        findDeclaredFact(definition.name, { declaredFacts, now }, getScope?.(one)),
    }),
  );
}

function getDeclaredType(definition: Definition): FactType {
  return definition.kind === 'word'
    ? { kind: 'scale', words: definition.words.toReversed() }
    : { kind: definition.kind };
}

/** The finding that a fact is about: its IDs, and the names of its package. */
export interface DeclaredScope {
  readonly vulnerabilities: readonly string[];
  readonly packages: readonly string[];
}

interface DeclaredInput {
  readonly declaredFacts: readonly DeclaredFact[];
  readonly now: string;
}

/**
 * Returns the value of a declared fact at a time; unknown if every declaration has expired. Of a
 * finding, the most specific statement counts that has not expired.
 */
export function findDeclaredFact(
  name: DeclaredName,
  { declaredFacts, now }: DeclaredInput,
  scope?: DeclaredScope,
): FactValue {
  const statements = declaredFacts
    .filter((one) => one.name === name && isInScope(one, scope))
    .toSorted((left, right) => rankStatement(right) - rankStatement(left));
  const [first] = statements;
  if (first === undefined) {
    return createUnknownFact(`nobody declared "${name}": add it with --facts FILE`);
  }
  const valid = statements.find(({ expires }) => countDays(now, expires) > 0);
  if (valid === undefined) {
    const { expires, source } = first;
    return createUnknownFact(`the statement about "${name}" expired on ${expires} (${source})`);
  }
  const { value, by, expires, source } = valid;
  return createFact(value, { asserted: `by ${by}`, source, expires });
}

function isInScope(
  { vulnerability, package: packageName }: DeclaredFact,
  scope: DeclaredScope | undefined,
): boolean {
  return (
    vulnerability === undefined ||
    (scope?.vulnerabilities.includes(vulnerability) === true &&
      (packageName === undefined || scope.packages.includes(packageName)))
  );
}

/** A statement about one package is more specific than one about a vulnerability, or the image. */
function rankStatement({ vulnerability, package: packageName }: DeclaredFact): number {
  return (vulnerability === undefined ? 0 : 1) + (packageName === undefined ? 0 : 1);
}

/** `sha256:…` of the statements. */
export function digestDeclaredFacts(facts: readonly DeclaredFact[]): string {
  return digestText(JSON.stringify(facts));
}
