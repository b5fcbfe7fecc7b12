import { isRecord, ownMember } from './guard.ts';

export type JsonRecord = Readonly<Record<string, unknown>>;

// Returns a member of an external document; a value of the wrong type counts as absent.

export function getText(record: JsonRecord, name: string): string {
  return getGivenText(record, name) ?? '';
}

/** Returns `undefined` if the string is absent or empty. */
export function getGivenText(record: JsonRecord, name: string): string | undefined {
  const value = ownMember(record, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function getCount(record: JsonRecord, name: string): number {
  const value = ownMember(record, name);
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

export function getFlag(record: JsonRecord, name: string): boolean | undefined {
  const value = ownMember(record, name);
  return typeof value === 'boolean' ? value : undefined;
}

export function getRecord(record: JsonRecord, name: string): JsonRecord | undefined {
  const value = ownMember(record, name);
  return isRecord(value) ? value : undefined;
}

export function getList(record: JsonRecord, name: string): readonly unknown[] {
  const value = ownMember(record, name);
  return Array.isArray(value) ? value : [];
}

export function getRecords(record: JsonRecord, name: string): readonly JsonRecord[] {
  return getList(record, name).filter(isRecord);
}

/** Returns the strings of a list; a single string counts as a list of one. */
export function getTexts(record: JsonRecord, name: string): readonly string[] {
  const value = ownMember(record, name);
  const list = typeof value === 'string' ? [value] : getList(record, name);
  return list.filter((each): each is string => typeof each === 'string');
}

/** Returns the strings in a value that is a list; other elements are skipped. */
export function toTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** Returns the record without the members that are `undefined`. */
export function dropAbsent<T extends object>(
  record: {
    readonly [Name in keyof T]: T[Name] | undefined;
  },
): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
