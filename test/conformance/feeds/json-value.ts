import { isRecord } from '../../../src/syntax/json/guard.ts';
import type { JsonRecord } from '../../../src/syntax/json/member.ts';

/** Returns an empty record for any other value. */
export function toRecord(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

/** Returns the records of a list, without its other elements. */
export function listRecords(value: unknown): readonly JsonRecord[] {
  return Array.isArray(value) ? value.filter((one) => isRecord(one)) : [];
}

/** Returns strings and numbers as text, and an empty text for any other value. */
export function toScalarText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
