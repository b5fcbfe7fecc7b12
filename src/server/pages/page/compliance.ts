import { SEVERITIES } from '../../../core/finding.ts';
import { formatCount } from '../../../core/screen-text.ts';
import { type Markup, markup } from '../../../present/markup.ts';
import { describeLeast } from '../gate-filter.ts';
import type { PageContent, PageContext } from '../page.ts';
import { createLink, createSection, createTable } from '../parts.ts';
import { judgeCounts, VERDICTS, type VerdictWord } from '../query/fleet.ts';

interface GateRow {
  readonly gate: string;
  readonly counts: ReadonlyMap<VerdictWord, number>;
}

/** Answers: which images pass which gate? */
export async function createCompliancePage({ fleet, revision }: PageContext): Promise<PageContent> {
  if (fleet.size === 0) {
    return {
      heading: 'Nothing was evaluated: no images yet',
      body: markup`<p>Send an image: <code>plimsoll push IMAGE.tar</code>.</p>`,
    };
  }
  const images = fleet.sortImages('newest');
  const rows = SEVERITIES.toReversed().map((gate): GateRow => {
    const groups = Map.groupBy(images, (image) => judgeCounts(image, gate).word);
    return { gate, counts: new Map([...groups].map(([word, some]) => [word, some.length])) };
  });
  const passed = rows.find(({ gate }) => gate === 'high')?.counts.get('pass') ?? 0;
  const table = createTable<GateRow>(
    'Gates',
    [
      { title: 'Gate', cell: ({ gate }) => `no findings ${describeLeast(gate)}` },
      ...VERDICTS.map((word) => ({
        title: word,
        isNumber: true as const,
        cell: ({ gate, counts }: GateRow) => linkCount(word, gate, counts.get(word) ?? 0),
      })),
    ],
    rows,
  );
  return {
    heading: `${passed} of ${formatCount(images.length, 'image')} without high or critical findings`,
    body: markup`<p>At revision ${revision?.id ?? 0}, before decisions.</p>
${createSection('gates', 'Gates', table)}
${createSection(
  'packs',
  'Policies',
  markup`<p>The store does not evaluate policies yet, so controls of a framework are <b>not evaluated</b> here, which is not a pass. Evaluate one image with <code>plimsoll check --policy FILE</code> or a built-in policy.</p>`,
)}`,
  };
}

function linkCount(verdict: VerdictWord, gate: string, count: number): Markup | string {
  return count === 0 ? '0' : createLink('images', { verdict, gate }, formatCount(count, 'image'));
}
