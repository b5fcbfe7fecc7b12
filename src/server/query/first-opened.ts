import { findReadScope } from '../store/limited-tables.ts';
import { FINDING_KIND } from '../store/match-kind.ts';
import { isOpenThen, type StoreView } from '../store/store-view.ts';

/**
 * Returns the first revision in which a vulnerability was open, of a match that still is unless
 * `isAny`. A scope has a match since one of its images contains the component.
 */
export async function findFirstOpened(
  { db, at }: StoreView,
  vulnerability: string,
  { isAny = false }: { readonly isAny?: boolean } = {},
): Promise<number | undefined> {
  const all = db.selectFrom('match').where('vulnerability', '=', vulnerability);
  const some = isAny ? all : all.where(isOpenThen(at)).where('kind', '=', FINDING_KIND);
  const scope = findReadScope(db);
  if (scope === undefined) {
    const first = await some.select(({ fn }) => fn.min('opened').as('opened')).executeTakeFirst();
    return first?.opened ?? undefined;
  }
  const rows = await some.select(['component', 'opened']).execute();
  const times = rows.map(({ component, opened }) =>
    Math.max(opened, scope.since.get(component) ?? 0),
  );
  return times.length === 0 ? undefined : Math.min(...times);
}
