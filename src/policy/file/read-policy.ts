import { defined } from '../../core/defined.ts';
import { suggestWord } from '../../core/option-suggestion.ts';
import { isCalendarDate } from '../dates.ts';
import { digestText } from '../digest-text.ts';
import { compileCel, getCelName } from '../expression/compile-cel.ts';
import type { SubjectKind } from '../fact.ts';
import {
  ACTIONS,
  type Condition,
  type DeniedImage,
  type Exception,
  type ImageMapping,
  MODES,
  type PackReference,
  type Policy,
  type Rule,
} from '../policy.ts';
import { subjectKinds } from '../subject/registry.generated.ts';
import {
  checkKeys,
  createPolicyError,
  getPolicyList,
  getPolicyMaps,
  getPolicyText,
  type PolicyMap,
  type PolicyNode,
  parsePolicyFile,
  requirePolicyText,
} from './policy-node.ts';
import { readCondition } from './read-condition.ts';
import { readSearch } from './read-search.ts';

const POLICY_KEYS = [
  'policy',
  'version',
  'packs',
  'max-exception-duration',
  'rules',
  'exceptions',
  'images',
  'denied-images',
  'content',
];

/**
 * Reads a policy file.
 *
 * @param file its name in messages
 * @throws UserError `E_POLICY` with file and line, and the closest valid name
 */
export function readPolicy(bytes: Uint8Array, file: string): Policy {
  const root = parsePolicyFile(Buffer.from(bytes).toString('utf8'), file);
  checkKeys(root, POLICY_KEYS, 'the policy');
  const rules = getPolicyMaps(root, 'rules').map(readRule);
  const repeated = rules.find(({ id }, index) => rules.findIndex((one) => one.id === id) < index);
  if (repeated !== undefined) {
    throw createPolicyError(repeated.source, `there are two rules "${repeated.id}"`);
  }
  const limit = getPolicyText(root, 'max-exception-duration');
  const maxExceptionDays = limit === undefined ? undefined : readDays(limit, root.place);
  return {
    name: requirePolicyText(root, 'policy', 'a policy'),
    version: getPolicyText(root, 'version') ?? '',
    source: file,
    digest: digestText(bytes),
    packs: getPolicyList(root, 'packs').map(readPack),
    ...defined({ maxExceptionDays }),
    rules,
    exceptions: getPolicyMaps(root, 'exceptions').map(readException),
    images: getPolicyMaps(root, 'images').map(readMapping),
    deniedImages: getPolicyMaps(root, 'denied-images').map(readDenied),
    searches: getPolicyMaps(root, 'content').map(readSearch),
  };
}

function readDays(text: string, place: string): number {
  const days = /^(\d{1,5}) days?$/.exec(text)?.[1];
  if (days === undefined) {
    throw createPolicyError(place, `"${text}" is not a duration`, 'write it as: 90 days');
  }
  return Number(days);
}

function readPack(node: PolicyNode): PackReference {
  const [text, mode] =
    node.kind === 'map'
      ? [requirePolicyText(node, 'pack', 'a pack'), getPolicyText(node, 'mode') ?? 'enforce']
      : [node.kind === 'text' ? node.value : '', 'enforce'];
  const [, id, version] = /^([a-z0-9-]{1,64})@(\d{1,5})$/.exec(text) ?? [];
  if (id === undefined || version === undefined) {
    throw createPolicyError(node.place, 'a pack is NAME@VERSION', 'write it as: recommended@1');
  }
  return { id, version, mode: readChoice(mode, MODES, node.place), source: node.place };
}

function readChoice<Word extends string>(
  text: string,
  words: readonly Word[],
  place: string,
): Word {
  const word = words.find((one) => one === text);
  if (word === undefined) {
    throw createPolicyError(place, `"${text}" is not possible here`, suggestWord(text, words));
  }
  return word;
}

const RULE_KEYS = [
  'id',
  'for',
  'when',
  'when-none',
  'cel',
  'then',
  'mode',
  'from',
  'until',
  'recommendation',
];

function readRule(map: PolicyMap): Rule {
  checkKeys(map, RULE_KEYS, 'a rule');
  const id = requirePolicyText(map, 'id', 'a rule');
  const title = `the rule "${id}"`;
  const kind = findSubject(requirePolicyText(map, 'for', title), map);
  const action = readChoice(requirePolicyText(map, 'then', title), ACTIONS, map.place);
  const none = map.entries.get('when-none');
  if (none !== undefined && map.entries.has('when')) {
    throw createPolicyError(map.place, `${title} has both "when" and "when-none"`);
  }
  const conditions = readConditions(map, kind, none ?? map.entries.get('when'));
  const [from, until, recommendation] = [
    readDate(map, 'from'),
    readDate(map, 'until'),
    getPolicyText(map, 'recommendation'),
  ];
  return {
    id,
    source: map.place,
    subject: kind.id,
    quantifier: none === undefined ? 'some' : 'none',
    conditions,
    action,
    mode: readChoice(getPolicyText(map, 'mode') ?? 'enforce', MODES, map.place),
    ...defined({ from, until, recommendation }),
  };
}

