import { Budget } from '../../foundation/core/budget.ts';
import { defined } from '../../foundation/core/defined.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import { getExpiry } from '../../foundation/syntax/expiry/expiry.ts';
import { decodeDocument } from '../../foundation/syntax/json/bounded-json.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import { getGivenText, getList, type JsonRecord } from '../../foundation/syntax/json/member.ts';
import { parseYaml } from '../../foundation/syntax/text/yaml.ts';
import { PLAN_RULE_KINDS, type PlanRule } from '../../hardening/harden/removal-plan.ts';

const MEMBERS = ['value', 'reason', 'owner', 'expires'];

/**
 * Reads the section `harden` of a configuration file: lists `keep`, `drop` and `also` of entries
 * with a value, a reason, and optionally an owner and an expiry.
 *
 * @throws UserError `E_CONFIG` if an entry is invalid
 */
export function readDeclaredRules(
  { path, bytes }: { readonly path: string; readonly bytes: Uint8Array },
  limits: Limits,
): readonly PlanRule[] {
  const document = parseYaml(decodeDocument(bytes), new Budget(limits));
  const section = isRecord(document) ? document['harden'] : undefined;
  if (section === undefined) {
    return [];
  }
  if (!isRecord(section)) {
    throw new UserError('E_CONFIG', `${path}: invalid "harden": expected keys with lists`);
  }
  const unknown = Object.keys(section).find((key) => !PLAN_RULE_KINDS.some((kind) => kind === key));
  if (unknown !== undefined) {
    throw new UserError('E_CONFIG', `${path}: unknown key "${unknown}" in "harden"`, {
      hint: `use the keys ${PLAN_RULE_KINDS.join(', ')}`,
    });
  }
  return PLAN_RULE_KINDS.flatMap((kind) =>
    getList(section, kind).map((entry, index) =>
      parseRule(entry, kind, `${path}: harden: ${kind} ${index + 1}`),
    ),
  );
}

function parseRule(entry: unknown, kind: PlanRule['kind'], origin: string): PlanRule {
  if (!isRecord(entry)) {
    throw new UserError('E_CONFIG', `${origin}: expected an entry with keys and values`);
  }
  const unknown = Object.keys(entry).find((key) => !MEMBERS.includes(key));
  if (unknown !== undefined) {
    throw new UserError('E_CONFIG', `${origin}: unknown key "${unknown}"`, {
      hint: `use the keys ${MEMBERS.join(', ')}`,
    });
  }
  return {
    kind,
    value: requireText(entry, 'value', origin),
    reason: requireText(entry, 'reason', origin),
    ...defined({ owner: getGivenText(entry, 'owner'), expiresAt: getExpiry(entry, origin) }),
    origin,
  };
}

function requireText(entry: JsonRecord, name: string, origin: string): string {
  const text = getGivenText(entry, name);
  if (text === undefined) {
    throw new UserError('E_CONFIG', `${origin}: missing ${name}`, {
      hint: 'each entry needs a value and a reason',
    });
  }
  return text;
}
