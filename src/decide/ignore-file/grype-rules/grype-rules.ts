import type { FixState } from '../../../core/advisory.ts';
import { Budget } from '../../../core/budget.ts';
import { UserError } from '../../../core/error.ts';
import type {
  IgnoreFile,
  IgnoreFileReader,
  IgnoreRule,
  PackagePattern,
  ReadIgnoreFileOptions,
  RulePattern,
} from '../../../core/ignore-rule.ts';
import { decodeDocument } from '../../../syntax/json/bounded-json.ts';
import { isRecord } from '../../../syntax/json/guard.ts';
import {
  dropAbsent,
  getGivenText,
  getRecord,
  type JsonRecord,
} from '../../../syntax/json/member.ts';
import { parseYaml } from '../../../syntax/text/yaml.ts';
import { globPattern, ruleOf, unknownMembers } from '../rule-record.ts';

const MEMBERS = [
  'vulnerability',
  'include-aliases',
  'reason',
  'namespace',
  'fix-state',
  'package',
  'match-type',
];
const FIX_STATES: ReadonlyMap<string, FixState> = new Map([
  ['fixed', 'fixed'],
  ['not-fixed', 'not-fixed'],
  ['wont-fix', 'wont-fix'],
  ['unknown', 'unknown'],
]);
const KINDS: ReadonlyMap<string, IgnoreRule['matchKinds'][number]> = new Map([
  ['exact-direct-match', 'direct'],
  ['exact-indirect-match', 'indirect'],
  ['cpe-match', 'cpe'],
]);
/** Grype takes a name with one of these for a regular expression, which must fit all of it. */
const EXPRESSION = /[*+?[\](){}^$|\\]|\.\*/;

/**
 * The key `ignore` of Grype's configuration. Grype's documentation, "Specifying matches to ignore".
 */
export const grypeRules: IgnoreFileReader = {
  id: 'grype-rules',
  title: 'Grype ignore rules',
  spec: 'https://github.com/anchore/grype#specifying-matches-to-ignore',
  recognize: (name) => /grype.*\.ya?ml$/i.test(name),
  read,
};

function read(content: Uint8Array, { limits, origin }: ReadIgnoreFileOptions): IgnoreFile {
  const document = parseYaml(decodeDocument(content), new Budget(limits));
  const entries = isRecord(document) ? (document['ignore'] ?? []) : undefined;
  if (!Array.isArray(entries)) {
    throw new UserError('E_CONFIG', `"${origin}" contains no valid list of ignore rules`);
  }
  const problems: string[] = [];
  const rules = entries.flatMap((entry: unknown, index) => {
    const source = `${origin}: ignore ${index + 1}`;
    const rule = isRecord(entry) ? ruleFrom(entry, source) : 'is not a rule';
    if (typeof rule === 'string') {
      problems.push(`${source}: ${rule}; the rule was ignored`);
      return [];
    }
    return [rule];
  });
  return { origin, rules, problems };
}

/** The rule, or why it cannot be used: one that is half understood would set too much aside. */
function ruleFrom(entry: JsonRecord, source: string): IgnoreRule | string {
  const unknown = unknownMembers(entry, MEMBERS);
  const stateWord = getGivenText(entry, 'fix-state');
  const kindWord = getGivenText(entry, 'match-type');
  const state = stateWord === undefined ? undefined : FIX_STATES.get(stateWord);
  const kind = kindWord === undefined ? undefined : KINDS.get(kindWord);
  if (unknown !== undefined) {
    return unknown;
  }
  if (stateWord !== undefined && state === undefined) {
    return `unknown fix-state "${stateWord}"`;
  }
  if (kindWord !== undefined && kind === undefined) {
    return `unknown match-type "${kindWord}"`;
  }
  const vulnerability = getGivenText(entry, 'vulnerability');
  return ruleOf(
    dropAbsent({
      source,
      vulnerabilities: vulnerability === undefined ? [] : [vulnerability],
      isAliasEnough: entry['include-aliases'] === 'true',
      package: packageOf(getRecord(entry, 'package') ?? {}),
      fixStates: state === undefined ? [] : [state],
      matchKinds: kind === undefined ? [] : [kind],
      namespace: getGivenText(entry, 'namespace'),
      reason: getGivenText(entry, 'reason'),
    }),
  );
}

function packageOf(item: JsonRecord): PackagePattern {
  return dropAbsent<PackagePattern>({
    name: expressionIn(item, 'name'),
    version: textIn(item, 'version'),
    type: textIn(item, 'type'),
    language: textIn(item, 'language'),
    purl: undefined,
    path: globPattern(getGivenText(item, 'location')),
    upstream: expressionIn(item, 'upstream-name'),
  });
}

function textIn(item: JsonRecord, name: string): RulePattern | undefined {
  const value = getGivenText(item, name);
  return value === undefined ? undefined : { kind: 'text', value };
}

function expressionIn(item: JsonRecord, name: string): RulePattern | undefined {
  const value = getGivenText(item, name);
  const kind = value !== undefined && EXPRESSION.test(value) ? 'expression' : 'text';
  return value === undefined ? undefined : { kind, value };
}
