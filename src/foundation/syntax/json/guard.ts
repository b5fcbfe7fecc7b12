/** Returns whether an external value has the expected type. */
export type Guard<T> = (value: unknown) => value is T;

/**
 * One guard for every member of a type. Optional members need a guard that accepts `undefined`, as
 * created by {@link guardOptional}; a missing guard is a compile error.
 */
export type MemberGuards<T> = {
  readonly [Name in keyof T]-?: Guard<T[Name]>;
};

export const isText: Guard<string> = (value): value is string => typeof value === 'string';

/** JSON has no other numbers. */
export const isNumber: Guard<number> = (value): value is number => typeof value === 'number';

export const isBoolean: Guard<boolean> = (value): value is boolean => typeof value === 'boolean';

/** Returns whether the value is an object with members, and not a list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns whether the value is an exact non-negative integer, such as a size or a count. */
export const isCount: Guard<number> = (value): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

export function guardOptional<T>(guard: Guard<T>): Guard<T | undefined> {
  return (value): value is T | undefined => value === undefined || guard(value);
}

export function guardChoice<const T extends string>(texts: readonly T[]): Guard<T> {
  const known = new Set<unknown>(texts);
  return (value): value is T => known.has(value);
}

export function guardList<T>(guard: Guard<T>): Guard<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(guard);
}

/** Creates a guard for objects whose members have any names and one type. */
export function guardMap<T>(guard: Guard<T>): Guard<Readonly<Record<string, T>>> {
  return (value): value is Readonly<Record<string, T>> =>
    isRecord(value) && Object.values(value).every(guard);
}

/** Creates a guard for objects of a type. Unknown members are ignored. */
export function guardRecord<T>(members: MemberGuards<T>): Guard<T> {
  const guards: [string, Guard<unknown>][] = Object.entries(members);
  return (value): value is T =>
    isRecord(value) && guards.every(([name, guard]) => guard(ownMember(value, name)));
}

/** Inherited names such as `__proto__` are not members unless the document has them. */
export function ownMember(value: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

export function guardEither<T, U>(first: Guard<T>, second: Guard<U>): Guard<T | U> {
  return (value): value is T | U => first(value) || second(value);
}
