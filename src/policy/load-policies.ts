import { suggestWord } from '../core/option-suggestion.ts';
import { createPolicyError } from './file/policy-node.ts';
import { readPolicy } from './file/read-policy.ts';
import { packs } from './pack/registry.generated.ts';
import type { PackReference, Policy, Rule } from './policy.ts';

/** A policy file with its content. */
export interface PolicyFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads policy files and the packs that they include. Each pack is used once; if it is included
 * several times, the strictest mode counts.
 *
 * @throws UserError `E_POLICY`
 */
export function loadPolicies(files: readonly PolicyFile[]): readonly Policy[] {
  const own = files.map(({ name, bytes }) => readPolicy(bytes, name));
  const references = new Map<string, PackReference>();
  for (const reference of own.flatMap((policy) => policy.packs)) {
    const key = `${reference.id}@${reference.version}`;
    if (references.get(key)?.mode !== 'enforce') {
      references.set(key, reference);
    }
  }
  const all = [...own, ...[...references.values()].map(loadPack)];
  checkRuleNames(all);
  checkSearches(all);
  return all;
}

/**
 * An exception with a mistyped rule would silently do nothing, and so would a mapping with a rule
 * of another policy. A condition about another subject would read facts of the same name.
 */
function checkRuleNames(policies: readonly Policy[]): void {
  const all = policies.flatMap(({ rules }) => rules);
  for (const { rules, exceptions, images } of policies) {
    for (const { source, rules: mapped = [] } of images) {
      mapped.forEach((rule) => findRules(rule, rules, source));
    }
    for (const { source, rule, conditionSubject } of exceptions) {
      const found = findRules(rule, all, source);
      const other = found.find(({ subject }) => subject !== conditionSubject);
      if (conditionSubject !== undefined && other !== undefined) {
        throw createPolicyError(
          source,
          `"while" has the subject ${conditionSubject}, but the rule "${rule}" has ${other.subject}`,
        );
      }
    }
  }
}

/** A rule about a search that does not exist would silently never fire. */
function checkSearches(policies: readonly Policy[]): void {
  const searches = policies.flatMap((policy) => policy.searches);
  const ids = new Map(searches.map(({ id, digest }) => [id, digest]));
  const other = searches.find(({ id, digest }) => ids.get(id) !== digest);
  if (other !== undefined) {
    throw createPolicyError(other.source, `there are two searches "${other.id}"`);
  }
  for (const { conditions, source } of policies.flatMap(({ rules }) => rules)) {
    for (const { fact, expression } of conditions) {
      const test = expression.kind === 'test' ? expression.test : undefined;
      const named = fact === 'search' && test?.kind === 'one-of' ? test.values : [];
      const unknown = named.find((id) => !ids.has(String(id)));
      if (unknown !== undefined) {
        const hint = suggestWord(String(unknown), [...ids.keys()]);
        throw createPolicyError(source, `unknown search "${unknown}"`, hint);
      }
    }
  }
}

function findRules(id: string, rules: readonly Rule[], source: string): readonly Rule[] {
  const found = rules.filter((rule) => rule.id === id);
  if (found.length === 0) {
    const ids = rules.map((rule) => rule.id);
    throw createPolicyError(source, `unknown rule "${id}"`, suggestWord(id, ids));
  }
  return found;
}

/** Reads a built-in pack. */
function loadPack({ id, version, mode, source }: PackReference): Policy {
  const pack = packs.find((one) => one.id === id);
  if (pack === undefined) {
    const ids = packs.map((one) => `${one.id}@${one.version}`).join(', ');
    throw createPolicyError(source, `unknown pack "${id}"`, `use one of: ${ids}`);
  }
  if (pack.version !== version) {
    throw createPolicyError(
      source,
      `unknown version ${version} of the pack "${id}"`,
      `this program has ${id}@${pack.version}`,
    );
  }
  const policy = readPolicy(Buffer.from(pack.text), `pack ${id}@${version}`);
  return { ...policy, rules: policy.rules.map((rule) => ({ ...rule, mode })) };
}

/** The policy of a check without a policy file. */
export function loadUsualPolicy(): readonly Policy[] {
  const reference = { id: 'recommended', version: '1', mode: 'enforce', source: '' } as const;
  return [loadPack(reference)];
}