function findSubject(id: string, map: PolicyMap): SubjectKind<unknown> {
  const kind = subjectKinds.find((one) => one.id === id);
  if (kind === undefined) {
    const ids = subjectKinds.map((one) => one.id);
    const place = map.entries.get('for')?.place ?? map.place;
    throw createPolicyError(place, `unknown subject "${id}"`, suggestWord(id, ids));
  }
  return kind;
}

/** `when` holds conditions on facts, `cel` an expression; a rule without both always fires. */
function readConditions(
  map: PolicyMap,
  kind: SubjectKind<unknown>,
  when: PolicyNode | undefined,
): readonly Condition[] {
  if (when !== undefined && when.kind !== 'map') {
    throw createPolicyError(when.place, 'conditions are a map of facts');
  }
  const conditions = [...(when?.entries ?? [])].map(([name, node]) => {
    const fact = kind.facts.find((one) => one.name === name);
    if (fact === undefined) {
      const names = kind.facts.map((one) => one.name);
      throw createPolicyError(
        node.place,
        `unknown fact "${name}" of a ${kind.id}`,
        suggestWord(name, names, 'plimsoll policy facts'),
      );
    }
    return readCondition(fact, node);
  });
  const cel = getPolicyText(map, 'cel');
  return cel === undefined
    ? conditions
    : [...conditions, createCelCondition(cel, kind, map.entries.get('cel')?.place ?? map.place)];
}

function createCelCondition(text: string, kind: SubjectKind<unknown>, place: string): Condition {
  return { text, expression: compileCel(text, kind, place) };
}

function readDate(map: PolicyMap, key: string): string | undefined {
  const text = getPolicyText(map, key);
  if (text !== undefined && !isCalendarDate(text)) {
    const place = map.entries.get(key)?.place ?? map.place;
    throw createPolicyError(place, `"${text}" is not a date`, 'write it as: 2027-01-31');
  }
  return text;
}

const EXCEPTION_KEYS = [
  'rule',
  'finding',
  'package',
  'subject',
  'fact',
  'reason',
  'approved-by',
  'evidence',
  'while',
  'expires',
];

function readException(map: PolicyMap): Exception {
  checkKeys(map, EXCEPTION_KEYS, 'an exception');
  const title = 'an exception';
  const expires = readDate(map, 'expires');
  if (expires === undefined) {
    throw createPolicyError(map.place, 'an exception needs "expires"', 'write it as: 2027-01-31');
  }
  const [vulnerability, packageName, subject, fact, whileCondition] = [
    getPolicyText(map, 'finding'),
    getPolicyText(map, 'package'),
    getPolicyText(map, 'subject'),
    getPolicyText(map, 'fact'),
    readWhile(map),
  ];
  if ([vulnerability, packageName, subject, fact].every((one) => one === undefined)) {
    throw createPolicyError(
      map.place,
      'an exception needs "finding", "package", "subject" or "fact"',
      'name the one thing that is accepted',
    );
  }
  return {
    source: map.place,
    rule: requirePolicyText(map, 'rule', title),
    ...defined({ vulnerability, package: packageName, subject, fact }),
    ...whileCondition,
    reason: requirePolicyText(map, 'reason', title),
    approvedBy: requirePolicyText(map, 'approved-by', title),
    evidence: requirePolicyText(map, 'evidence', title),
    expires,
  };
}

/** The subject of `while` is that of its name: `finding.reach == "unreachable"`. */
function readWhile(map: PolicyMap): Pick<Exception, 'condition' | 'conditionSubject'> | undefined {
  const text = getPolicyText(map, 'while');
  if (text === undefined) {
    return undefined;
  }
  const place = map.entries.get('while')?.place ?? map.place;
  const kind = subjectKinds.find(({ id }) => new RegExp(`\\b${getCelName(id)}\\.`).test(text));
  if (kind === undefined) {
    throw createPolicyError(
      place,
      '"while" names no subject',
      'write it as: finding.reach == "unreachable"',
    );
  }
  return { condition: createCelCondition(text, kind, place), conditionSubject: kind.id };
}

function readMapping(map: PolicyMap): ImageMapping {
  checkKeys(map, ['match', 'rules'], 'an image');
  const pattern = requirePolicyText(map, 'match', 'an image');
  const node = map.entries.get('rules');
  if (node?.kind === 'nothing') {
    throw createPolicyError(node.place, '"rules" has no value', 'write it as: rules: all');
  }
  const isAll = node === undefined || (node.kind === 'text' && node.value === 'all');
  const rules = isAll ? undefined : getPolicyList(map, 'rules').map(readRuleName);
  return { source: map.place, pattern, ...defined({ rules }) };
}

function readRuleName(node: PolicyNode): string {
  if (node.kind !== 'text') {
    throw createPolicyError(node.place, 'the ID of a rule must be a text');
  }
  return node.value;
}

function readDenied(map: PolicyMap): DeniedImage {
  checkKeys(map, ['match', 'reason'], 'a denied image');
  return {
    source: map.place,
    pattern: requirePolicyText(map, 'match', 'a denied image'),
    reason: requirePolicyText(map, 'reason', 'a denied image'),
  };
}
