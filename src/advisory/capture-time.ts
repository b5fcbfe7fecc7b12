import { isFromFuture } from './database-future.ts';

/** Without a time zone, the time would depend on that of the machine. */
const ZONELESS = /T[\d:.]+$/;

/** Finds the capture time of a feed, from all of its documents. Times are RFC 3339. */
export class CaptureTime {
  readonly #now: string;
  #stated: string | undefined;
  #ofFiles: string | undefined;

  constructor(now: string) {
    this.#now = now;
  }

  /** Adds the time at which a record was last changed, by its source. */
  addStated(time: string | undefined): void {
    this.#stated = this.#selectNewest(this.#stated, time);
  }

  /** Adds the time of a file. */
  addFile(time: string | undefined): void {
    this.#ofFiles = this.#selectNewest(this.#ofFiles, time);
  }

  /**
   * Returns the newest time that the records state. If they state none, returns the newest time of
   * the files: copying an old feed must not make it recent.
   */
  get value(): string {
    return this.#stated ?? this.#ofFiles ?? this.#now;
  }

  /** A time in the future is wrong: the feed would never be outdated. */
  #selectNewest(known: string | undefined, stated: string | undefined): string | undefined {
    const time = stated !== undefined && ZONELESS.test(stated) ? `${stated}Z` : stated;
    if (time === undefined || Number.isNaN(Date.parse(time)) || isFromFuture(time, this.#now)) {
      return known;
    }
    return known === undefined || Date.parse(known) < Date.parse(time) ? time : known;
  }
}
