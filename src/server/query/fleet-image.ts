import { SegmentCounts, toSegment } from '../store/counts.ts';
import type { ImageRow } from './past-fleet.ts';

/** The counts of the images of a segment, which an update replaces. */
interface CountedSegment {
  counts: SegmentCounts;
}

/** An image as lists show it. Its counts follow those of its segment. */
export class FleetImage {
  readonly id: number;
  /** Its own name, or its ID if it has none. */
  readonly name: string;
  readonly digest: string;
  readonly packages: number;
  readonly problems: number;
  /** Empty if its labels state none. */
  readonly owner: string;
  /** Row of its base; 0 if it has none. */
  readonly base: number;
  /** Milliseconds since 1970. */
  readonly firstSeen: number;
  readonly #segment: CountedSegment;

  constructor(row: ImageRow, segment: CountedSegment) {
    this.id = row.id;
    this.name = row.name === '' ? `image ${row.id}` : row.name;
    this.digest = row.digest;
    this.packages = row.packages;
    this.problems = row.problems;
    this.owner = row.owner ?? '';
    this.base = row.base ?? 0;
    this.firstSeen = row.first_seen;
    this.#segment = segment;
  }

  /** By severity, and of ignored and unevaluated matches. */
  get counts(): readonly number[] {
    return this.#segment.counts.get(this.id);
  }

  /** Returns one of the counts: lists of all images need no array of each. */
  readCount(place: number): number {
    return this.#segment.counts.getCount(this.id, place);
  }
}

/** The counts of all images, by segment. */
export class FleetCounts {
  readonly #segments = new Map<number, CountedSegment>();

  /** Returns the segment of an image, which an update changes. */
  openSegment(image: number): CountedSegment {
    const number = toSegment(image);
    const segment = this.#segments.get(number) ?? { counts: new SegmentCounts() };
    this.#segments.set(number, segment);
    return segment;
  }

  /** Replaces the counts of a segment; returns whether they differ from those before. */
  replaceSegment(number: number, counts: SegmentCounts): boolean {
    const segment = this.#segments.get(number);
    if (segment === undefined) {
      this.#segments.set(number, { counts });
      return true;
    }
    const isChanged = Buffer.compare(segment.counts.bytes, counts.bytes) !== 0;
    segment.counts = counts;
    return isChanged;
  }
}
