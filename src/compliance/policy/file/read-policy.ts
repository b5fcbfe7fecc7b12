import { defined } from '../../../foundation/core/defined.ts';
import { digestText } from '../digest-text.ts';
import { compileCel } from '../expression/compile-cel.ts';
import type { SubjectKind } from '../fact.ts';
import { ACTIONS, type Condition, type Control, MODES, type Policy, type Rule } from '../policy.ts';
import { listPlaceholders } from '../recommendation.ts';
import { findFact, findSubjectKind } from './find-fact.ts';
import { PACK_FILE_KEYS, POLICY_KEYS, RULE_KEYS } from './policy-keys.data.ts';
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
import { readChoice, readDate, readDays } from './policy-values.ts';
import { readCondition } from './read-condition.ts';
import { readAllowed, readException } from './read-exception.ts';
import { readDenied, readMapping } from './read-image.ts';
import { readInclude } from './read-include.ts';
import { chooseAction, readControls, readPack, requirePackId } from './read-pack.ts';
import { readSearch } from './read-search.ts';
import { rejectRepeated } from './reject-repeated.ts';

/**
 * Reads a policy file.
 *
 * @param file its name in messages
 * @throws UserError `E_POLICY` with file and line, and the closest valid name
 */
export function readPolicy(bytes: Uint8Array, file: string): Policy {
  const root = parsePolicyFile(Buffer.from(bytes).toString('utf8'), file);
  const isPack = root.entries.has('pack');
  checkKeys(root, isPack ? [...POLICY_KEYS, ...PACK_FILE_KEYS] : POLICY_KEYS, 'the policy');
  const controls = isPack ? readControls(root) : [];
  const rules = getPolicyMaps(root, 'rules').map((map) => readRule(map, controls));
  rejectRepeated(
    rules.map(({ id, source }) => [id, source]),
    'rules',
  );
  const limit = getPolicyText(root, 'max-exception-duration');
  const maxExceptionDays = limit === undefined ? undefined : readDays(limit, root.place);
  return {
    name: isPack ? requirePackId(root) : requirePolicyText(root, 'policy', 'a policy'),
    version: getPolicyText(root, 'version') ?? '',
    source: file,
    digest: digestText(bytes),
    includes: getPolicyList(root, 'packs').map(readInclude),
    ...defined({ maxExceptionDays }),
    rules,
    exceptions: [
      ...getPolicyMaps(root, 'exceptions').map(readException),
      ...getPolicyMaps(root, 'allowed-images').map(readAllowed),
    ],
    images: getPolicyMaps(root, 'images').map(readMapping),
    deniedImages: getPolicyMaps(root, 'denied-images').map(readDenied),
    searches: getPolicyMaps(root, 'content').map(readSearch),
    ...(isPack ? { pack: readPack(root, controls, rules) } : {}),
  };
}

function readRule(map: PolicyMap, controls: readonly Control[]): Rule {
  checkKeys(map, RULE_KEYS, 'a rule');
  const id = requirePolicyText(map, 'id', 'a rule');
  const title = `the rule "${id}"`;
  const subjectPlace = map.entries.get('for')?.place ?? map.place;
  const kind = findSubjectKind(requirePolicyText(map, 'for', title), subjectPlace);
  const then = getPolicyText(map, 'then') ?? chooseAction(id, controls);
  const action = readChoice(then ?? requirePolicyText(map, 'then', title), ACTIONS, map.place);
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
  const recommendationPlace = map.entries.get('recommendation')?.place ?? map.place;
  for (const name of listPlaceholders(recommendation ?? '')) {
    findFact(kind, name, recommendationPlace);
  }
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

/** `when` holds conditions on facts, `cel` an expression; a rule without both always fires. */
function readConditions(
  map: PolicyMap,
  kind: SubjectKind<unknown>,
  when: PolicyNode | undefined,
): readonly Condition[] {
  if (when !== undefined && when.kind !== 'map') {
    throw createPolicyError(when.place, 'conditions are a map of facts');
  }
  const conditions = [...(when?.entries ?? [])].map(([name, node]) =>
    readCondition(findFact(kind, name, node.place), node),
  );
  const cel = getPolicyText(map, 'cel');
  return cel === undefined
    ? conditions
    : [...conditions, createCelCondition(cel, kind, map.entries.get('cel')?.place ?? map.place)];
}

function createCelCondition(text: string, kind: SubjectKind<unknown>, place: string): Condition {
  return { text, expression: compileCel(text, kind, place) };
}
