import { isRecord, ownMember } from './guard.ts';

export type JsonRecord = Readonly<Record<string, unknown>>;

// Members of a foreign document: what has the wrong type counts as absent.

export function textIn(record: JsonRecord, name: string): string {
  return givenText(record, name) ?? '';
}

/** `undefined` where the text is absent or empty. */
export function givenText(record: JsonRecord, name: string): string | undefined {
  const value = ownMember(record, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function countIn(record: JsonRecord, name: string): number {
  const value = ownMember(record, name);
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

export function flagIn(record: JsonRecord, name: string): boolean | undefined {
  const value = ownMember(record, name);
  return typeof value === 'boolean' ? value : undefined;
}

export function recordIn(record: JsonRecord, name: string): JsonRecord | undefined {
  const value = ownMember(record, name);
  return isRecord(value) ? value : undefined;
}

export function listIn(record: JsonRecord, name: string): readonly unknown[] {
  const value = ownMember(record, name);
  return Array.isArray(value) ? value : [];
}

export function recordsIn(record: JsonRecord, name: string): readonly JsonRecord[] {
  return listIn(record, name).filter(isRecord);
}

/** The texts of a list; one text alone counts as a list of it. */
export function textsIn(record: JsonRecord, name: string): readonly string[] {
  const value = ownMember(record, name);
  const list = typeof value === 'string' ? [value] : listIn(record, name);
  return list.filter((each): each is string => typeof each === 'string');
}

/** The texts of a value that is a list; what else is in it is passed over. */
export function textList(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** The record without the members that are `undefined`. */
export function withoutAbsent<T extends object>(
  record: {
    readonly [Name in keyof T]: T[Name] | undefined;
  },
): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
