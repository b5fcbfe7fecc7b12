import { type Kysely, sql } from 'kysely';
import { SEVERITIES } from '../../foundation/core/finding.ts';
import { SEGMENT_IMAGES, toSegment } from '../store/counts.ts';
import { findImages, listSystemComponents } from '../store/find-images.ts';
import { FINDING_KIND, UNEVALUATED_KIND } from '../store/match-kind.ts';
import { splitKeys } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { CurrentPolicy } from './fleet-policy.ts';
import type { MatchChange } from './rematch.ts';
import type { UpdateEffect } from './update-store.ts';

/** The images that an update concerns. */
export interface StaleImages {
  /** The verdict may have another outcome. */
  readonly open: readonly number[];
  /** The outcome is certain to stay, but its reasons are others. */
  readonly settled: readonly number[];
}

type StaleUpdate = Pick<UpdateEffect, 'changes' | 'facts' | 'holders'>;

/**
 * Lists the images whose verdict an update may change: those with changed matches that the policy
 * may count, and those with changed facts if it has rules. Gates are counted for all images at
 * once, so that only those are judged again whose outcome the counts do not settle.
 */
export async function listStaleImages(
  db: Kysely<Tables>,
  policy: CurrentPolicy,
  update: StaleUpdate,
): Promise<StaleImages> {
  if (policy.rules !== undefined) {
    return { open: [...(await listRuledImages(db, update))], settled: [] };
  }
  const tallies = tallyImages(policy, update);
  const open: number[] = [];
  const settled: number[] = [];
  for (const [segment, some] of Map.groupBy(tallies.keys(), toSegment)) {
    const verdicts = await readTalliedVerdicts(db, segment, some);
    for (const image of some) {
      const tally = tallies.get(image);
      const verdict = verdicts.get(image);
      const isSettled = tally !== undefined && verdict !== undefined && isCertain(tally, verdict);
      (isSettled ? settled : open).push(image);
    }
  }
  return { open, settled };
}

/** Rules may read any match, and any fact about a vulnerability. */
async function listRuledImages(
  db: Kysely<Tables>,
  { changes, holders, facts }: StaleUpdate,
): Promise<ReadonlySet<number>> {
  const stale = new Set<number>();
  for (const component of new Set(changes.map((change) => change.component))) {
    holders.get(component)?.ids.forEach((image) => stale.add(image));
  }
  for (const some of splitKeys(facts)) {
    const rows = await db
      .selectFrom('match')
      .select('component')
      .where('vulnerability', 'in', some)
      .where('closed', 'is', null)
      .execute();
    const components = new Set(rows.map(({ component }) => component));
    for (const images of (await findImages(db, components)).values()) {
      images.forEach((image) => stale.add(image));
    }
  }
  return stale;
}

/** Lists the images that contain components of systems. */
export async function listSystemImages(
  db: Kysely<Tables>,
  systems: readonly number[],
): Promise<ReadonlySet<number>> {
  const stale = new Set<number>();
  const components = new Set(await listSystemComponents(db, systems));
  const images = await findImages(db, components);
  images.forEach((holders) => holders.forEach((image) => stale.add(image)));
  return stale;
}

/** The changes of one image that a severity gate may count. */
export interface ImageTally {
  /** Findings that are severe enough to fail the gate. */
  opened: number;
  closed: number;
  /** Whether something else changed that may decide: packages that could not be evaluated. */
  isDoubtful: boolean;
}

/** Counts the changes by image. */
function tallyImages(
  { severity: gate }: CurrentPolicy,
  { changes, holders }: StaleUpdate,
): ReadonlyMap<number, ImageTally> {
  const tallies = new Map<number, ImageTally>();
  for (const change of changes.filter((one) => isCounted(one, gate))) {
    const isSevere = change.kind === FINDING_KIND && isFailing(change.severity, gate);
    for (const image of holders.get(change.component)?.ids ?? []) {
      const tally = tallies.get(image) ?? { opened: 0, closed: 0, isDoubtful: false };
      tallies.set(image, tally);
      tally.opened += isSevere && change.step === 1 ? 1 : 0;
      tally.closed += isSevere && change.step === -1 ? 1 : 0;
      tally.isDoubtful ||= !isSevere;
    }
  }
  return tallies;
}

function isFailing(severity: number, gate: string | undefined): boolean {
  return severity >= SEVERITIES.findIndex((word) => word === (gate ?? 'unknown'));
}

/** Whether a gate may count a match. Unrated findings are a part of its reason. */
function isCounted({ kind, severity }: MatchChange, gate: string | undefined): boolean {
  return (
    kind === UNEVALUATED_KIND ||
    (kind === FINDING_KIND &&
      (severity === SEVERITIES.indexOf('unknown') || isFailing(severity, gate)))
  );
}

/**
 * Returns whether a verdict is certain to keep its outcome. Closed findings may be those that
 * failed the gate, and opened ones may be decided otherwise than by the gate, so both count against
 * it. Decisions are about single findings: those that did not change are decided as before.
 */
export function isCertain(
  { opened, closed, isDoubtful }: ImageTally,
  { outcome, failing }: { readonly outcome: string; readonly failing: number | null },
): boolean {
  return outcome === 'fail' ? (failing ?? 0) > closed : opened === 0 && !isDoubtful;
}

/** More images of a segment than this are read with all others of it. */
const LISTED_MAX = 400;

async function readTalliedVerdicts(db: Kysely<Tables>, segment: number, images: readonly number[]) {
  const query = db
    .selectFrom('verdict')
    .select(['image', 'outcome', 'failing'])
    .where('current', '=', sql.lit(1));
  const first = segment * SEGMENT_IMAGES;
  const rows = await (images.length <= LISTED_MAX
    ? query.where('image', 'in', images)
    : query.where('image', '>=', first).where('image', '<', first + SEGMENT_IMAGES)
  ).execute();
  return new Map(rows.map((row) => [row.image, row]));
}
