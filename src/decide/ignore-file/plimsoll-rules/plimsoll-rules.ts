import { FIX_STATES } from '../../../core/advisory.ts';
import { Budget } from '../../../core/budget.ts';
import { UserError } from '../../../core/error.ts';
import type {
  IgnoreFile,
  IgnoreFileReader,
  IgnoreRule,
  ReadIgnoreFileOptions,
} from '../../../core/ignore-rule.ts';
import { getExpiry } from '../../../syntax/expiry/expiry.ts';
import { decodeDocument } from '../../../syntax/json/bounded-json.ts';
import { isRecord } from '../../../syntax/json/guard.ts';
import {
  dropAbsent,
  getGivenText,
  getRecord,
  getTexts,
  type JsonRecord,
} from '../../../syntax/json/member.ts';
import { parseYaml } from '../../../syntax/text/yaml.ts';
import { globPattern, ruleOf, unknownMembers } from '../rule-record.ts';

const MEMBERS = [
  'vulnerability',
  'package',
  'fix-state',
  'match-type',
  'reason',
  'owner',
  'ticket',
  'expires',
  'until-fixed',
];
const PACKAGE_MEMBERS = ['name', 'version', 'type', 'language', 'purl', 'path', 'upstream'];
const MATCH_KINDS = ['direct', 'indirect', 'cpe'] as const;

/** The key `ignore` of our own configuration, or a file of its own with that key. */
export const plimsollRules: IgnoreFileReader = {
  id: 'plimsoll-rules',
  title: 'plimsoll ignore rules',
  spec: 'docs/decisions.md',
  recognize: (name) => /plimsoll.*\.ya?ml$|^config\.ya?ml$/i.test(name),
  read,
};

/** A rule that is not understood is a mistake of its author and ends the run. */
function read(content: Uint8Array, { limits, origin }: ReadIgnoreFileOptions): IgnoreFile {
  const document = parseYaml(decodeDocument(content), new Budget(limits));
  if (document === undefined) {
    throw new UserError('E_CONFIG', `"${origin}" is not valid YAML`);
  }
  const entries = isRecord(document) ? (document['ignore'] ?? []) : [];
  if (!Array.isArray(entries)) {
    throw new UserError('E_CONFIG', `${origin}: invalid "ignore": expected a list of rules`);
  }
  return {
    origin,
    rules: entries.map((entry: unknown, index) =>
      ruleFrom(entry, `${origin}: ignore ${index + 1}`),
    ),
    problems: [],
  };
}

function ruleFrom(entry: unknown, source: string): IgnoreRule {
  if (!isRecord(entry)) {
    throw new UserError('E_CONFIG', `${source}: expected a rule with keys and values`);
  }
  const item = getRecord(entry, 'package') ?? {};
  const unknown = unknownMembers(entry, MEMBERS) ?? unknownMembers(item, PACKAGE_MEMBERS);
  if (unknown !== undefined) {
    throw new UserError('E_CONFIG', `${source}: ${unknown}`, {
      hint: `use the keys ${MEMBERS.join(', ')}, and for its package ${PACKAGE_MEMBERS.join(', ')}`,
    });
  }
  const reason = getGivenText(entry, 'reason');
  if (reason === undefined) {
    throw new UserError('E_CONFIG', `${source}: missing reason`, {
      hint: 'explain in one sentence why this is ignored',
    });
  }
  return checked(
    ruleOf(
      dropAbsent({
        source,
        vulnerabilities: getTexts(entry, 'vulnerability'),
        package: packageOf(entry, item),
        fixStates: wordsIn(entry, { name: 'fix-state', known: FIX_STATES, source }),
        matchKinds: wordsIn(entry, { name: 'match-type', known: MATCH_KINDS, source }),
        reason,
        owner: getGivenText(entry, 'owner'),
        ticket: getGivenText(entry, 'ticket'),
        expiresAt: getExpiry(entry, source),
        isUntilFixed: entry['until-fixed'] === 'true',
      }),
    ),
  );
}

/** `package: NAME` is short for `package: { name: NAME }`. */
function packageOf(entry: JsonRecord, item: JsonRecord): IgnoreRule['package'] {
  const patternIn = (name: string) => globPattern(getGivenText(item, name));
  return dropAbsent<IgnoreRule['package']>({
    name: globPattern(getGivenText(entry, 'package')) ?? patternIn('name'),
    version: patternIn('version'),
    type: patternIn('type'),
    language: patternIn('language'),
    purl: getGivenText(item, 'purl'),
    path: patternIn('path'),
    upstream: patternIn('upstream'),
  });
}

interface Words<Word extends string> {
  readonly name: string;
  readonly known: readonly Word[];
  readonly source: string;
}

function wordsIn<Word extends string>(
  entry: JsonRecord,
  { name, known, source }: Words<Word>,
): readonly Word[] {
  return getTexts(entry, name).map((text) => {
    const word = known.find((one) => one === text);
    if (word === undefined) {
      throw new UserError('E_CONFIG', `${source}: invalid value "${text}" for ${name}`, {
        hint: `use one of: ${known.join(', ')}`,
      });
    }
    return word;
  });
}

/** A rule without a condition would set everything aside. */
function checked(rule: IgnoreRule): IgnoreRule {
  const isOpen =
    rule.vulnerabilities.length === 0 &&
    Object.keys(rule.package).length === 0 &&
    rule.fixStates.length === 0 &&
    rule.matchKinds.length === 0;
  if (isOpen) {
    throw new UserError('E_CONFIG', `${rule.source}: missing vulnerability or package`, {
      hint: 'name a vulnerability or a package',
    });
  }
  return rule;
}
