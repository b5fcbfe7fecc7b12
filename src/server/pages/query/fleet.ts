import type { Kysely } from 'kysely';
import { compareText } from '../../../core/compare-text.ts';
import { SEVERITIES } from '../../../core/finding.ts';
import { formatCount } from '../../../core/screen-text.ts';
import { SegmentCounts, toSegment } from '../../store/counts.ts';
import { MATCH_KINDS, UNEVALUATED_KIND } from '../../store/match-kind.ts';
import type { Tables } from '../../store/tables.ts';

/** What lists of images show of one. */
export interface FleetImage {
  readonly id: number;
  /** Its own name, or its ID if it has none. */
  readonly name: string;
  readonly digest: string;
  readonly packages: number;
  readonly problems: number;
  /** Milliseconds since 1970. */
  readonly firstSeen: number;
  /** By severity, and of ignored and unevaluated matches. */
  readonly counts: readonly number[];
}

export const VERDICTS = ['fail', 'unknown', 'pass'] as const;

export type VerdictWord = (typeof VERDICTS)[number];

export interface CountedVerdict {
  readonly word: VerdictWord;
  /** A sentence without the full stop. */
  readonly reason: string;
}

/** Orders of lists of images. */
export type ImageOrder = 'severity' | 'newest' | 'name';

const UNEVALUATED_PLACE = SEVERITIES.length + UNEVALUATED_KIND - 1;

/**
 * Judges an image by its counts. They are before decisions, so an image that fails here may pass
 * once decisions are applied; one that passes here has no finding that could fail it.
 */
export function judgeCounts(image: FleetImage, gate: string): CountedVerdict {
  const { counts, packages, problems } = image;
  const least = SEVERITIES.findIndex((word) => word === gate);
  const severe = counts.slice(least, SEVERITIES.length).reduce((sum, count) => sum + count, 0);
  if (severe > 0) {
    return {
      word: 'fail',
      reason: `${formatCount(severe, 'finding is', 'findings are')} ${gate} or worse`,
    };
  }
  const unevaluated = counts[UNEVALUATED_PLACE] ?? 0;
  const doubts = [
    ...(packages === 0 ? ['no package was found'] : []),
    ...(problems > 0 ? [`reading it had ${formatCount(problems, 'problem')}`] : []),
    ...(unevaluated > 0
      ? [
          `${formatCount(unevaluated, 'package or statement', 'packages or statements')} could not be evaluated`,
        ]
      : []),
  ];
  return doubts.length > 0
    ? { word: 'unknown', reason: doubts.join('; ') }
    : { word: 'pass', reason: `no finding is ${gate} or worse` };
}

/** All images of a store as of a revision, in memory. Images are only added, and counts change. */
export class Fleet {
  #revision = -1;
  #images = new Map<number, FleetImage>();
  readonly #orders = new Map<ImageOrder, readonly FleetImage[]>();

  /** Reads what changed since the last revision. */
  async update(db: Kysely<Tables>, revision: number): Promise<void> {
    if (revision === this.#revision) {
      return;
    }
    const rows = await db
      .selectFrom('image')
      .select(['id', 'name', 'digest', 'packages', 'problems', 'first_seen'])
      .where('id', '>', Math.max(0, ...this.#listLastIds()))
      .orderBy('id')
      .execute();
    const rollups = await db.selectFrom('rollup').selectAll().execute();
    const segments = new Map(
      rollups.map(({ segment, counts }) => [segment, new SegmentCounts(counts)]),
    );
    const none = Array<number>(SEVERITIES.length + MATCH_KINDS.length - 1).fill(0);
    const images = new Map<number, FleetImage>();
    const setImage = (image: Omit<FleetImage, 'counts'>): void => {
      const counts = segments.get(toSegment(image.id))?.get(image.id) ?? none;
      images.set(image.id, { ...image, counts });
    };
    this.#images.forEach(setImage);
    rows.forEach(({ first_seen: firstSeen, name, ...row }) =>
      setImage({ ...row, name: name === '' ? `image ${row.id}` : name, firstSeen }),
    );
    this.#images = images;
    this.#orders.clear();
    this.#revision = revision;
  }

  get size(): number {
    return this.#images.size;
  }

  get(id: number): FleetImage | undefined {
    return this.#images.get(id);
  }

  /** Lists all images in an order. */
  sortImages(order: ImageOrder): readonly FleetImage[] {
    const known = this.#orders.get(order);
    if (known !== undefined) {
      return known;
    }
    const sorted = [...this.#images.values()].sort(ORDERS[order]);
    this.#orders.set(order, sorted);
    return sorted;
  }

  /** The last image holds the highest ID, because images are read in the order of their IDs. */
  #listLastIds(): readonly number[] {
    const last = [...this.#images.keys()].at(-1);
    return last === undefined ? [] : [last];
  }
}

function compareNewest(left: FleetImage, right: FleetImage): number {
  return right.id - left.id;
}

const ORDERS: Readonly<Record<ImageOrder, (left: FleetImage, right: FleetImage) => number>> = {
  newest: compareNewest,
  name: (left, right) => compareText(left.name, right.name) || compareNewest(left, right),
  severity(left, right) {
    for (let rank = SEVERITIES.length - 1; rank >= 0; rank -= 1) {
      const difference = (right.counts[rank] ?? 0) - (left.counts[rank] ?? 0);
      if (difference !== 0) {
        return difference;
      }
    }
    return compareNewest(left, right);
  },
};
