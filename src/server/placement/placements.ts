import { readScoped } from '../query/read-scopes.ts';
import type { Store } from '../store/store.ts';
import {
  listPlacementSources,
  listPlacements,
  type PlacementList,
  type PlacementQuestion,
} from './list-placements.ts';
import type { PlacementReport, PlacementSource, ReportedPlacements } from './placement.ts';
import { removePlacementSource, reportPlacements } from './placement-store.ts';

/** Which images are in use, as sources report it. */
export class Placements {
  readonly #store: Store;
  readonly #getGeneration: () => string;

  constructor(store: Store, getGeneration: () => string) {
    this.#store = store;
    this.#getGeneration = getGeneration;
  }

  /** Like {@link reportPlacements}. `now` is RFC 3339. */
  async report(report: PlacementReport, now: string): Promise<ReportedPlacements> {
    return await reportPlacements(this.#toChange(now), report);
  }

  /** Like {@link removePlacementSource}. */
  async removeSource(source: string, now: string): Promise<void> {
    await removePlacementSource(this.#toChange(now), source);
  }

  async listSources(projects?: readonly string[]): Promise<readonly PlacementSource[]> {
    return await readScoped(this.#store, { projects }, listPlacementSources);
  }

  async listPlacements(question: PlacementQuestion): Promise<PlacementList> {
    return await readScoped(
      this.#store,
      question,
      async (db) => await listPlacements(db, question),
    );
  }

  #toChange(now: string) {
    return { store: this.#store, generation: this.#getGeneration(), now: Date.parse(now) };
  }
}
