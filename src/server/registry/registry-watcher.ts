import type { CacheOptions } from '../../assess/scan-options.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { NetworkOptions } from '../../foundation/core/target.ts';
import type { SignatureTrust } from '../../foundation/syntax/envelope/unwrap.ts';
import { openListing } from '../../image/source/open-listing.ts';
import { createWatchedJob } from '../engine/plan-push.ts';
import { JobQueue } from '../jobs/job-queue.ts';
import type { DocumentStore } from '../store/documents.ts';
import type { Store } from '../store/store.ts';
import type { RegistryTagTable } from '../store/watch-tables.ts';
import { saveAttachedDocuments } from './attachments.ts';
import { type CheckResult, checkHints, checkRegistry } from './check-watch.ts';
import { describeFailure } from './describe-failure.ts';
import { readPlatforms } from './read-platforms.ts';
import type { RegistryWatch } from './registry-watch.ts';
import { toRegistryWatch } from './watch-store.ts';

/** Pause between two checks of all tags of a watch. */
const CHECK_PAUSE_MS = 300_000;
/** Pauses after failed attempts to read an image, the last one for all further ones. */
const RETRY_PAUSES_MS = [60_000, 300_000, 1_800_000, 7_200_000, 21_600_000] as const;
const ERROR_CHARS_MAX = 1_000;
/** The reason of an attempt that never ended, because it took the process with it. */
const ENDED = 'the reader ended while it read this image';

export interface WatcherSetting {
  readonly store: Store;
  readonly documents: DocumentStore;
  readonly limits: Limits;
  /** Hosts that may be in a private network. */
  readonly allowedHosts: readonly string[];
  readonly temporaryFolder: string;
  /** Whose signatures on attached documents count; absent for none. */
  readonly trust?: SignatureTrust;
  /** Layers in it are not fetched; absent for none. */
  readonly cache?: CacheOptions;
  /** Milliseconds since 1970. */
  readonly getTime: () => number;
}

/**
 * Watches registries: events are hints, and listing the tags is the truth. Images whose digest is
 * new are read, and their inventories are added by jobs.
 */
export class RegistryWatcher {
  readonly #setting: WatcherSetting;
  readonly #queue: JobQueue;

  constructor(setting: WatcherSetting) {
    this.#setting = setting;
    this.#queue = new JobQueue(setting.store);
  }

  /** Checks the tags that events named, and every watch that is due. */
  async checkWatches(): Promise<void> {
    const { store, getTime } = this.#setting;
    const rows = await store.db.selectFrom('registry_watch').selectAll().orderBy('id').execute();
    for (const row of rows) {
      const watch = toRegistryWatch(row);
      await this.#checkHinted(watch);
      if (row.due <= getTime() && (await this.#claim(watch))) {
        await this.#checkAll(watch, row.succeeded !== null);
      }
    }
  }

  /** Reads one image whose digest is new; returns whether there was one. */
  async readNext(): Promise<boolean> {
    const { store, getTime } = this.#setting;
    const row = await store.db
      .selectFrom('registry_tag')
      .selectAll()
      .whereRef('digest', '!=', 'taken')
      .where('due', '<=', getTime())
      .orderBy('due')
      .limit(1)
      .executeTakeFirst();
    if (row === undefined || !(await this.#begin(row))) {
      return row !== undefined;
    }
    const watch = await store.db
      .selectFrom('registry_watch')
      .selectAll()
      .where('id', '=', row.watch)
      .executeTakeFirst();
    if (watch !== undefined) {
      await this.#readTag(toRegistryWatch(watch), row);
    }
    return true;
  }

  async #checkHinted(watch: RegistryWatch): Promise<void> {
    const { store } = this.#setting;
    const known = await store.db
      .selectFrom('registry_hint')
      .select('watch')
      .where('watch', '=', watch.id)
      .limit(1)
      .execute();
    if (known.length === 0) {
      return;
    }
    const hints = await store.runTransaction(
      async ({ db }) =>
        await db
          .deleteFrom('registry_hint')
          .where('watch', '=', watch.id)
          .returning(['repository', 'tag'])
          .execute(),
      { isVisible: false },
    );
    const { error } = await this.#useListing(
      watch,
      async (setting) => await checkHints(setting, hints),
    );
    if (error !== '') {
      // The hints were deleted, but a check of all tags finds the same changes.
      await this.#requestCheck(watch);
    }
  }

