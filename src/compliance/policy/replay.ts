import { UserError } from '../../foundation/core/error.ts';
import type { PolicyVerdict } from '../../foundation/core/policy-verdict.ts';
import { canonicalizeJson } from '../../foundation/syntax/json/canonical-json.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import {
  getRecord,
  getRecords,
  getText,
  type JsonRecord,
} from '../../foundation/syntax/json/member.ts';
import { parseJson } from '../../foundation/syntax/json/parse-json.ts';

/** The parts of a saved verdict that a replay compares. */
export interface EarlierVerdict {
  readonly evaluatedAt: string;
  readonly document: JsonRecord;
}

/** @throws UserError `E_DOCUMENT_INVALID` if the file is not a verdict */
export function readEarlierVerdict(bytes: Uint8Array, file: string): EarlierVerdict {
  const document = parseJson(Buffer.from(bytes).toString('utf8'));
  const evaluatedAt = isRecord(document) ? getText(document, 'evaluatedAt') : '';
  if (!isRecord(document) || Number.isNaN(Date.parse(evaluatedAt))) {
    throw new UserError('E_DOCUMENT_INVALID', `"${file}" is not a verdict`, {
      hint: 'create one with: plimsoll check TARGET -o json > verdict.json',
    });
  }
  return { evaluatedAt, document };
}

/** Describes each input that differs, or the rules whose outcomes differ for the same inputs. */
export function listDifferingInputs(
  { document }: EarlierVerdict,
  verdict: PolicyVerdict,
): readonly string[] {
  const inputs = getRecord(document, 'inputs') ?? {};
  const own = new Map<string, string>(Object.entries(verdict.inputs ?? {}));
  const digests = [...new Set([...own.keys(), ...Object.keys(inputs)])].flatMap((name) => {
    const [before, digest = ''] = [getText(inputs, name), own.get(name)];
    return before === digest
      ? []
      : [`${name}: was ${before || 'absent'}, is ${digest || 'absent'}`];
  });
  const before = getRecords(document, 'policies').map(
    (policy) => `${getText(policy, 'name')} ${getText(policy, 'digest')}`,
  );
  const after = verdict.policies.map(({ name, digest }) => `${name} ${digest}`);
  const policies =
    before.join('\n') === after.join('\n')
      ? []
      : [`policies: were ${before.join(', ')}, are ${after.join(', ')}`];
  const differing = [...digests, ...policies];
  if (differing.length > 0) {
    return differing;
  }
  const rules = listDifferingRules(document, verdict);
  return rules.length > 0 ? rules : listDifferingMembers(document, verdict);
}

/** A verdict that was edited has the same inputs, but not the same content. */
function listDifferingMembers(document: JsonRecord, verdict: PolicyVerdict): readonly string[] {
  const own = new Map(Object.entries(verdict));
  const names = new Set([...own.keys(), ...Object.keys(document)]);
  return [...names]
    .filter((name) => format(own.get(name)) !== format(document[name]))
    .map((name) => `the member "${name}" of the verdict, with the same inputs`);
}

function format(value: unknown): string | undefined {
  return value === undefined ? undefined : canonicalizeJson(value);
}

/** The program itself may have changed. */
function listDifferingRules(document: JsonRecord, { rules }: PolicyVerdict): readonly string[] {
  const outcomes = new Map(
    getRecords(document, 'rules').map((rule) => [getText(rule, 'rule'), getText(rule, 'outcome')]),
  );
  return rules.flatMap(({ rule, outcome }) => {
    const before = outcomes.get(rule);
    return before === outcome
      ? []
      : [`the rule ${rule}: was ${before ?? 'absent'}, is ${outcome}, with the same inputs`];
  });
}
