import type { Kysely } from 'kysely';
import { UserError } from '../../foundation/core/error.ts';
import { listPlacementSources, readPlacements } from '../placement/list-placements.ts';
import { formatTime } from '../query/format-time.ts';
import { hashText } from '../store/read-key-hash.ts';
import { type Store, splitKeys } from '../store/store.ts';
import { toStoredText } from '../store/stored-text.ts';
import type { Tables } from '../store/tables.ts';
import { canApply, listCurrentDecisions } from './decisions.ts';

/** Reasons of people why an image is never retired. */
export const VETO_KINDS = ['deployed', 'released', 'held'] as const;

export type VetoKind = (typeof VETO_KINDS)[number];

const DATE_CHARS = '2026-01-31'.length;

/** A reason why an image is kept. A decision with evidence needs the images that it is about. */
export interface Veto {
  readonly kind: VetoKind | 'evidence';
  readonly author: string;
  readonly reason: string;
  /** RFC 3339 */
  readonly at: string;
}

export interface VetoView extends Veto {
  readonly image: number;
  readonly name: string;
}

export interface VetoRequest {
  /** Name or digest; all images that have it are meant. */
  readonly image: string;
  readonly kind: VetoKind;
}

/**
 * Keeps the images of a name until the veto is removed; returns how many. A second veto of the same
 * kind replaces the first one.
 *
 * @throws UserError `E_IMAGE_UNKNOWN`
 */
export async function addVeto(
  store: Store,
  { image, kind, author, reason }: VetoRequest & Pick<Veto, 'author' | 'reason'>,
  now: number,
): Promise<number> {
  return await store.runTransaction(async ({ db, writeRows }) => {
    const ids = await findNamedImages(db, image);
    const rows = ids.map((id) => ({ image: id, kind, author, reason, at: now }));
    await writeRows('veto', rows, ['image', 'kind']);
    return rows.length;
  });
}

/** Removes the vetoes of a kind; returns how many. @throws UserError `E_IMAGE_UNKNOWN` */
export async function removeVeto(store: Store, { image, kind }: VetoRequest): Promise<number> {
  return await store.runTransaction(async ({ db }) => {
    let count = 0;
    for (const some of splitKeys(await findNamedImages(db, image))) {
      const { numDeletedRows } = await db
        .deleteFrom('veto')
        .where('image', 'in', some)
        .where('kind', '=', kind)
        .executeTakeFirstOrThrow();
      count += Number(numDeletedRows);
    }
    return count;
  });
}

/** Lists the vetoes of people. */
export async function listVetoes({ db }: Store): Promise<readonly VetoView[]> {
  const rows = await db
    .selectFrom('veto')
    .innerJoin('image', 'image.id', 'veto.image')
    .select(['veto.image', 'image.name', 'veto.kind', 'veto.author', 'veto.reason', 'veto.at'])
    .orderBy('veto.image')
    .orderBy('veto.kind')
    .execute();
  return rows.map(({ kind, at, ...row }) => ({
    ...row,
    kind: kind as VetoKind,
    at: formatTime(at),
  }));
}

async function findNamedImages(db: Kysely<Tables>, image: string): Promise<readonly number[]> {
  const name = toStoredText(image);
  const rows = await db
    .selectFrom('image')
    .select('id')
    .where('retired', 'is', null)
    .where(({ and, eb, or }) =>
      or([
        and([eb('name_hash', '=', hashText(image)), eb('name', '=', name)]),
        eb('digest', '=', name),
      ]),
    )
    .orderBy('id')
    .execute();
  if (rows.length === 0) {
    throw new UserError('E_IMAGE_UNKNOWN', `the store has no image "${image}"`, {
      hint: 'name an image as in GET /api/v1/images, or by its digest',
    });
  }
  return rows.map(({ id }) => id);
}

type NamedImage = Pick<Tables['image'], 'id' | 'name' | 'project'>;

/** Finds the reasons why images are kept, by image. */
export async function findVetoes(
  db: Kysely<Tables>,
  images: readonly NamedImage[],
  now: number,
): Promise<ReadonlyMap<number, readonly Veto[]>> {
  const vetoes = new Map<number, Veto[]>();
  const decisions = (await listCurrentDecisions(db, now)).filter(
    ({ evidence, images: pattern }) => evidence !== '' && pattern !== '',
  );
  for (const image of images) {
    const { id } = image;
    const evidence = decisions
      .filter((decision) => canApply(decision, image))
      .map(({ id: decision, author, vulnerability, at }): Veto => {
        const reason = `decision ${decision} about ${vulnerability} rests on its files`;
        return { kind: 'evidence', author, reason, at: formatTime(at) };
      });
    vetoes.set(id, evidence);
  }
  for (const some of splitKeys(vetoes.keys())) {
    const rows = await db
      .selectFrom('veto')
      .selectAll()
      .where('image', 'in', some)
      .orderBy('kind')
      .execute();
    rows.forEach(({ image, kind, author, reason, at }) =>
      vetoes.get(image)?.push({ kind: kind as VetoKind, author, reason, at: formatTime(at) }),
    );
  }
  await addPlacementVetoes(db, vetoes);
  return vetoes;
}

/** Images in use are kept as long as their source reports them. */
async function addPlacementVetoes(
  db: Kysely<Tables>,
  vetoes: ReadonlyMap<number, Veto[]>,
): Promise<void> {
  const reports = new Map((await listPlacementSources(db)).map((one) => [one.source, one]));
  for (const { images, source, environment } of await readPlacements({ db })) {
    const { at = '', sender = '' } = reports.get(source) ?? {};
    const place = environment === '' ? '' : `: ${environment}`;
    const reason = `${source} reported on ${at.slice(0, DATE_CHARS)} that it is in use${place}`;
    images.forEach((image) =>
      vetoes.get(image)?.push({ kind: 'deployed', author: sender, reason, at }),
    );
  }
}
