import { type Markup, markup } from '../../foundation/present/markup.ts';
import type { Fleet } from '../query/fleet.ts';
import type { FleetImage } from '../query/fleet-image.ts';
import { formatAddress } from './address.ts';
import {
  createLink,
  createSeverities,
  createTable,
  createTime,
  createVerdict,
  createVerdictReason,
} from './parts.ts';

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
          const verdict = fleet.judgeListed(image, gate);
          const reason = createVerdictReason(
            verdict,
            formatAddress('image', { id: image.id, gate }),
          );
          return markup`${createVerdict(verdict.word)} <span class="row-note">${reason}</span>`;
        },
      },
      { title: 'Findings', cell: ({ counts }) => createSeverities(counts) },
      { title: 'Packages', isNumber: true, cell: ({ packages }) => packages },
      { title: 'Added', cell: ({ firstSeen }) => createTime(firstSeen) },
    ],
    images,
  );
}
