import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { DocumentContent } from '../core/document.ts';
import type { Limits } from '../core/limits.ts';
import { jsonHead } from '../syntax/json/json-head.ts';
import { readResult } from './baseline.ts';

/**
 * What was saved in a file, where it is a result of this program; `undefined` where it is another
 * kind of target, or none. The readers of documents are loaded for an object of JSON only.
 */
export function readSavedResult(file: string, limits: Limits): DocumentContent | undefined {
  const isFile = statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
  const head = isFile ? headOf(file) : undefined;
  return head === undefined || jsonHead(head) === undefined
    ? undefined
    : readResult(file, head, limits);
}

const HEAD_BYTES = 4_096;

function headOf(file: string): Uint8Array {
  const descriptor = openSync(file, 'r');
  try {
    const head = new Uint8Array(HEAD_BYTES);
    return head.subarray(0, readSync(descriptor, head, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(descriptor);
  }
}
