import type * as Yaml from 'yaml';
import type { Budget } from '../../core/budget.ts';
import { isShallow } from '../json/parse-json.ts';
import { loadPackage } from '../load-package.ts';

/**
 * The cost of parsing a character: the parser is about a hundred times as slow as reading plain
 * text.
 */
const CHAR_STEPS = 80;
/** Unmatched closing brackets: the parser's time grows with the square of a run of them. */
const UNMATCHED_MAX = 4_096;
/** Explicit keys of one document: the parser's time grows with a power of nested ones. */
const EXPLICIT_KEYS_MAX = 256;
const EXPLICIT_KEY_RUN = /(?:\?[ \t]+){16}/;

/**
 * Returns the value of a YAML document in which all scalars are strings, so that a version 1.10 is
 * not the number 1.1. `undefined` if it is malformed or consists of several documents, or if it is
 * nested too deeply or the budget has no steps left for it, which the budget then reports. The
 * caller bounds the text by `yamlFileBytesMax`.
 */
export function parseYaml(text: string, budget: Budget): unknown {
  const { documentDepthMax, textDepthMax } = budget.limits;
  if (!budget.takeSteps(text.length * CHAR_STEPS)) {
    return undefined;
  }
  if (isNestedDeep(text, textDepthMax)) {
    budget.refuse('textDepthMax');
    return undefined;
  }
  const { parse } = loadPackage('yaml') as typeof Yaml;
  try {
    const value: unknown = parse(text, {
      schema: 'failsafe',
      // pnpm writes keys longer than the 1,024 characters that YAML allows.
      strict: false,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'error',
    });
    if (isShallow(value, documentDepthMax)) {
      return value;
    }
    budget.refuse('documentDepthMax');
    return undefined;
  } catch {
    return undefined;
  }
}

/**
 * Returns whether the text may be nested deeper than any list of packages, in a way that costs the
 * parser more than its length. Does not distinguish quotes and comments.
 */
export function isNestedDeep(text: string, depthMax: number): boolean {
  return (
    hasManyIndicators(text, depthMax) ||
    hasManyBrackets(text, depthMax) ||
    EXPLICIT_KEY_RUN.test(text)
  );
}

function hasManyBrackets(text: string, depthMax: number): boolean {
  let depth = 0;
  let unmatched = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '[' || character === '{') {
      depth++;
      if (depth > depthMax) {
        return true;
      }
    } else if (character === ']' || character === '}') {
      unmatched += depth === 0 ? 1 : 0;
      depth = Math.max(depth - 1, 0);
    }
    if (unmatched > UNMATCHED_MAX) {
      return true;
    }
  }
  return false;
}

function hasManyIndicators(text: string, depthMax: number): boolean {
  let keys = 0;
  for (const [run] of text.matchAll(/^[-?: \t]*[-?:](?=\s)/gm)) {
    const indicators = run.replace(/[ \t]/g, '');
    keys += indicators.replace(/[^?]/g, '').length;
    if (keys > EXPLICIT_KEYS_MAX || indicators.length > depthMax) {
      return true;
    }
  }
  return false;
}
