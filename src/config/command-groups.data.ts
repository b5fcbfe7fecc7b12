/* Origin: our own. */

import { COMMAND_NAMES } from './command-names.data.ts';

/** Commands that options belong to together. */
export const EVERY = COMMAND_NAMES;
/** Commands that read a target, and the one that prints what they would use. */
export const READING = [
  'scan',
  'why',
  'why-not',
  'why-changed',
  'why-needed',
  'reach',
  'vex',
  'compare',
  'sbom',
  'config',
] as const;
/** Those that decide which findings need a person, and the one that prints what they would use. */
export const JUDGING = [
  'scan',
  'why',
  'why-not',
  'why-changed',
  'vex',
  'compare',
  'config',
] as const;
/** Those that read one target only. */
export const NAMING = READING.filter((name) => name !== 'compare');
/** Those that look for statements which the target itself brings along. */
export const SEARCHING = JUDGING.filter((name) => name !== 'compare');
/** Those that hold findings against gates and a baseline. */
export const GATING = ['scan', 'vex', 'config'] as const;
/** Those for which it counts which catalogers run. */
export const SELECTING = [...READING, 'cataloger'] as const;
