import { suggestWord } from '../../../foundation/core/option-suggestion.ts';
import { parseJson } from '../../../foundation/syntax/json/parse-json.ts';
import {
  createFact,
  createUnknownFact,
  type FactData,
  type FactDefinition,
  type FactValue,
  type SubjectKind,
} from '../fact.ts';
import { findFact, findSubjectKind } from '../file/find-fact.ts';
import {
  checkKeys,
  createPolicyError,
  getPolicyList,
  getPolicyMaps,
  getPolicyText,
  type PolicyMap,
  type PolicyNode,
} from '../file/policy-node.ts';
import { readAmountValue } from '../file/read-condition.ts';
import type { DeclaredSubject, DeclaredSubjects } from './policy-test.ts';

type Kind = SubjectKind<unknown>;
type Definition = FactDefinition<unknown>;

/**
 * Reads the facts of a test: for each kind of subject, a list of subjects with their facts. It is
 * complete, unless `missing` has a reason. The form of `check -o facts` is read, too.
 *
 * @throws UserError `E_POLICY` with file and line, and the closest valid name
 */
export function readTestFacts(node: PolicyNode | undefined): ReadonlyMap<string, DeclaredSubjects> {
  if (node === undefined) {
    return new Map();
  }
  if (node.kind !== 'map') {
    throw createPolicyError(node.place, '"facts" is a map of kinds of subjects');
  }
  return new Map(
    [...node.entries].map(([id, list]): [string, DeclaredSubjects] => [
      id,
      readSubjects(findSubjectKind(id, list.place), list),
    ]),
  );
}

/**
 * Reads a file that `check -o facts` wrote.
 *
 * @throws UserError `E_POLICY` if it is not valid JSON
 */
export function readFactsDocument(bytes: Uint8Array, file: string): PolicyNode {
  const data = parseJson(Buffer.from(bytes).toString('utf8'));
  if (data === undefined) {
    throw createPolicyError(
      file,
      'the facts are not valid JSON',
      'write them with: check -o facts',
    );
  }
  return toNode(data, file);
}

function toNode(data: unknown, place: string): PolicyNode {
  if (Array.isArray(data)) {
    return { kind: 'list', items: data.map((one: unknown) => toNode(one, place)), place };
  }
  switch (typeof data) {
    case 'string':
      return { kind: 'text', value: data, place };
    case 'number':
      return { kind: 'number', value: data, text: String(data), place };
    case 'boolean':
      return { kind: 'flag', value: data, place };
    case 'object': {
      const entries = Object.entries(data ?? {});
      return data === null
        ? { kind: 'nothing', place }
        : { kind: 'map', entries: new Map(entries.map(([k, v]) => [k, toNode(v, place)])), place };
    }
    default:
      return { kind: 'nothing', place };
  }
}

/** Only a target as a whole is one subject. */
const SINGLE = 'image';

function readSubjects(kind: Kind, node: PolicyNode): DeclaredSubjects {
  if (node.kind === 'map' && (node.entries.has('subjects') || node.entries.has('missing'))) {
    checkKeys(node, ['subjects', 'missing'], `the subjects of the kind ${kind.id}`);
    return {
      subjects: getPolicyMaps(node, 'subjects').map((map, index) => readSubject(kind, map, index)),
      missing: getPolicyList(node, 'missing').map((reason) => readPlainText('missing', reason)),
    };
  }
  if (node.kind === 'map' && kind.id === SINGLE) {
    return { subjects: [readSubject(kind, node, 0)], missing: [] };
  }
  if (node.kind !== 'list') {
    const hint = `write, for example: ${kind.id}: [{ ${kind.facts[0]?.name ?? ''}: … }]`;
    throw createPolicyError(node.place, `"${kind.id}" is a list of subjects`, hint);
  }
  const { place } = node;
  const list: PolicyMap = { kind: 'map', entries: new Map([['subjects', node]]), place };
  return readSubjects(kind, list);
}

function readSubject(kind: Kind, map: PolicyMap, index: number): DeclaredSubject {
  const usual = `${kind.id} ${index + 1}`;
  const facts = map.entries.get('facts');
  if (facts?.kind === 'list') {
    checkKeys(map, ['subject', 'title', 'facts'], 'a subject');
    const key = getPolicyText(map, 'subject') ?? usual;
    return {
      key,
      title: getPolicyText(map, 'title') ?? key,
      facts: new Map(getPolicyMaps(map, 'facts').map((one) => readWrittenFact(kind, one))),
    };
  }
  const key = getPolicyText(map, 'subject') ?? usual;
  const own = [...map.entries].filter(([name]) => name !== 'subject');
  const known = own.map(([name, node]): [string, FactValue] => [
    name,
    readFactValue(findFact(kind, name, node.place), node),
  ]);
  return { key, title: key, facts: new Map(known) };
}

/** A fact as `check -o facts` writes it: `fact` with `value` or `unknown`. */
function readWrittenFact(kind: Kind, map: PolicyMap): [string, FactValue] {
  checkKeys(map, ['fact', 'value', 'unknown', 'evidence'], 'a fact');
  const definition = findFact(kind, getPolicyText(map, 'fact') ?? '', map.place);
  const value = map.entries.get('value');
  return [
    definition.name,
    value === undefined
      ? createUnknownFact(getPolicyText(map, 'unknown') ?? 'no reason is stated')
      : createFact(readData(definition, value)),
  ];
}

/** `{ unknown: REASON }` states that a fact is missing, as an undeclared one is. */
function readFactValue(definition: Definition, node: PolicyNode): FactValue {
  if (node.kind !== 'map') {
    return createFact(readData(definition, node));
  }
  checkKeys(node, ['unknown'], `the fact "${definition.name}"`);
  return createUnknownFact(getPolicyText(node, 'unknown') ?? 'no reason is stated');
}

function readData({ name, type }: Definition, node: PolicyNode): FactData {
  switch (type.kind) {
    case 'flag':
      if (node.kind !== 'flag') {
        throw createPolicyError(node.place, `the value of "${name}" is true or false`);
      }
      return node.value;
    case 'amount':
      return readAmountValue(name, type, node);
    case 'texts':
    case 'licenses':
      return node.kind === 'list'
        ? node.items.map((item) => readPlainText(name, item))
        : [readPlainText(name, node)];
    case 'text':
      return readPlainText(name, node);
    default: {
      const word = readPlainText(name, node);
      if (!type.words.includes(word)) {
        const message = `"${word}" is not a value of "${name}"`;
        throw createPolicyError(node.place, message, suggestWord(word, type.words));
      }
      return word;
    }
  }
}

/** An empty text is a value, unlike in a policy. */
function readPlainText(name: string, node: PolicyNode): string {
  if (node.kind === 'text') {
    return node.value;
  }
  const hint = node.kind === 'number' ? `write it in quotes: ${name}: "${node.text}"` : undefined;
  throw createPolicyError(node.place, `the value of "${name}" must be a text`, hint);
}
