import { join } from 'node:path';
import { findAbsentShards } from '../../advisory/absent-shards.ts';
import { pinDatabase } from '../../advisory/pin-database.ts';
import { assessInventory } from '../../assess/assess.ts';
import type { GateRequest } from '../../assess/request.ts';
import { present } from '../../core/assert.ts';
import { assessCompleteness, type Completeness } from '../../core/assessment.ts';
import { defined } from '../../core/defined.ts';
import { VERSION } from '../../core/package-version.ts';
import { SILENT } from '../../core/progress.ts';
import type { Verdict } from '../../core/verdict.ts';
import { planUpdates } from '../../match/plan-updates.ts';
import { formatLoaders } from '../../output/format-loaders.ts';
import { type DocumentStore, openDocuments } from '../store/documents.ts';
import { Store } from '../store/store.ts';
import { addImage } from './add-image.ts';
import { auditStore } from './audit-store.ts';
import { Evaluator } from './evaluator.ts';
import { type PushedInventory, readInventoryDocument } from './inventory-document.ts';
import { type StoreChange, updateStore } from './update-store.ts';
import { type ImageView, listNewFindings, type NewFinding, readImage, Views } from './views.ts';

const JSON_FORMAT = formatLoaders.find(({ id }) => id === 'json');

export interface EngineSetting {
  /** Directory of the store, of documents and of kept databases. */
  readonly folder: string;
  /** Directory of the advisory database that is in use. */
  readonly database: string;
  /** Days after which its advisories are too old to rely on; 0 for no limit. */
  readonly maxAgeDays?: number;
}

/** Conditions of a push, and the time, RFC 3339. */
export interface PushRequest {
  readonly document: Uint8Array;
  readonly gates: GateRequest;
  readonly now: string;
}

export interface PushResult {
  readonly image: ImageView;
  /** Whether the same inventory was pushed before. */
  readonly isKnown: boolean;
  /** Components that no image contained before. */
  readonly newComponents: number;
  /** Absent if no gate was set. */
  readonly verdict?: Verdict;
  readonly completeness: Completeness;
  /** Image of the same name that was pushed before; absent if there is none. */
  readonly previous?: number;
  /** Findings that the previous image does not have. */
  readonly newFindings: readonly NewFinding[];
}

/** The one writer of a store, with the advisory database that its matches are from. */
export class Engine implements Disposable {
  readonly views: Views;
  readonly #setting: EngineSetting;
  readonly #store: Store;
  readonly #documents: DocumentStore;
  #evaluator: Evaluator;
  #generation: string;

  private constructor(setting: EngineSetting, store: Store, generation: string) {
    this.#setting = setting;
    this.#store = store;
    this.#documents = openDocuments(join(setting.folder, 'documents'));
    this.#generation = generation;
    this.#evaluator = new Evaluator(this.#toGenerationFolder(generation));
    this.views = new Views(store);
  }

  /**
   * Opens or creates a store. Changes of the advisory database since the last time are applied.
   *
   * @throws UserError `E_DB_MISSING`, `E_DB_INVALID` or `E_STORE_VERSION`
   */
  static async open(setting: EngineSetting, now: string): Promise<Engine> {
    const pinned = pinDatabase(setting.database, join(setting.folder, 'generations'));
    const store = await Store.open(setting.folder);
    const last = await store.db
      .selectFrom('revision')
      .select('generation')
      .orderBy('id', 'desc')
      .executeTakeFirst();
    const engine = new Engine(setting, store, last?.generation ?? pinned.digest);
    await engine.refresh(now);
    return engine;
  }

  /** Returns the state of the store, and the shards that the advisory database lacks. */
  async readStatus() {
    const absentShards = findAbsentShards(this.#toGenerationFolder(this.#generation));
    return { ...(await this.views.readStatus()), absentShards };
  }

  /** Adds an inventory, and judges it by the current advisories. */
  async push({ document, gates, now }: PushRequest): Promise<PushResult> {
    const pushed = readInventoryDocument(Buffer.from(document));
    const digest = this.#documents.put(document);
    const { id, isKnown, newComponents } = await addImage(this.#store, this.#evaluator, {
      inventory: pushed.inventory,
      document: digest,
      now: Date.parse(now),
      generation: this.#generation,
    });
    const { verdict, ...assessment } = await this.#assess(pushed, gates, now);
    const image = await readImage(this.#store.db, id);
    const previous = await this.views.findPrevious(image);
    return {
      image,
      isKnown,
      newComponents,
      ...defined({ verdict, previous }),
      completeness: assessCompleteness(assessment),
      newFindings:
        previous === undefined ? [] : await listNewFindings(this.#store.db, id, previous),
    };
  }

  /** Returns the complete result of an image by the current advisories, as `scan -o json` does. */
  async writeResult(id: number, now: string): Promise<string> {
    const { document } = await readImage(this.#store.db, id);
    const pushed = readInventoryDocument(this.#documents.get(document));
    const { decisions: _, judged: __, ...assessment } = await this.#assess(pushed, {}, now);
    const parts: string[] = [];
    const sink = { write: (text: string) => void parts.push(text) };
    const report = {
      tool: { name: 'plimsoll', version: VERSION },
      configuration: pushed.configuration,
      ...assessment,
      updates: planUpdates(assessment.inventory.packages, assessment.findings.findings),
    };
    const json = await present(JSON_FORMAT, 'the format of complete results').load();
    json.write(report, sink, { isColoured: false, isParity: false });
    return parts.join('');
  }

  /** Applies the changes of the advisory database in use; `undefined` if there are none. */
  async refresh(now: string): Promise<StoreChange | undefined> {
    const { database, folder } = this.#setting;
    const pinned = pinDatabase(database, join(folder, 'generations'));
    if (pinned.digest === this.#generation) {
      return undefined;
    }
    const evaluator = new Evaluator(pinned.folder);
    try {
      const change = await updateStore(this.#store, {
        before: this.#toGenerationFolder(this.#generation),
        after: pinned.folder,
        evaluator,
        generation: pinned.digest,
        now: Date.parse(now),
      });
      this.#evaluator[Symbol.dispose]();
      this.#evaluator = evaluator;
      this.#generation = pinned.digest;
      return change;
    } catch (error) {
      evaluator[Symbol.dispose]();
      throw error;
    }
  }

  /** Computes everything anew, and returns the differences. */
  async audit(): Promise<readonly string[]> {
    return await auditStore(this.#store, this.#evaluator);
  }

  [Symbol.dispose](): void {
    this.#evaluator[Symbol.dispose]();
    this.#store[Symbol.dispose]();
  }

  async #assess({ inventory }: PushedInventory, gates: GateRequest, now: string) {
    using resources = new DisposableStack();
    const folder = this.#toGenerationFolder(this.#generation);
    const { maxAgeDays } = this.#setting;
    const database = { folder, isRequired: true, ...defined({ maxAgeDays }) };
    const { advisories: _, ...assessment } = await assessInventory(
      inventory,
      { database, gates, decisions: { isDerived: true } },
      {
        now,
        machineTime: now,
        progress: SILENT,
        resources,
        network: {},
        environment: {},
        temporaryFolder: this.#setting.folder,
        notify: () => undefined,
      },
    );
    return assessment;
  }

  #toGenerationFolder(digest: string): string {
    return join(this.#setting.folder, 'generations', digest);
  }
}
