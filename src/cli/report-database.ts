import type { Alert, Findings } from '../foundation/core/finding.ts';
import type { Context } from './command.ts';

const DATABASE_WARNINGS: ReadonlySet<Alert['kind']> = new Set([
  'database-not-updated',
  'database-outdated',
  'database-support-ending',
]);

/** Reports problems of the database once, and how to get one if there is none. */
export function reportDatabase(results: readonly Findings[], context: Context): void {
  const messages = results
    .flatMap(({ alerts }) => alerts)
    .filter(({ kind }) => DATABASE_WARNINGS.has(kind))
    .map(({ message }) => message);
  for (const message of new Set(messages)) {
    context.notify(`warning: ${message}`);
  }
  if (results.some(({ database }) => database === undefined)) {
    context.notify('hint: run "plimsoll db update", or import one with "plimsoll db import FILE"');
  }
}
