import { isNameMatch, type NamePattern } from '../../../foundation/core/name-pattern.ts';
import type { FactData } from '../fact.ts';
import { isLicenseAllowed, type LicenseTerm } from './license-terms.ts';
import { countPatternSteps, hasMatch } from './pattern.ts';

/** A test of one fact, as conditions write it. */
export type Test =
  | { readonly kind: 'one-of'; readonly values: readonly (string | number | boolean)[] }
  /** `high or worse`: words of the scale, the best first. */
  | {
      readonly kind: 'scale';
      readonly words: readonly string[];
      readonly accepted: readonly string[];
    }
  | {
      readonly kind: 'amount';
      readonly operator: 'over' | 'under' | 'at least' | 'at most';
      readonly amount: number;
    }
  | { readonly kind: 'like'; readonly pattern: NamePattern }
  | { readonly kind: 'matching'; readonly pattern: string }
  | { readonly kind: 'allowed'; readonly terms: readonly LicenseTerm[] }
  | { readonly kind: 'not'; readonly test: Test };

/**
 * Returns whether a value passes. A list passes if one of its elements does; a list of licenses is
 * allowed if each of them is.
 */
export function isTestPassed(test: Test, data: FactData): boolean {
  if (test.kind === 'not') {
    return !isTestPassed(test.test, data);
  }
  if (test.kind === 'allowed') {
    return toList(data).every((one) => isLicenseAllowed(String(one), test.terms));
  }
  return typeof data === 'object'
    ? data.some((one) => isPlainTestPassed(test, one))
    : isPlainTestPassed(test, data);
}

function toList(data: FactData): readonly (string | number | boolean)[] {
  return typeof data === 'object' ? data : [data];
}

function isPlainTestPassed(
  test: Exclude<Test, { readonly kind: 'not' | 'allowed' }>,
  value: string | number | boolean,
): boolean {
  switch (test.kind) {
    case 'one-of':
      return test.values.includes(value);
    case 'scale':
      return test.accepted.includes(String(value));
    case 'amount':
      return compareAmount(test.operator, Number(value), test.amount);
    case 'like':
      return isNameMatch(test.pattern, String(value));
    case 'matching':
      return hasMatch(test.pattern, String(value));
  }
}

function compareAmount(
  operator: Extract<Test, { readonly kind: 'amount' }>['operator'],
  value: number,
  amount: number,
): boolean {
  switch (operator) {
    case 'over':
      return value > amount;
    case 'under':
      return value < amount;
    case 'at least':
      return value >= amount;
    case 'at most':
      return value <= amount;
  }
}

/** Returns the steps of a test in addition to the first: patterns take longer than others. */
export function countTestSteps(test: Test, data: FactData): number {
  if (test.kind === 'not') {
    return countTestSteps(test.test, data);
  }
  if (test.kind !== 'matching') {
    return 0;
  }
  const { pattern } = test;
  return toList(data).reduce<number>(
    (sum, one) => sum + countPatternSteps(pattern, String(one)),
    0,
  );
}

/** Returns the numbers at which the result of a test of a number changes. */
export function listThresholds(test: Test): readonly number[] {
  switch (test.kind) {
    case 'not':
      return listThresholds(test.test);
    case 'amount':
      return [test.amount];
    case 'one-of':
      return test.values.filter((value) => typeof value === 'number');
    default:
      return [];
  }
}
