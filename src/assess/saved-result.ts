import type { DocumentContent } from '../foundation/core/document.ts';
import { DEFAULT_LIMITS, type Limits } from '../foundation/core/limits.ts';
import { readJsonHead } from '../foundation/syntax/json/json-head.ts';
import { readFileHead } from '../image/source/named-file.ts';
import { readResult } from './baseline.ts';

const HEAD_BYTES = 4_096;

/**
 * Returns the content of a file that is a saved result of this program; `undefined` if it is
 * another kind of target or does not exist. The document readers are only loaded for JSON objects.
 */
export async function readSavedResult(
  file: string,
  limits: Limits = DEFAULT_LIMITS,
): Promise<DocumentContent | undefined> {
  const head = readFileHead(file, HEAD_BYTES);
  return head === undefined || readJsonHead(head) === undefined
    ? undefined
    : await readResult(file, head, limits);
}
