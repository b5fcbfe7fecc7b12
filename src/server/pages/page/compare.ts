import { type Markup, markup } from '../../../foundation/present/markup.ts';
import { formatConclusion } from '../../../report/format/comparison/conclusion.ts';
import { listComparisonParts } from '../../../report/format/comparison/parts/list-parts.ts';
import {
  createComparisonSummary,
  createNumbersSection,
} from '../../../report/format/comparison/parts/page-sections.ts';
import { compareImages, readImageReport } from '../../query/image-report.ts';
import { formatAddress } from '../address.ts';
import { createImageSelect } from '../image-select.ts';
import type { PageContent, PageContext } from '../page.ts';
import { createFilter, createLink } from '../parts.ts';
import { createUnknownImage } from './image.ts';

/** Minutes that a person needs for one finding, as `plimsoll compare` assumes. */
const MINUTES_PER_FINDING = 30;

/** Answers: how do two images differ, and which is better? */
export async function createComparePage(context: PageContext): Promise<PageContent> {
  const { fleet, get } = context;
  const form = createForm(context);
  if (get('a') === '' || get('b') === '') {
    return {
      heading: fleet.size < 2 ? 'A comparison needs two images' : 'Choose two images to compare',
      body: fleet.size < 2 ? markup`<p>The store has ${fleet.size}.</p>` : form,
    };
  }
  const before = await readImageReport(context, get('a'), '');
  const after = await readImageReport(context, get('b'), '');
  if (before === undefined || after === undefined) {
    return createUnknownImage(before === undefined ? get('a') : get('b'));
  }
  const comparison = compareImages(before, after);
  const parts = listComparisonParts(comparison).map(({ content }) => content);
  return {
    heading: formatConclusion(comparison),
    title: `${before.image.name} and ${after.image.name}`,
    style: 'comparison',
    body: markup`${form}
<p>${createLink('image', { id: before.image.id }, before.image.name)} · ${createLink('image', { id: after.image.id }, after.image.name)} · ${createLink('compare', { a: get('b'), b: get('a') }, 'exchange them')}</p>
${createComparisonSummary(comparison)}
${parts}
${createNumbersSection(comparison, { minutesPerFinding: MINUTES_PER_FINDING })}`,
  };
}

function createForm({ fleet, get }: PageContext): Markup {
  // Without an address, the form offers the two images that were added last.
  const [last, earlier] = fleet
    .sortImages('newest')
    .slice(0, 2)
    .map(({ id }) => String(id));
  const [first, second] = [get('a') || (earlier ?? ''), get('b') || (last ?? '')];
  return createFilter(formatAddress('compare'), [
    createImageSelect({ label: 'First', name: 'a', chosen: first }, fleet),
    createImageSelect({ label: 'Second', name: 'b', chosen: second }, fleet),
  ]);
}
