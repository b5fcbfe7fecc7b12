import { type Markup, markup } from '../../foundation/present/markup.ts';
import type { Entry } from '../../report/format/page/entry.ts';
import { listMatchChanges } from '../query/match-history.ts';
import type { PageContext } from './page.ts';
import { createTime, shortenName } from './parts.ts';

/** Shows since when the store has a finding, and how it changed. */
export async function createFindingHistory(
  context: PageContext,
  { finding, package: { name, version } }: Entry,
  image: number,
): Promise<Markup> {
  const place = { image, vulnerability: finding.id, name, version };
  const lines = (await listMatchChanges(context, place)).map(
    ({ revision, at, change, cause }) =>
      markup`<li>${createTime(at)}${change} (revision ${revision}${cause === '' ? '' : `: ${shortenName(cause)}`})</li>`,
  );
  return lines.length === 0 ? markup`` : markup`<h3>History</h3><ol class="events">${lines}</ol>`;
}
