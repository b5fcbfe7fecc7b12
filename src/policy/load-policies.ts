import { suggestWord } from '../core/option-suggestion.ts';
import { createPolicyError } from './file/policy-node.ts';
import { readPolicy } from './file/read-policy.ts';
import { packs } from './pack/registry.generated.ts';
import type { PackReference, Policy } from './policy.ts';

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
  return all;
}

/** An exception or a mapping with a mistyped rule would silently do nothing. */
function checkRuleNames(policies: readonly Policy[]): void {
  const ids = policies.flatMap(({ rules }) => rules.map(({ id }) => id));
  const named = policies.flatMap(({ exceptions, images }) => [
    ...exceptions.map(({ rule, source }) => ({ rule, source })),
    ...images.flatMap(({ rules = [], source }) => rules.map((rule) => ({ rule, source }))),
  ]);
  const unknown = named.find(({ rule }) => !ids.includes(rule));
  if (unknown !== undefined) {
    const { rule, source } = unknown;
    throw createPolicyError(source, `unknown rule "${rule}"`, suggestWord(rule, ids));
  }
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
