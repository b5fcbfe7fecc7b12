import { POLICY_OUTCOMES } from '../../foundation/core/policy-verdict.ts';
import { splitKeys } from '../store/store.ts';
import type { StoreView } from '../store/store-view.ts';
import type { Fleet } from './fleet.ts';

/** Returns the last revision at a time in milliseconds since 1970; 0 before the first one. */
export async function findPastRevision({ db, at }: StoreView, time: number): Promise<number> {
  const all = db.selectFrom('revision').select('id').where('at', '<=', time);
  const known = at === undefined ? all : all.where('id', '<=', at);
  const row = await known.orderBy('id', 'desc').limit(1).executeTakeFirst();
  return row?.id ?? 0;
}

/**
 * Returns the images whose verdict is worse than at a past revision. Images without a verdict then
 * did not become worse: they are new.
 */
export async function listWorsened(
  { db }: StoreView,
  fleet: Fleet,
  since: number,
): Promise<ReadonlySet<number>> {
  const changed = fleet.listVerdicts().filter(({ revision }) => revision > since);
  const before = new Map<number, string>();
  for (const some of splitKeys(changed.map(({ image }) => image))) {
    const rows = await db
      .selectFrom('verdict')
      .select(['image', 'outcome'])
      .where('image', 'in', some)
      .where('revision', '<=', since)
      .orderBy('revision')
      .execute();
    rows.forEach(({ image, outcome }) => before.set(image, outcome));
  }
  const rankOutcome = (word: string | undefined): number =>
    POLICY_OUTCOMES.findIndex((one) => one === word);
  return new Set(
    changed
      .filter(
        ({ image, word }) =>
          before.has(image) && rankOutcome(word) > rankOutcome(before.get(image)),
      )
      .map(({ image }) => image),
  );
}
