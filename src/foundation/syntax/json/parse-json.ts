import type { Budget } from '../../core/budget.ts';
import { countJsonValues } from './count-values.ts';

/** Returns the value of a JSON text; `undefined` if the text is malformed. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A shorter text costs little, whatever its content. */
const SHORT_CHARS = 256 * 1024;
/** Cost of a character in addition to reading the file. */
const CHAR_STEPS = 1;

/**
 * Like {@link parseJson}, for a file of a target. Also returns `undefined` if the budget has no
 * steps left, or if there are more than `jsonValuesMax` values: a list of empty objects costs many
 * times its own bytes.
 */
export function parseFileJson(text: string, budget: Budget): unknown {
  if (!budget.takeSteps(text.length * CHAR_STEPS)) {
    return undefined;
  }
  const { jsonValuesMax } = budget.limits;
  if (text.length > SHORT_CHARS && countJsonValues(text, jsonValuesMax) > jsonValuesMax) {
    budget.refuse('jsonValuesMax');
    return undefined;
  }
  return parseJson(text);
}

/**
 * Returns whether a value is nested no deeper than `depthMax`, so that it can be written as JSON
 * again.
 */
export function isShallow(value: unknown, depthMax: number): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    const inner: unknown[] = [];
    for (const each of level) {
      if (typeof each === 'object' && each !== null) {
        for (const member of Object.values(each)) {
          inner.push(member);
        }
      }
    }
    if (inner.length > 0 && depth >= depthMax) {
      return false;
    }
    level = inner;
  }
  return true;
}
