import { type Markup, markup } from '../../present/markup.ts';
import { createLink, createSeverities, createTable, createTime, createVerdict } from './parts.ts';
import type { Fleet, FleetImage } from './query/fleet.ts';

const DIGEST_CHARS = 19;

/** Lists images with their verdicts and counts. */
export function createImageTable(
  images: readonly FleetImage[],
  { fleet, gate }: { readonly fleet: Fleet; readonly gate: string },
): Markup {
  return createTable<FleetImage>(
    'Images',
    [
      {
        title: 'Image',
        cell: ({ id, name, digest }) =>
          markup`${createLink('image', { id, gate }, name)}${digest === '' ? undefined : markup` <span class="row-note"><code>${digest.slice(0, DIGEST_CHARS)}</code></span>`}`,
      },
      {
        title: 'Verdict',
        cell(image) {
          const { word, reason } = fleet.judgeListed(image, gate);
          return markup`${createVerdict(word)} <span class="row-note">${reason}</span>`;
        },
      },
      { title: 'Findings', cell: ({ counts }) => createSeverities(counts) },
      { title: 'Packages', isNumber: true, cell: ({ packages }) => packages },
      { title: 'Added', cell: ({ firstSeen }) => createTime(firstSeen) },
    ],
    images,
  );
}
