import { type VerdictProof } from '../engine/judge-image.ts';
import { readProof } from '../engine/verdicts.ts';
import { splitKeys } from '../store/store.ts';
import type { StoreView } from '../store/store-view.ts';
import type { Fleet } from './fleet.ts';
import type { FleetImage } from './fleet-image.ts';

/** The verdict about an image with its reasons. */
export interface ProvenImage {
  readonly image: FleetImage;
  readonly outcome: string;
  readonly revision: number;
  readonly inputs: string;
  readonly proof: VerdictProof;
}

/** Reading the reasons of more images takes seconds. */
export const PROVEN_MAX = 5_000;

/** Reads the verdicts of images that a fleet shows, those with the most severe findings first. */
export async function listProvenImages(
  { db }: StoreView,
  fleet: Fleet,
  accepts: (image: FleetImage) => boolean = () => true,
): Promise<readonly ProvenImage[]> {
  const images = fleet.sortImages('severity').filter(accepts).slice(0, PROVEN_MAX);
  const proven: ProvenImage[] = [];
  for (const some of splitKeys(images)) {
    const rows = await db
      .selectFrom('verdict')
      .select(['image', 'revision', 'outcome', 'inputs', 'proof'])
      .where(
        'image',
        'in',
        some.map(({ id }) => id),
      )
      .execute();
    const byImage = new Map(
      rows
        .filter(({ image, revision }) => fleet.findVerdict(image)?.revision === revision)
        .map((row) => [row.image, row]),
    );
    for (const image of some) {
      const row = byImage.get(image.id);
      if (row !== undefined) {
        const { outcome, revision, inputs } = row;
        proven.push({ image, outcome, revision, inputs, proof: readProof(row.proof) });
      }
    }
  }
  return proven;
}
