import { unescapeUriComponent } from '../core/uri-component.ts';
import { findSchemeByName } from './scheme-by-name.ts';

/** One constraint of a `vers:` range. */
interface Constraint {
  readonly operator: '<' | '<=' | '=' | '>=' | '>' | '!=';
  readonly value: unknown;
}

const PREFIX = /^vers:([a-z0-9.+-]+)\/(.+)$/i;
const OPERATOR = /^(?:[<>!]=|[<>=])/;

/** Names in the `vers` registry that differ from those of our schemes. */
const SCHEME_OF: ReadonlyMap<string, string> = new Map([
  ['generic', 'fuzzy'],
  ['intdot', 'fuzzy'],
  ['alpine', 'apk'],
  ['debian', 'deb'],
]);

/**
 * Returns whether a version is in a range such as `vers:npm/>=1.0.0|<2.0.0`; `undefined` if the
 * range or version cannot be parsed. VERS specification, "Checking if a version is contained within
 * a range".
 *
 * @param scheme compares versions if the range is `vers:all` or names an unknown scheme
 */
export function isInVers(range: string, version: string, scheme = 'fuzzy'): boolean | undefined {
  const [, name = '', list = ''] = PREFIX.exec(range.trim()) ?? [];
  if (list.trim() === '*') {
    return true;
  }
  const named = name.toLowerCase();
  const found = findSchemeByName(SCHEME_OF.get(named) ?? named) ?? findSchemeByName(scheme);
  const installed = found?.parse(version);
  if (found === undefined || installed === undefined || list === '') {
    return undefined;
  }
  const constraints: Constraint[] = [];
  for (const text of list.split('|')) {
    const stated = text.trim();
    const operator = OPERATOR.exec(stated)?.[0] ?? '=';
    const value = found.parse(unescapeUriComponent(stated.replace(OPERATOR, '').trim()));
    if (value === undefined) {
      return undefined;
    }
    constraints.push({ operator: operator as Constraint['operator'], value });
  }
  return contains(constraints, (bound) => found.compare(installed, bound));
}

/** `order` compares the version with a bound. */
function contains(constraints: readonly Constraint[], order: (bound: unknown) => number): boolean {
  const isEqual = ({ value }: Constraint): boolean => order(value) === 0;
  const selectByOperator = (...operators: readonly string[]): readonly Constraint[] =>
    constraints.filter(({ operator }) => operators.includes(operator));
  if (selectByOperator('!=').some(isEqual)) {
    return false;
  }
  if (selectByOperator('=', '<=', '>=').some(isEqual)) {
    return true;
  }
  const bounds = selectByOperator('<', '<=', '>', '>=');
  if (bounds.length === 0) {
    return selectByOperator('!=').length > 0;
  }
  return bounds.some((bound, index) => {
    const next = bounds[index + 1];
    const previous = bounds[index - 1];
    const isAbove = bound.operator.startsWith('>');
    if (isAbove) {
      const isBelowNext =
        next === undefined || next.operator.startsWith('>') || order(next.value) < 0;
      return order(bound.value) > 0 && isBelowNext;
    }
    const isOpenBelow = previous === undefined || previous.operator.startsWith('<');
    return isOpenBelow && order(bound.value) < 0;
  });
}