  async #checkAll(watch: RegistryWatch, isRepeated: boolean): Promise<void> {
    const { store, getTime } = this.#setting;
    const { changes, error } = await this.#useListing(watch, checkRegistry);
    // The first check finds everything, and no event could have reported it.
    const drift = isRepeated ? changes : 0;
    await store.runTransaction(async ({ db }) => {
      await db
        .updateTable('registry_watch')
        .set(({ eb }) => ({
          error: error.slice(0, ERROR_CHARS_MAX),
          drift: eb('drift', '+', drift),
          ...(error === '' ? { succeeded: getTime() } : {}),
        }))
        .where('id', '=', watch.id)
        .execute();
    });
  }

  async #useListing(
    watch: RegistryWatch,
    check: (setting: Parameters<typeof checkRegistry>[0]) => Promise<CheckResult>,
  ): Promise<CheckResult> {
    const { store, limits, getTime } = this.#setting;
    using listing = await openListing(watch.registry, { limits, network: this.#getNetwork() });
    return await check({ store, watch, listing, now: getTime() });
  }

  /** A host is only reached at a public address, unless the server allows it. */
  #getNetwork(): NetworkOptions {
    return { isPublicOnly: true, allowedHosts: this.#setting.allowedHosts };
  }

  /** Several servers of one database check each watch once. */
  async #claim({ id }: RegistryWatch): Promise<boolean> {
    const { store, getTime } = this.#setting;
    const now = getTime();
    return await store.runTransaction(
      async ({ db }) => {
        const { numUpdatedRows } = await db
          .updateTable('registry_watch')
          .set({ due: now + CHECK_PAUSE_MS, began: now })
          .where('id', '=', id)
          .where('due', '<=', now)
          .executeTakeFirstOrThrow();
        return numUpdatedRows > 0n;
      },
      { isVisible: false },
    );
  }

  async #requestCheck({ id }: RegistryWatch): Promise<void> {
    await this.#setting.store.runTransaction(
      async ({ db }) =>
        void (await db
          .updateTable('registry_watch')
          .set({ due: 0 })
          .where('id', '=', id)
          .execute()),
      { isVisible: false },
    );
  }

  /**
   * Counts the attempt before it begins: an image that ends the process is not tried again at
   * once.
   */
  async #begin(row: RegistryTagTable): Promise<boolean> {
    const { store, getTime } = this.#setting;
    const pause = RETRY_PAUSES_MS[Math.min(row.attempts, RETRY_PAUSES_MS.length - 1)] ?? 0;
    return await store.runTransaction(
      async ({ db }) => {
        const { numUpdatedRows } = await db
          .updateTable('registry_tag')
          .set({ attempts: row.attempts + 1, due: getTime() + pause, error: ENDED })
          .where('watch', '=', row.watch)
          .where('repository', '=', row.repository)
          .where('tag', '=', row.tag)
          .where('digest', '=', row.digest)
          .where('attempts', '=', row.attempts)
          .executeTakeFirstOrThrow();
        return numUpdatedRows > 0n;
      },
      { isVisible: false },
    );
  }

  async #readTag(watch: RegistryWatch, row: RegistryTagTable): Promise<void> {
    const now = this.#setting.getTime();
    try {
      const reading = { ...this.#setting, network: this.#getNetwork(), now };
      const { read, failures } = await readPlatforms(watch, row, reading);
      const state = failures === '' ? { taken: row.digest, error: '' } : { error: failures };
      await this.#setting.store.runTransaction(async (transaction) => {
        const { numUpdatedRows } = await transaction.db
          .updateTable('registry_tag')
          .set(state)
          .where('watch', '=', row.watch)
          .where('repository', '=', row.repository)
          .where('tag', '=', row.tag)
          .where('digest', '=', row.digest)
          .executeTakeFirstOrThrow();
        if (numUpdatedRows === 0n) {
          // The tag was moved or deleted in the meantime: its new digest is read instead.
          return;
        }
        const { project } = watch;
        for (const { digest, vex } of read) {
          await this.#queue.send(transaction, createWatchedJob({ digest, project, vex }));
        }
        if (read.length > 0) {
          const attached = read.flatMap((one) => one.attached);
          await saveAttachedDocuments(transaction, row, { read: attached, at: now });
        }
      });
    } catch (error) {
      await this.#recordFailure(row, describeFailure(error));
    }
  }

  async #recordFailure(row: RegistryTagTable, error: string): Promise<void> {
    await this.#setting.store.runTransaction(async ({ db }) => {
      await db
        .updateTable('registry_tag')
        .set({ error: error.slice(0, ERROR_CHARS_MAX) })
        .where('watch', '=', row.watch)
        .where('repository', '=', row.repository)
        .where('tag', '=', row.tag)
        .where('digest', '=', row.digest)
        .execute();
    });
  }
}
