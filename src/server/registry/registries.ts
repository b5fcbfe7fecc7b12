import { readScoped } from '../query/read-scopes.ts';
import type { Store } from '../store/store.ts';
import {
  type AttachedDocumentView,
  type AttachmentView,
  listAttachedDocuments,
  listImageAttachments,
} from './attachments.ts';
import { addRegistryHints, type RegistryHint } from './hints.ts';
import type { FailedTag, RegistryWatchView } from './registry-watch.ts';
import { listFailedTags, listRegistryWatches, requestWatchCheck } from './watch-store.ts';

/** The registries that a store watches. */
export class Registries {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async listWatches(): Promise<{
    readonly items: readonly RegistryWatchView[];
    readonly failedTags: readonly FailedTag[];
  }> {
    return await this.#store.readState(async (db) => ({
      items: await listRegistryWatches(db),
      failedTags: await listFailedTags(db),
    }));
  }

  async listAttachments(
    image: number,
    projects?: readonly string[],
  ): Promise<{
    readonly items: readonly AttachmentView[];
    readonly documents: readonly AttachedDocumentView[];
  }> {
    return await readScoped(this.#store, { projects }, async (db) => ({
      items: await listImageAttachments(db, image),
      documents: await listAttachedDocuments(db, image),
    }));
  }

  /** Like {@link requestWatchCheck}. */
  async requestCheck(name: string): Promise<void> {
    await requestWatchCheck(this.#store, name);
  }

  /** Like {@link addRegistryHints}. `now` is RFC 3339. */
  async addHints(name: string, hints: readonly RegistryHint[], now: string): Promise<number> {
    return await addRegistryHints(this.#store, { name, hints }, Date.parse(now));
  }
}
