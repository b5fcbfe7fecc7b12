import { present } from '../core/assert.ts';
import type { Matcher } from './matcher.ts';
import { matchers } from './registry.generated.ts';

const MATCHER_BY_TYPE: ReadonlyMap<string, Matcher> = new Map(
  matchers.flatMap((matcher) => matcher.types.map((type) => [type, matcher] as const)),
);
const OTHERWISE = present(
  matchers.find((matcher) => matcher.types.length === 0),
  'a matcher that takes every type without one of its own',
);

/** Returns the matcher for packages of a type. */
export function chooseMatcher(type: string): Matcher {
  return MATCHER_BY_TYPE.get(type) ?? OTHERWISE;
}
