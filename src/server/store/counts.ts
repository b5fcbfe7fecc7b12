import { SEVERITIES } from '../../foundation/core/finding.ts';
import { FINDING_KIND, MATCH_KINDS } from './match-kind.ts';

/** Images of one segment. */
export const SEGMENT_IMAGES = 4_096;

/** One count for each severity of findings, and one for each other kind of match. */
export const COUNTS_EACH = SEVERITIES.length + MATCH_KINDS.length - 1;

/** Returns the place of a match among the counts of an image. */
export function toCountPlace({ kind, severity }: { kind: number; severity: number }): number {
  return kind === FINDING_KIND ? severity : SEVERITIES.length + kind - 1;
}

export function toSegment(image: number): number {
  return Math.floor(image / SEGMENT_IMAGES);
}

/** The counts of the images of a segment: 32 bits each, by image. */
export class SegmentCounts {
  #counts: Int32Array;

  constructor(bytes?: Uint8Array) {
    this.#counts =
      bytes === undefined ? new Int32Array() : new Int32Array(new Uint8Array(bytes).buffer);
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.#counts.buffer, 0, this.#counts.byteLength);
  }

  /** Adds to one count of an image. */
  addCount(image: number, place: number, count: number): void {
    const at = (image % SEGMENT_IMAGES) * COUNTS_EACH + place;
    if (at >= this.#counts.length) {
      const grown = new Int32Array(((image % SEGMENT_IMAGES) + 1) * COUNTS_EACH);
      grown.set(this.#counts);
      this.#counts = grown;
    }
    this.#counts[at] = (this.#counts[at] ?? 0) + count;
  }

  /** Adds to one count of every image at some sorted places, once for each time it is listed. */
  addCounts(places: readonly number[], place: number, count: number): void {
    const last = places.at(-1);
    if (last === undefined) {
      return;
    }
    this.addCount(last, place, 0);
    const counts = this.#counts;
    for (const image of places) {
      const at = image * COUNTS_EACH + place;
      counts[at] = (counts[at] ?? 0) + count;
    }
  }

  /** Returns one count of an image. */
  getCount(image: number, place: number): number {
    return this.#counts[(image % SEGMENT_IMAGES) * COUNTS_EACH + place] ?? 0;
  }

  /** Returns the counts of an image. */
  get(image: number): readonly number[] {
    const start = (image % SEGMENT_IMAGES) * COUNTS_EACH;
    return Array.from({ length: COUNTS_EACH }, (_, place) => this.#counts[start + place] ?? 0);
  }
}
