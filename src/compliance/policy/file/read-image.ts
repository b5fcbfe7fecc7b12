import { defined } from '../../../foundation/core/defined.ts';
import type { DeniedImage, ImageMapping, ImagePattern } from '../policy.ts';
import { DENIED_KEYS, MAPPING_KEYS } from './policy-keys.data.ts';
import {
  checkKeys,
  createPolicyError,
  getPolicyList,
  getPolicyText,
  type PolicyMap,
  type PolicyNode,
  requirePolicyText,
} from './policy-node.ts';

/**
 * Reads the names and the label by which a policy means images.
 *
 * @throws UserError `E_POLICY` if there is neither
 */
export function readImagePattern(map: PolicyMap, title: string): ImagePattern {
  const [pattern, text] = [getPolicyText(map, 'match'), getPolicyText(map, 'label')];
  if (pattern === undefined && text === undefined) {
    const hint = 'write it as: match: registry.example.org/shop/*';
    throw createPolicyError(map.place, `${title} needs "match" or "label"`, hint);
  }
  const [, name, value] = /^([^=\s]+)=([^]*)$/.exec(text ?? '') ?? [];
  if (text !== undefined && (name === undefined || value === undefined)) {
    const place = map.entries.get('label')?.place ?? map.place;
    throw createPolicyError(place, `"${text}" is not a label`, 'write it as: NAME=VALUE');
  }
  const label = name === undefined || value === undefined ? undefined : { name, value };
  return { source: map.place, ...defined({ pattern, label }) };
}

/** Reads which rules are in force for images. */
export function readMapping(map: PolicyMap): ImageMapping {
  checkKeys(map, MAPPING_KEYS, 'an image');
  const node = map.entries.get('rules');
  if (node?.kind === 'nothing') {
    throw createPolicyError(node.place, '"rules" has no value', 'write it as: rules: all');
  }
  const isAll = node === undefined || (node.kind === 'text' && node.value === 'all');
  const rules = isAll ? undefined : getPolicyList(map, 'rules').map(readRuleName);
  return { ...readImagePattern(map, 'an image'), ...defined({ rules }) };
}

function readRuleName(node: PolicyNode): string {
  if (node.kind !== 'text') {
    throw createPolicyError(node.place, 'the ID of a rule must be a text');
  }
  return node.value;
}

/** Reads an image that fails, whatever the rules state. */
export function readDenied(map: PolicyMap): DeniedImage {
  const title = 'a denied image';
  checkKeys(map, DENIED_KEYS, title);
  return { ...readImagePattern(map, title), reason: requirePolicyText(map, 'reason', title) };
}
