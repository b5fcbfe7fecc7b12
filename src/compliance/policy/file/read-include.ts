import { defined } from '../../../foundation/core/defined.ts';
import { MODES, type PolicyInclude } from '../policy.ts';
import { PACK_KEYS } from './policy-keys.data.ts';
import { checkKeys, createPolicyError, getPolicyText, type PolicyNode } from './policy-node.ts';
import { readChoice } from './policy-values.ts';

/**
 * Reads a pack as `NAME@VERSION`, or a pack or file with a digest and a mode.
 *
 * @throws UserError `E_POLICY`
 */
export function readInclude(node: PolicyNode): PolicyInclude {
  const { place } = node;
  if (node.kind !== 'map') {
    return { ...readPackName(node.kind === 'text' ? node.value : '', place), mode: 'enforce' };
  }
  checkKeys(node, PACK_KEYS, 'a pack');
  const [pack, file] = [getPolicyText(node, 'pack'), getPolicyText(node, 'file')];
  const version = getPolicyText(node, 'version');
  if ((pack === undefined) === (file === undefined)) {
    throw createPolicyError(place, 'an element of "packs" has either "pack" or "file"');
  }
  const digest = getPolicyText(node, 'digest');
  if (digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest)) {
    const hint =
      'write "sha256:" and 64 hexadecimal digits, as "plimsoll check policy list" prints them';
    throw createPolicyError(place, `"${digest}" is not a digest`, hint);
  }
  const mode = readChoice(getPolicyText(node, 'mode') ?? 'enforce', MODES, place);
  const more = { mode, ...defined({ digest }) };
  if (file !== undefined) {
    return {
      kind: 'file',
      path: checkPath(file, place),
      source: place,
      ...more,
      ...defined({ version }),
    };
  }
  if (version !== undefined) {
    throw createPolicyError(place, 'the version of a pack is part of its name', 'recommended@1');
  }
  return { ...readPackName(pack ?? '', place), ...more };
}

function readPackName(
  text: string,
  place: string,
): { readonly kind: 'pack'; id: string; version: string; source: string } {
  const [, id, version] = /^([a-z0-9][a-z0-9.-]{0,63})@(\d{1,5})$/.exec(text) ?? [];
  if (id === undefined || version === undefined) {
    throw createPolicyError(place, 'a pack is NAME@VERSION', 'write it as: recommended@1');
  }
  return { kind: 'pack', id, version, source: place };
}

/**
 * Returns a path below the policy. A policy from elsewhere must not read other files of the machine
 * into messages.
 *
 * @throws UserError `E_POLICY` if it leads elsewhere
 */
export function checkPath(path: string, place: string): string {
  const steps = path.split('/');
  if (
    path.includes('\\') ||
    path.includes(':') ||
    steps.some((step) => step === '..' || step === '')
  ) {
    const hint = 'name a file beside or below the policy, such as: rules/base.yaml';
    throw createPolicyError(place, `"${path}" is not a path below the policy`, hint);
  }
  return path;
}
