import { formatCount } from '../../../core/screen-text.ts';
import { markup } from '../../../present/markup.ts';
import { formatAddress } from '../address.ts';
import { createGateFilter } from '../gate-filter.ts';
import type { PageContent, PageContext } from '../page.ts';
import { createPager, createSection, ROWS_EACH } from '../parts.ts';
import { countFindings, listFindings } from '../query/distinct-findings.ts';
import { createFindingTable } from './findings.ts';

/** Answers: what waits for a person? Findings that no update removes need a decision. */
export async function createReviewPage(context: PageContext): Promise<PageContent> {
  const { db, fleet, get, revision } = context;
  const gate = get('gate');
  if (fleet.size === 0) {
    return {
      heading: 'Nothing waits for a decision: no images yet',
      body: markup`<p>Send an image: <code>plimsoll push IMAGE.tar</code>.</p>`,
    };
  }
  const filter = { least: gate, fix: 'none' };
  const total = await countFindings(db, filter);
  const rows = await listFindings(db, filter, { after: '', rows: ROWS_EACH });
  const all = formatAddress('findings', filter);
  const list =
    total === 0
      ? markup`<p class="notice good">Every finding that is ${gate} or worse has a fix, at revision ${revision?.id ?? 0}.</p>`
      : markup`${createFindingTable(rows)}${createPager(undefined, total > rows.length ? all : undefined)}<p><a href="${all}">${formatCount(total, 'finding')}</a> without a fix.</p>`;
  return {
    heading:
      total === 0
        ? 'Nothing waits for a decision'
        : `${formatCount(total, 'finding needs', 'findings need')} a decision: no version fixes ${total === 1 ? 'it' : 'them'}`,
    body: markup`${createGateFilter('review', gate)}
${createSection('findings', 'Without a fix', list)}
${createSection(
  'decide',
  'How to decide',
  markup`<p>The store does not keep decisions of people yet. Decide where the image is built, and push it again:</p>
<ul><li><code>plimsoll vex</code> writes a statement that others can verify.</li>
<li>A rule in <code>.plimsoll.yaml</code> suppresses a finding with a reason and an expiry.</li></ul>
<p>Justifications that plimsoll derives from evidence are on the page of each image, under “Suppressed”.</p>`,
)}`,
  };
}
