import { type Bytes, readText } from '../../core/bytes.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { type JsonRecord, toTexts } from '../../syntax/json/member.ts';

/** A JSON object with unknown members. */
export type FeedObject = JsonRecord;

/** Returns `undefined` if the value is not an object. */
export function toObject(value: unknown): FeedObject | undefined {
  return isRecord(value) ? value : undefined;
}

/** Returns the elements of a list; empty if the value is not a list. */
export function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Returns the strings of a list without its other elements. */
export function selectTexts(value: unknown): readonly string[] {
  return toTexts(value);
}

export function parseJsonDocument(
  document: Bytes,
): { readonly value: unknown } | { readonly problem: ProblemNote } {
  try {
    return { value: JSON.parse(readText(document)) };
  } catch (error) {
    return { problem: createMalformedNote(error instanceof Error ? error.message : String(error)) };
  }
}

export function createMalformedNote(message: string): ProblemNote {
  return { code: 'P_MALFORMED', message };
}

export function createRecordNote(message: string): ProblemNote {
  return { code: 'P_RECORD', message };
}
