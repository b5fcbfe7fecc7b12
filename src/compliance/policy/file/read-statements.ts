import { STATEMENT_ANSWERS } from '../../../foundation/core/control.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { suggestWord } from '../../../foundation/core/option-suggestion.ts';
import type { Policy } from '../policy.ts';
import type { Statement } from '../statement.ts';
import { STATEMENT_KEYS } from './policy-keys.data.ts';
import {
  checkKeys,
  createPolicyError,
  getPolicyMaps,
  getPolicyText,
  type PolicyMap,
  parsePolicyFile,
  requirePolicyText,
} from './policy-node.ts';
import { readChoice, requireDate } from './policy-values.ts';
import { rejectRepeated } from './reject-repeated.ts';

/**
 * Reads the answers of people to controls.
 *
 * @throws UserError `E_POLICY`, also if an answer has no author, evidence or expiry
 */
export function readStatements(bytes: Uint8Array, file: string): readonly Statement[] {
  const root = parsePolicyFile(Buffer.from(bytes).toString('utf8'), file);
  checkKeys(root, ['statements'], 'the file of statements');
  return readStatementList(root);
}

/** Reads the list of a file of statements, or of a test. */
export function readStatementList(map: PolicyMap): readonly Statement[] {
  const statements = getPolicyMaps(map, 'statements').map(readStatement);
  rejectRepeated(
    statements.map(({ control, source }) => [control, source]),
    'statements about',
  );
  return statements;
}

const NEEDS = 'a statement needs "control", "answer", "by", "evidence" and "expires"';

function readStatement(map: PolicyMap): Statement {
  checkKeys(map, STATEMENT_KEYS, 'a statement');
  const control = requirePolicyText(map, 'control', 'a statement', NEEDS);
  const title = `the statement about "${control}"`;
  const reason = getPolicyText(map, 'reason');
  const getRequired = (key: string): string => requirePolicyText(map, key, title, NEEDS);
  return {
    control,
    answer: readChoice(getRequired('answer'), STATEMENT_ANSWERS, map.place),
    by: getRequired('by'),
    evidence: getRequired('evidence'),
    ...defined({ reason }),
    expires: requireDate(map, 'expires', title),
    source: map.place,
  };
}

/**
 * A statement about a mistyped control would silently do nothing. Statements about packs that are
 * not in use are allowed: one file can serve several checks.
 *
 * @throws UserError `E_POLICY` with the closest control
 */
export function checkStatements(
  statements: readonly Statement[],
  policies: readonly Policy[],
): void {
  const packs = policies.flatMap(({ pack }) => pack ?? []);
  const keys = new Set(
    packs.flatMap(({ id: pack, controls }) => controls.map(({ id }) => `${pack}/${id}`)),
  );
  for (const { control, source } of statements) {
    const isOfPack = packs.some(({ id }) => control.startsWith(`${id}/`));
    if (isOfPack && !keys.has(control)) {
      const hint = suggestWord(control, [...keys]);
      throw createPolicyError(source, `unknown control "${control}"`, hint);
    }
    if (!control.includes('/')) {
      throw createPolicyError(
        source,
        `"${control}" is not a control`,
        'write it as: cis-docker/4.1',
      );
    }
  }
}
