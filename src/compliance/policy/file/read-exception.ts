import { defined } from '../../../foundation/core/defined.ts';
import { compileCel, getCelName } from '../expression/compile-cel.ts';
import type { Exception } from '../policy.ts';
import { subjectKinds } from '../subject/registry.generated.ts';
import { ALLOWED_KEYS, EXCEPTION_KEYS } from './policy-keys.data.ts';
import {
  checkKeys,
  createPolicyError,
  getPolicyText,
  type PolicyMap,
  requirePolicyText,
} from './policy-node.ts';
import { requireDate } from './policy-values.ts';
import { readImagePattern } from './read-image.ts';

/** Reads an exception for one subject or fact. */
export function readException(map: PolicyMap): Exception {
  checkKeys(map, EXCEPTION_KEYS, 'an exception');
  const title = 'an exception';
  const approval = readApproval(map, title);
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
    ...approval,
  };
}

function readApproval(
  map: PolicyMap,
  title: string,
): Pick<Exception, 'reason' | 'approvedBy' | 'evidence' | 'expires'> {
  return {
    expires: requireDate(map, 'expires', title),
    reason: requirePolicyText(map, 'reason', title),
    approvedBy: requirePolicyText(map, 'approved-by', title),
    evidence: requirePolicyText(map, 'evidence', title),
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
  return {
    condition: { text, expression: compileCel(text, kind, place) },
    conditionSubject: kind.id,
  };
}

/** An allowed image is an exception for every rule. It needs everything that exceptions need. */
export function readAllowed(map: PolicyMap): Exception {
  const title = 'an allowed image';
  checkKeys(map, ALLOWED_KEYS, title);
  return { image: readImagePattern(map, title), ...readApproval(map, title), source: map.place };
}
