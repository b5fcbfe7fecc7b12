import { UserError } from '../core/error.ts';
import { refuseLoss } from './database-loss.ts';
import { listLayers } from './layer.ts';

/**
 * Returns the first loss of a database that replaces another one: more than half of its statements
 * or facts, in total or of one part, a provider, or a layer. `undefined` if there is none.
 */
export function findLoss(before: string, after: string): string | undefined {
  const now = new Map(listLayers(after).map(({ id, generation }) => [id, generation]));
  for (const { id, generation } of listLayers(before)) {
    const replacement = now.get(id);
    if (replacement === undefined) {
      return `the new database lost the layer "${id}"`;
    }
    const loss = describeLoss(generation, replacement);
    if (loss !== undefined) {
      return loss;
    }
  }
  return undefined;
}

function describeLoss(before: string, after: string): string | undefined {
  try {
    refuseLoss(before, after);
    return undefined;
  } catch (error) {
    if (error instanceof UserError && error.code === 'E_DB_LOSS') {
      return error.message;
    }
    throw error;
  }
}
