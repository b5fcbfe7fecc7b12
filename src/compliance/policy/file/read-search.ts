import { hash } from 'node:crypto';
import type { ContentSearch } from '../../../foundation/core/content-search.ts';
import { compilePattern } from '../expression/pattern.ts';
import { SEARCH_KEYS } from './policy-keys.data.ts';
import {
  checkKeys,
  createPolicyError,
  type PolicyMap,
  type PolicyNode,
  requirePolicyText,
} from './policy-node.ts';

/** As in requests for files: names and `*`, after a slash or a leading `**`. */
const PATH = /^(?:\*\*)?(?:\/(?!\.{1,2}(?:\/|$))(?:[^*/]|\*(?!\*))+)+$/;

/** A search with its place in the policy. */
export interface PolicySearch extends ContentSearch {
  readonly source: string;
}

/**
 * Reads an entry of `content`: the name of a search, the files, and a pattern of RE2 for each line.
 *
 * @throws UserError `E_POLICY`
 */
export function readSearch(map: PolicyMap): PolicySearch {
  checkKeys(map, SEARCH_KEYS, 'a search');
  const id = requirePolicyText(map, 'id', 'a search');
  const pattern = requirePolicyText(map, 'pattern', `the search "${id}"`);
  const node = map.entries.get('path');
  const nodes: readonly PolicyNode[] = node?.kind === 'list' ? node.items : node ? [node] : [];
  const paths = nodes.map((one) => readPath(one));
  if (paths.length === 0) {
    throw createPolicyError(
      map.place,
      `the search "${id}" needs "path"`,
      'write it as: /etc/*.conf',
    );
  }
  try {
    compilePattern(pattern);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw createPolicyError(map.place, `the pattern /${pattern}/ is not valid in RE2: ${message}`);
  }
  const digest = `sha256:${hash('sha256', JSON.stringify([paths, pattern]))}`;
  return { id, digest, paths, pattern, source: map.place };
}

function readPath(node: PolicyNode): string {
  if (node.kind !== 'text' || !PATH.test(node.value)) {
    throw createPolicyError(
      node.place,
      `"${node.kind === 'text' ? node.value : ''}" is not a path of a search`,
      'start it with / or **/, and use * within names, for example: **/*.env',
    );
  }
  return node.value;
}
