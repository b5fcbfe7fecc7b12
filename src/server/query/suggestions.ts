import type { Kysely } from 'kysely';
import { dropVersion } from '../../compliance/policy/package-identity.ts';
import { readProof } from '../engine/verdicts.ts';
import type { Tables } from '../store/tables.ts';
import type { Fleet } from './fleet.ts';

/** A decision that plimsoll proposes for a vulnerability of a package. */
export interface Suggestion {
  readonly vulnerability: string;
  /** Package URL without version. */
  readonly package: string;
  readonly status: string;
  readonly reason: string;
  readonly images: readonly number[];
}

/** Maximum number of images whose reasons are read. */
export const SEARCHED_MAX = 200;

/** Lists the proposals for the images with the most severe findings, the most frequent first. */
export async function listSuggestions(
  db: Kysely<Tables>,
  fleet: Fleet,
): Promise<readonly Suggestion[]> {
  const images = fleet.sortImages('severity').slice(0, SEARCHED_MAX);
  const rows = await db
    .selectFrom('verdict')
    .select(['image', 'revision', 'proof'])
    .where(
      'image',
      'in',
      images.map(({ id }) => id),
    )
    .execute();
  const found = new Map<string, Suggestion & { readonly images: number[] }>();
  for (const { image, revision, proof } of rows) {
    const isShown = fleet.findVerdict(image)?.revision === revision;
    for (const { id, purl, status, reason } of isShown ? (readProof(proof).suggested ?? []) : []) {
      const name = dropVersion(purl);
      const key = `${id}\n${name}\n${status}`;
      const known = found.get(key);
      if (known === undefined) {
        found.set(key, { vulnerability: id, package: name, status, reason, images: [image] });
      } else if (!known.images.includes(image)) {
        known.images.push(image);
      }
    }
  }
  return [...found.values()].sort((left, right) => right.images.length - left.images.length);
}
