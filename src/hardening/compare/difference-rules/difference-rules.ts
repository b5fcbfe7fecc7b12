import { Budget } from '../../../foundation/core/budget.ts';
import type { DifferenceRule } from '../../../foundation/core/difference-rule.ts';
import { UserError } from '../../../foundation/core/error.ts';
import type { Limits } from '../../../foundation/core/limits.ts';
import { getExpiry } from '../../../foundation/syntax/expiry/expiry.ts';
import { decodeDocument } from '../../../foundation/syntax/json/bounded-json.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import {
  dropAbsent,
  getGivenText,
  type JsonRecord,
} from '../../../foundation/syntax/json/member.ts';
import { isPathGlobMatch, parsePathGlob } from '../../../foundation/syntax/path-glob/path-glob.ts';
import { parseYaml } from '../../../foundation/syntax/text/yaml.ts';

const MEMBERS = ['section', 'kind', 'id', 'name', 'reason', 'owner', 'ticket', 'expires'];

export interface ReadDifferenceRulesOptions {
  readonly limits: Limits;
  /** Name of the file for the user. */
  readonly origin: string;
  /** Words that `section` may be. */
  readonly sections: readonly string[];
}

/**
 * Reads the key `differences` of a YAML file: a list of decisions, see `docs/compare.md`.
 *
 * @throws UserError `E_CONFIG` if anything in it is invalid: a misread rule is worse than none
 */
export function readDifferenceRules(
  content: Uint8Array,
  options: ReadDifferenceRulesOptions,
): readonly DifferenceRule[] {
  const { limits, origin } = options;
  const document = parseYaml(decodeDocument(content), new Budget(limits));
  const entries = isRecord(document) ? document['differences'] : undefined;
  if (!Array.isArray(entries)) {
    throw new UserError(
      'E_CONFIG',
      `${origin}: invalid "differences": expected a list of decisions`,
    );
  }
  return entries.map((entry: unknown, index) =>
    parseRule(entry, `${origin}: differences ${index + 1}`, options.sections),
  );
}

function parseRule(entry: unknown, source: string, sections: readonly string[]): DifferenceRule {
  if (!isRecord(entry)) {
    throw new UserError('E_CONFIG', `${source}: expected a decision with keys and values`);
  }
  checkMembers(entry, source, sections);
  const reason = getGivenText(entry, 'reason');
  const name = getGivenText(entry, 'name');
  const conditions = dropAbsent({
    section: getGivenText(entry, 'section'),
    kind: getGivenText(entry, 'kind'),
    id: getGivenText(entry, 'id'),
  });
  if (reason === undefined) {
    throw new UserError('E_CONFIG', `${source}: missing reason`, {
      hint: 'explain in one sentence why this is accepted',
    });
  }
  if (name === undefined && Object.keys(conditions).length === 0) {
    throw new UserError('E_CONFIG', `${source}: missing section, kind, name or id`, {
      hint: 'name a section, a kind, a name or an id',
    });
  }
  return {
    source,
    ...conditions,
    ...(name === undefined ? {} : { isNameMatch: nameTest(name) }),
    reason,
    ...dropAbsent({
      owner: getGivenText(entry, 'owner'),
      ticket: getGivenText(entry, 'ticket'),
      expiresAt: getExpiry(entry, source),
    }),
  };
}

function checkMembers(entry: JsonRecord, source: string, sections: readonly string[]): void {
  const unknown = Object.keys(entry).filter((name) => !MEMBERS.includes(name));
  if (unknown.length > 0) {
    throw new UserError('E_CONFIG', `${source}: unknown keys: ${unknown.join(', ')}`, {
      hint: `use the keys ${MEMBERS.join(', ')}`,
    });
  }
  const section = getGivenText(entry, 'section');
  if (section !== undefined && !sections.includes(section)) {
    throw new UserError('E_CONFIG', `${source}: unknown section "${section}"`, {
      hint: `use one of: ${sections.join(', ')}`,
    });
  }
}

/** `*` and `?` make a name a glob. */
function nameTest(name: string): (text: string) => boolean {
  if (!/[*?]/.test(name)) {
    return (text) => text === name;
  }
  const glob = parsePathGlob(name);
  return (text) => isPathGlobMatch(glob, text);
}
