import { type Bytes, textOf } from '../../core/bytes.ts';
import type { ProblemNote } from '../../core/problem.ts';

/** A JSON object of unknown members. */
export type FeedObject = Readonly<Record<string, unknown>>;

/** `undefined` where the value is no object. */
export function asObject(value: unknown): FeedObject | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as FeedObject) : undefined;
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
  return asList(value).filter((element) => typeof element === 'string');
}

export function parseJsonDocument(
  document: Bytes,
): { readonly value: unknown } | { readonly problem: ProblemNote } {
  try {
    return { value: JSON.parse(textOf(document)) };
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
