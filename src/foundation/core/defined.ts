/** Members that may be undefined become optional ones that are never undefined. */
type Defined<Members> = { [Name in keyof Members]?: Exclude<Members[Name], undefined> };

/**
 * Returns the members that are not undefined, in the same order. For members that are optional
 * under `exactOptionalPropertyTypes`: `{ a, ...defined({ b, c }) }`.
 */
export function defined<Members extends object>(members: Members): Defined<Members> {
  const found = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(found) as Defined<Members>;
}
