import type { RE2JS } from 're2js';
import { loadPackage } from '../../../foundation/syntax/load-package.ts';

/** Compiled patterns; policies have few of them. */
const compiled = new Map<string, RE2JS>();
const COMPILED_MAX = 1_000;

/**
 * Compiles a pattern of RE2, whose time is linear in the length of the text.
 *
 * @throws Error if the pattern is invalid, or uses backreferences or lookaround
 */
export function compilePattern(pattern: string): RE2JS {
  const found = compiled.get(pattern);
  if (found !== undefined) {
    return found;
  }
  // Loaded on first use: gates of the command line have no patterns.
  const engine = loadPackage('re2js') as typeof import('re2js');
  const created = engine.RE2JS.compile(pattern);
  if (compiled.size >= COMPILED_MAX) {
    compiled.clear();
  }
  compiled.set(pattern, created);
  return created;
}

/** Instructions of a pattern times characters of a text that take as long as a step. */
const WORK_PER_STEP = 8;

/** Returns the steps of a search: each character may meet each instruction of the pattern. */
export function countPatternSteps(pattern: string, text: string): number {
  return Math.floor((compilePattern(pattern).programSize() * text.length) / WORK_PER_STEP);
}

/** Returns whether a part of the text matches the pattern. */
export function hasMatch(pattern: string, text: string): boolean {
  return compilePattern(pattern).matcher(text).find();
}
