import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from 'yaml';
import { UserError } from '../../../foundation/core/error.ts';
import { suggestWord } from '../../../foundation/core/option-suggestion.ts';
import type { PolicyKey } from './policy-keys.data.ts';

/** A value in a policy file with its place, such as `shop.yaml:12`. */
export type PolicyNode =
  | { readonly kind: 'text'; readonly value: string; readonly place: string }
  | {
      readonly kind: 'number';
      readonly value: number;
      readonly text: string;
      readonly place: string;
    }
  | { readonly kind: 'flag'; readonly value: boolean; readonly place: string }
  | { readonly kind: 'nothing'; readonly place: string }
  | { readonly kind: 'list'; readonly items: readonly PolicyNode[]; readonly place: string }
  | PolicyMap;

export interface PolicyMap {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, PolicyNode>;
  readonly place: string;
}

/** Policies are written by people; the longest real ones have a few hundred rules. */
const POLICY_CHARS_MAX = 4 * 1024 * 1024;
const POLICY_DEPTH_MAX = 20;

/** @throws UserError `E_POLICY` with file, line and the next step */
export function createPolicyError(place: string, message: string, hint?: string): UserError {
  return new UserError('E_POLICY', `${place}: ${message}`, hint === undefined ? {} : { hint });
}

/**
 * Parses a policy in YAML or JSON. Aliases and repeated keys are errors, because a reader easily
 * misses them and misunderstands the file.
 *
 * @throws UserError `E_POLICY`
 */
export function parsePolicyFile(text: string, file: string): PolicyMap {
  if (text.length > POLICY_CHARS_MAX) {
    throw createPolicyError(file, `the file has more than ${POLICY_CHARS_MAX} characters`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, version: '1.2' });
  const [error] = document.errors;
  if (error !== undefined) {
    const [message = ''] = error.message.split('\n', 1);
    const { line } = lines.linePos(error.pos[0]);
    throw createPolicyError(`${file}:${line}`, message.replace(/ at line \d+.*$/, ''));
  }
  const root = toNode(document.contents, { file, lines, depth: 0 });
  if (root.kind !== 'map') {
    throw createPolicyError(root.place, 'a policy is a map with the key "policy"');
  }
  return root;
}

interface NodeContext {
  readonly file: string;
  readonly lines: LineCounter;
  readonly depth: number;
}

function toNode(node: unknown, context: NodeContext): PolicyNode {
  const { file, lines, depth } = context;
  const start = (node as Node | null)?.range?.[0] ?? 0;
  const place = `${file}:${lines.linePos(start).line}`;
  if (depth > POLICY_DEPTH_MAX) {
    throw createPolicyError(place, `nested more than ${POLICY_DEPTH_MAX} levels deep`);
  }
  const inner = { ...context, depth: depth + 1 };
  if (isAlias(node)) {
    throw createPolicyError(place, 'aliases are not allowed in policies', 'repeat the value');
  }
  if (isMap(node)) {
    const entries = node.items.map((pair): [string, PolicyNode] => {
      const key = isPair(pair) ? toNode(pair.key, inner) : { kind: 'nothing' as const, place };
      if (key.kind !== 'text') {
        throw createPolicyError(key.place, 'a key must be a text');
      }
      return [key.value, toNode(pair.value, inner)];
    });
    return { kind: 'map', entries: new Map(entries), place };
  }
  if (isSeq(node)) {
    return { kind: 'list', items: node.items.map((item) => toNode(item, inner)), place };
  }
  return toScalar(isScalar(node) ? node.value : null, isScalar(node) ? node.source : '', place);
}

function toScalar(value: unknown, source: string | undefined, place: string): PolicyNode {
  switch (typeof value) {
    case 'string':
      return { kind: 'text', value, place };
    case 'number':
      return { kind: 'number', value, text: source ?? String(value), place };
    case 'boolean':
      return { kind: 'flag', value, place };
    default:
      return { kind: 'nothing', place };
  }
}

/**
 * Checks the keys of a map.
 *
 * @throws UserError `E_POLICY` for an unknown one, with the closest known key
 */
export function checkKeys(
  map: PolicyMap,
  keys: readonly (string | PolicyKey)[],
  title: string,
): void {
  const known = keys.map((key) => (typeof key === 'string' ? key : key.name));
  for (const [key, { place }] of map.entries) {
    if (!known.includes(key)) {
      throw createPolicyError(place, `unknown key "${key}" of ${title}`, suggestWord(key, known));
    }
  }
}

/**
 * Returns the text of a key; `undefined` if it is absent. A key without a value is an error: an
 * empty `while` or `finding` would widen an exception.
 */
export function getPolicyText(map: PolicyMap, key: string): string | undefined {
  const node = map.entries.get(key);
  if (node === undefined) {
    return undefined;
  }
  if (node.kind === 'nothing' || (node.kind === 'text' && node.value.trim() === '')) {
    throw createPolicyError(node.place, `"${key}" has no value`);
  }
  if (node.kind === 'number') {
    throw createPolicyError(
      node.place,
      `"${key}" is the number ${node.text}, not a text`,
      `write it in quotes: ${key}: "${node.text}"`,
    );
  }
  if (node.kind !== 'text') {
    throw createPolicyError(node.place, `"${key}" must be a text`);
  }
  return node.value.trim();
}

/** @throws UserError `E_POLICY` with the hint if the key is absent */
export function requirePolicyText(
  map: PolicyMap,
  key: string,
  title: string,
  hint?: string,
): string {
  const text = getPolicyText(map, key);
  if (text === undefined) {
    throw createPolicyError(map.place, `${title} needs "${key}"`, hint);
  }
  return text;
}

/** Returns the elements of a list; none if the key is absent. */
export function getPolicyList(map: PolicyMap, key: string): readonly PolicyNode[] {
  const node = map.entries.get(key);
  if (node === undefined || node.kind === 'nothing') {
    return [];
  }
  if (node.kind !== 'list') {
    throw createPolicyError(node.place, `"${key}" must be a list`);
  }
  return node.items;
}

/** Returns the elements of a list, each of which must be a map. */
export function getPolicyMaps(map: PolicyMap, key: string): readonly PolicyMap[] {
  return getPolicyList(map, key).map((item) => {
    if (item.kind !== 'map') {
      throw createPolicyError(item.place, `an element of "${key}" must be a map`);
    }
    return item;
  });
}
