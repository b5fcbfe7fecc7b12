import { type Bytes, readText } from '../../core/bytes.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { type JsonRecord, toTexts } from '../../syntax/json/member.ts';

/** A JSON object of unknown members. */
export type FeedObject = JsonRecord;

/** `undefined` where the value is no object. */
export function asObject(value: unknown): FeedObject | undefined {
  return isRecord(value) ? value : undefined;
}

/** The elements of a list; none where the value is no list. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Empty where the value is no text. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The texts of a list; other elements are left out. */
export function asTexts(value: unknown): readonly string[] {
  return toTexts(value);
}

export function parseJsonDocument(
  document: Bytes,
): { readonly value: unknown } | { readonly problem: ProblemNote } {
  try {
    return { value: JSON.parse(readText(document)) };
  } catch (error) {
    return { problem: malformed(error instanceof Error ? error.message : String(error)) };
  }
}

export function malformed(message: string): ProblemNote {
  return { code: 'P_MALFORMED', message };
}

export function badRecord(message: string): ProblemNote {
  return { code: 'P_RECORD', message };
}
