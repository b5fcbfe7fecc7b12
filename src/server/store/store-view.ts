import type { ExpressionBuilder, Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** A state of a store: that of a past revision, or the present one if `at` is absent. */
export interface StoreView {
  readonly db: Kysely<Tables>;
  readonly at?: number;
}

/** Tests whether a match was open at a revision; now if it is absent. */
export function isOpenThen(at: number | undefined) {
  return ({ and, eb, or }: ExpressionBuilder<Tables, 'match'>) =>
    at === undefined
      ? eb('match.closed', 'is', null)
      : and([
          eb('match.opened', '<=', at),
          or([eb('match.closed', 'is', null), eb('match.closed', '>', at)]),
        ]);
}
