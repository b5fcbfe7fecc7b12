import { toSegment } from '../store/counts.ts';
import { readLastId } from '../store/last-id.ts';
import { decodeNumbers, encodeNumbers } from '../store/number-list.ts';
import type { StoreTransaction } from '../store/store.ts';
import type { RevisionKind } from '../store/tables.ts';

/** A cause of effects in a revision: each subject has one. */
export interface Cause {
  readonly revision: number;
  readonly kind: RevisionKind;
  /** The vulnerability, image or decision. */
  readonly subject: string;
  /** A sentence for people, without the full stop. */
  readonly summary: string;
  readonly effects: readonly Effect[];
}

export interface Effect {
  /** `opened`, `closed`, `changed`, or the outcomes of verdicts: `pass-fail`. */
  readonly kind: string;
  /** Number of findings or verdicts. */
  readonly count: number;
  readonly images: number;
  /** The images, if they cannot be derived from the cause. */
  readonly ids?: readonly number[];
}

/**
 * Records causes with their effects, once, in the transaction of the effects. The outbox contains
 * them until they are delivered.
 */
export async function writeCauses(
  { db, writeRows }: StoreTransaction,
  causes: readonly Cause[],
  now: number,
): Promise<void> {
  const last = await readLastId(db, 'cause');
  const numbered = causes.map((cause, index) => ({ ...cause, id: last + index + 1 }));
  await writeRows(
    'cause',
    numbered.map(({ id, revision, kind, subject, summary }) => {
      return { id, revision, kind, subject, summary };
    }),
  );
  await writeRows(
    'effect',
    numbered.flatMap(({ id, effects }) =>
      effects.map(({ kind, count, images }) => ({ cause: id, kind, count, images })),
    ),
  );
  for (const { id, effects } of numbered) {
    await addEffectImages({ db, writeRows }, id, effects);
  }
  await writeRows(
    'outbox',
    numbered.map(({ id }) => ({ cause: id, at: now })),
  );
}

/**
 * Adds effects to a cause, which is created if it is missing. One that was reported before is
 * reported again.
 */
export async function addEffects(
  transaction: StoreTransaction,
  cause: Cause,
  now: number,
): Promise<void> {
  const { db, writeRows } = transaction;
  const known = await db
    .selectFrom('cause')
    .select('id')
    .where('revision', '=', cause.revision)
    .where('kind', '=', cause.kind)
    .where('subject', '=', cause.subject)
    .executeTakeFirst();
  if (known === undefined) {
    await writeCauses(transaction, [cause], now);
    return;
  }
  const rows = await db.selectFrom('effect').selectAll().where('cause', '=', known.id).execute();
  const counts = new Map(rows.map((row) => [row.kind, row]));
  const changed = cause.effects.map(({ kind, count, images }) => {
    const before = counts.get(kind) ?? { count: 0, images: 0 };
    return { cause: known.id, kind, count: before.count + count, images: before.images + images };
  });
  await writeRows('effect', changed, ['cause', 'kind']);
  await addEffectImages(transaction, known.id, cause.effects);
  await writeRows('outbox', [{ cause: known.id, at: now }], ['cause']);
}

/** Adds images to those of the effects of a cause. */
async function addEffectImages(
  { db, writeRows }: StoreTransaction,
  cause: number,
  effects: readonly Effect[],
): Promise<void> {
  for (const { kind, ids = [] } of effects) {
    for (const [segment, some] of Map.groupBy(ids, toSegment)) {
      const before = await db
        .selectFrom('effect_image')
        .select('images')
        .where('cause', '=', cause)
        .where('kind', '=', kind)
        .where('segment', '=', segment)
        .executeTakeFirst();
      const known = before === undefined ? [] : decodeNumbers(before.images);
      const all = [...new Set([...known, ...some])].sort((left, right) => left - right);
      const row = { cause, kind, segment, images: encodeNumbers(all) };
      await writeRows('effect_image', [row], ['cause', 'kind', 'segment']);
    }
  }
}
