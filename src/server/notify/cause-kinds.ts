import type { RevisionKind } from '../store/tables.ts';

/** The kinds of causes that subscriptions can select. */
export const CAUSE_KINDS = [
  'data',
  'image',
  'decision',
  'statement',
  'policy',
  'time',
  'retirement',
] as const satisfies readonly RevisionKind[];
