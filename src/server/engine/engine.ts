import { join } from 'node:path';
import { USUAL_DATABASE_AGE_DAYS } from '../../foundation/core/advisory.ts';
import { assessCompleteness } from '../../foundation/core/assessment.ts';
import { defined } from '../../foundation/core/defined.ts';
import { UserError } from '../../foundation/core/error.ts';
import { findAbsentShards } from '../../vulnerability/advisory/absent-shards.ts';
import { type PinnedDatabase, pinDatabase } from '../../vulnerability/advisory/pin-database.ts';
import { AccessStore } from '../access/access-store.ts';
import { type BackupManifest, writeBackup } from '../admin/backup.ts';
import { verifyLedger } from '../admin/verify-store.ts';
import type { JobView, LeasedJob } from '../jobs/job.ts';
import { JobQueue } from '../jobs/job-queue.ts';
import { JobRunner, type RunOptions } from '../jobs/run-jobs.ts';
import { Notifier } from '../notify/notifier.ts';
import { listNewFindings } from '../query/image-findings.ts';
import { findPrevious, readImage } from '../query/images.ts';
import { Views } from '../query/views.ts';
import { type DocumentStore, openDocuments } from '../store/documents.ts';
import { Store } from '../store/store.ts';
import { type AddedImage, addImage } from './add-image.ts';
import { addVexStatements, type VexResult } from './add-vex-statements.ts';
import { type AdvisoryTimes, listAdvisoryTimes } from './advisory-age.ts';
import { auditStore } from './audit-store.ts';
import { addDecision, type FleetChange, revokeDecision, setFleetPolicy } from './change-fleet.ts';
import { changeStatements, type StatementEdit } from './change-statements.ts';
import { checkDocuments } from './check-documents.ts';
import { OtherGeneration, readGeneration, requireGeneration } from './current-generation.ts';
import type { DecisionRequest, DecisionView, Revocation } from './decisions.ts';
import { addDraft, answerDrafts, type DraftAnswer, type NewDraft } from './drafts.ts';
import type {
  Addition,
  EngineSetting,
  MessageSetting,
  PushRequest,
  PushResult,
} from './engine-setting.ts';
import { Evaluator } from './evaluator.ts';
import { FleetJudge } from './fleet-judge.ts';
import type { FleetPolicy } from './fleet-policy.ts';
import { Gate, type GateAnswer, type GateQuestion } from './gate.ts';
import { acceptUpdate, checkUpdate, type HeldUpdate, listHeldUpdates } from './held-updates.ts';
import { type PushedInventory, readInventoryDocument } from './inventory-document.ts';
import { combineVerdicts, type JudgedImage } from './judge-image.ts';
import { readPin } from './pins.ts';
import {
  type PlannedPush,
  planPush,
  readInventoryJob,
  storePush,
  toInventoryJob,
} from './plan-push.ts';
import { Presence } from './presence.ts';
import { removeGenerations } from './remove-generations.ts';
import {
  planRetirement,
  type RetiredImage,
  type Retirement,
  type RetirementRule,
  removeImages,
} from './remove-images.ts';
import { type StoreChange, updateStore } from './update-store.ts';
import { sendDueVerdicts } from './verdicts.ts';
import { createWatched, type Watched } from './watched.ts';
import { type ResultFormat, writeResult } from './write-result.ts';

/** Updates that other processes publish while work is repeated. */
const ATTEMPTS_MAX = 5;

const NO_MESSAGES: MessageSetting = { allowedHosts: [], source: 'plimsoll' };

/** How the jobs of an engine are run. */
export interface RunnerOptions extends Omit<RunOptions, 'handlers'> {
  /** Milliseconds since 1970. */
  readonly getTime: () => number;
}

/**
 * Writes a store, by one transaction at a time, with the advisory database that its matches are
 * from.
 */
export class Engine implements AsyncDisposable {
  readonly access: AccessStore;
  readonly #gate: Gate;
  readonly views: Views;
  readonly jobs: JobQueue;
  readonly notifier: Notifier;
  readonly watched: Watched;
  readonly presence: Presence;
  readonly #judge: FleetJudge;
  readonly #setting: EngineSetting;
  readonly #store: Store;
  readonly #documents: DocumentStore;
  #evaluator: Evaluator;
  #generation: string;
  /** Digest of the advisory database that was last offered, also if it was not used. */
  #seen: string | undefined;

  private constructor(setting: EngineSetting, store: Store, generation: string) {
    this.#setting = setting;
    this.#store = store;
    this.#documents = openDocuments(setting);
    this.#generation = generation;
    this.#evaluator = new Evaluator(this.#toGenerationFolder(generation));
    this.access = new AccessStore(store, setting.messages?.secretsKey);
    this.views = new Views(store);
    this.jobs = new JobQueue(store);
    this.presence = new Presence(store);
    this.watched = createWatched(store, () => this.#generation);
    const { allowedHosts, ...messages } = setting.messages ?? NO_MESSAGES;
    const options = { getTime: Date.now, allowedHosts: new Set(allowedHosts), ...messages };
    this.notifier = new Notifier(store, options);
    this.#judge = new FleetJudge({
      store,
      queue: this.jobs,
      documents: this.#documents,
      temporaryFolder: setting.folder,
      maxAgeDays: setting.maxAgeDays ?? USUAL_DATABASE_AGE_DAYS,
      getAdvisories: () => ({
        evaluator: this.#evaluator,
        generation: this.#generation,
        folder: this.#toGenerationFolder(this.#generation),
      }),
    });
    this.#gate = new Gate({ store, judge: this.#judge, documents: this.#documents });
  }

  /**
   * Opens or creates a store. Changes of the advisory database since the last time are applied.
   *
   * @throws UserError `E_DB_MISSING`, `E_DB_INVALID` or `E_VERSION`
   */
  static async open(setting: EngineSetting, now: string): Promise<Engine> {
    const { database, folder } = setting;
    const pinned =
      database === undefined ? undefined : pinDatabase(database, join(folder, 'generations'));
    const store = await Store.open(setting);
    try {
      const generation = (await readGeneration(store.db)) ?? pinned?.digest ?? setting.generation;
      if (generation === undefined) {
        throw new UserError('E_DB_MISSING', 'the store has no images yet, and no advisories', {
          hint: 'start "plimsoll serve" with the same options, and push an image',
        });
      }
      const engine = new Engine(setting, store, generation);
      await engine.refresh(now);
      return engine;
    } catch (error) {
      await store[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Returns the state of the store, and the shards that the advisory database lacks. */
  async readStatus(projects?: readonly string[]) {
    await this.#followStore();
    const absentShards = findAbsentShards(this.#toGenerationFolder(this.#generation));
    const held = await listHeldUpdates(this.#store);
    const heldUpdates = held.filter(({ isAccepted }) => !isAccepted).length;
    return { ...(await this.views.readStatus(projects)), absentShards, heldUpdates };
  }

  /** Returns the times of the advisory database and of its sources, RFC 3339. */
  async readAdvisoryTimes(): Promise<AdvisoryTimes> {
    await this.#followStore();
    return listAdvisoryTimes(this.#evaluator.database.description);
  }

  /**
   * Adds an inventory with the statements about it, and judges it by the current advisories,
   * decisions and policy. Throws as `planPush`.
   */
  async push({ project = '', gates, now, ...sent }: PushRequest): Promise<PushResult> {
    const time = Date.parse(now);
    const plan = planPush(sent, time);
    const { digest } = await storePush(this.#documents, plan);
    return await this.#runCurrent(async () => {
      const { added, judged, vex } = await this.#addInventory(plan, { digest, project, time });
      const { id, isKnown, newComponents } = added;
      const image = await readImage(this.#store.db, id);
      const previous = await findPrevious(this.#store.db, image);
      const verdict = combineVerdicts(judged.assessment, gates);
      return {
        image,
        isKnown,
        newComponents,
        ...defined({ verdict, previous, vex }),
        completeness: assessCompleteness(judged.assessment),
        newFindings:
          previous === undefined ? [] : await listNewFindings(this.#store.db, id, previous),
      };
    });
  }

  /** Adds an inventory by a job, which the answer describes. Throws as `planPush`. */
  async pushLater(request: Omit<PushRequest, 'gates'>): Promise<JobView> {
    const plan = planPush(request, Date.parse(request.now));
    const stored = await storePush(this.#documents, plan);
    const job = toInventoryJob(plan, stored, request.project);
    const id = await this.#store.runTransaction(async (one) => await this.jobs.send(one, job));
    return await this.views.readJob(id);
  }

  async #addInventory(
    { pushed, vex }: Pick<PlannedPush, 'pushed' | 'vex'>,
    { digest, project, time, onAdded }: Addition,
  ): Promise<{
    readonly added: AddedImage;
    readonly judged: JudgedImage;
    readonly vex?: VexResult;
  }> {
    let result: VexResult | undefined;
    const occasion = await this.#judge.readOccasion(time);
    const judged = await this.#judge.judgeInventory(pushed, occasion, [project]);
    const added = await addImage(this.#store, this.#evaluator, {
      inventory: pushed.inventory,
      document: digest,
      project,
      now: time,
      generation: this.#generation,
      onBegun: async ({ db }) => await this.#judge.requireOccasion(db, occasion),
      createVerdict: async ({ db }, image) =>
        await this.#judge.createVerdict(db, image, judged, occasion),
      onAdded: async (transaction, image) => {
        if (vex !== undefined) {
          const change = this.#toChange(new Date(time).toISOString());
          const statements = { ...vex, image: image.id };
          result = await addVexStatements(transaction, change, statements);
        }
        await onAdded?.(transaction, image, result);
      },
    });
    return { added, judged, ...defined({ vex: result }) };
  }

  /** Returns the complete result of an image by the current advisories; see `write-result.ts`. */
  async writeResult(id: number, now: string, format?: ResultFormat): Promise<string> {
    await this.#followStore();
    const { document, project } = await readImage(this.#store.db, id);
    const pushed = readInventoryDocument(await this.#documents.get(document));
    const judgeImage = async () => await this.#judgeCurrent(pushed, project, now);
    return await writeResult(pushed, await this.#runCurrent(judgeImage), format);
  }

  /** Answers whether an image or a document may ship, and stores nothing. */
  async askGate(question: GateQuestion): Promise<GateAnswer> {
    await this.#followStore();
    return await this.#runCurrent(async () => await this.#gate.ask(question));
  }

  async listDenied(projects: readonly string[] | undefined): Promise<readonly string[]> {
    return await this.#gate.listDenied(projects);
  }

  /** The database of another revision may have been removed: then the work is repeated. */
  async #judgeCurrent(pushed: PushedInventory, project: string, now: string): Promise<JudgedImage> {
    try {
      const occasion = await this.#judge.readOccasion(Date.parse(now));
      return await this.#judge.judgeInventory(pushed, occasion, [project]);
    } catch (error) {
      await requireGeneration(this.#store.db, this.#generation);
      throw error;
    }
  }

  /** Sets the policy of all images; returns whether it is another one. */
  async setPolicy(policy: FleetPolicy, now: string, expected?: string): Promise<boolean> {
    return await setFleetPolicy(this.#toChange(now), policy, expected);
  }

  /** Throws `UserError` `E_DECISION`. */
  async addDecision(request: DecisionRequest, now: string): Promise<DecisionView> {
    return await addDecision(this.#toChange(now), request);
  }

  /** Throws `UserError` `E_DECISION`. */
  async addDraft(draft: NewDraft, now: string): Promise<number> {
    return await addDraft(this.#toChange(now), draft);
  }

  /** Throws `UserError` `E_DECISION` or `E_FORBIDDEN`. */
  async answerDrafts(answer: DraftAnswer, now: string): Promise<readonly number[]> {
    return await answerDrafts(this.#toChange(now), answer);
  }

  /** Throws `UserError` `E_DECISION`. */
  async revokeDecision(request: Revocation, now: string): Promise<DecisionView> {
    return await revokeDecision(this.#toChange(now), request);
  }

  /** Throws `UserError` `E_STATEMENT`. */
  async changeStatements(edit: StatementEdit, now: string) {
    return await changeStatements(this.#toChange(now), edit);
  }

  /** Queues the verdicts that time changes; returns when the next one does. */
  async queueDueVerdicts(now: string): Promise<number | undefined> {
    return await sendDueVerdicts(this.#store, this.jobs, Date.parse(now));
  }

  /** Digest of the advisory database in use. */
  get generation(): string {
    return this.#generation;
  }

  /** Whether this process sends messages about changes. */
  get isNotifying(): boolean {
    return this.#setting.messages !== undefined;
  }

  /** Creates the runner of the jobs of this store. */
  createRunner({ getTime, ...options }: RunnerOptions): JobRunner {
    const judgeImages = async (job: LeasedJob): Promise<void> =>
      await this.#runCurrent(async () => await this.#judge.runJob(this.jobs, job, getTime()));
    const addInventory = async (job: LeasedJob): Promise<void> => {
      const { plan, digest, project } = await readInventoryJob(this.#documents, job, getTime());
      const place = { digest, project, time: getTime() };
      await this.#runCurrent(
        async () =>
          await this.#addInventory(plan, {
            ...place,
            onAdded: async (transaction, added, vex) =>
              await this.jobs.complete(transaction, job, { ...added, ...defined({ vex }) }),
          }),
      );
    };
    const handlers = { verdicts: judgeImages, inventory: addInventory, vex: addInventory };
    return new JobRunner(this.jobs, { ...options, handlers });
  }

  #toChange(now: string): FleetChange {
    const [store, queue, generation] = [this.#store, this.jobs, this.#generation];
    return { store, queue, generation, now: Date.parse(now) };
  }

  /** Applies the changes of the advisory database in use; `undefined` if there are none. */
  async refresh(now: string): Promise<StoreChange | undefined> {
    const { database, folder } = this.#setting;
    await this.#store.requireUsable();
    await this.#followStore();
    if (database === undefined) {
      return undefined;
    }
    const pin = await readPin(this.#store.db);
    const pinned =
      pin === undefined
        ? pinDatabase(database, join(folder, 'generations'))
        : { digest: pin.generation, folder: this.#toGenerationFolder(pin.generation) };
    const isSeen = pinned.digest === this.#seen;
    this.#seen = pinned.digest;
    if (isSeen || pinned.digest === this.#generation) {
      return undefined;
    }
    const evaluator = new Evaluator(pinned.folder);
    try {
      const before = this.#toGenerationFolder(this.#generation);
      // A person chose a pinned one, also if it is older or smaller.
      if (pin === undefined && !(await this.#isUsable(evaluator, { before, after: pinned }, now))) {
        evaluator[Symbol.dispose]();
        return undefined;
      }
      const change = await updateStore(this.#store, {
        before: { digest: this.#generation, folder: before },
        after: pinned,
        evaluator,
        now: Date.parse(now),
        onChanged: async (transaction, effect) => {
          await this.#judge.queueStale(transaction, {
            ...effect,
            before: { database: this.#evaluator.database, folder: before },
            after: { database: evaluator.database, folder: pinned.folder },
          });
        },
      });
      this.#useEvaluator(evaluator, pinned.digest);
      await removeGenerations(this.#store, join(folder, 'generations'));
      return change;
    } catch (error) {
      evaluator[Symbol.dispose]();
      this.#seen = undefined;
      throw error;
    }
  }

  async #isUsable(
    evaluator: Evaluator,
    databases: { readonly before: string; readonly after: PinnedDatabase },
    now: string,
  ): Promise<boolean> {
    if (this.#isOutdated(evaluator)) {
      return false;
    }
    const isAccepted = await checkUpdate(this.#store, databases, Date.parse(now));
    // Offered again until it is accepted.
    this.#seen = isAccepted ? this.#seen : undefined;
    return isAccepted;
  }

  /** Accepts a database that was held back, and uses it. Throws `UserError` `E_UPDATE_UNKNOWN`. */
  async acceptUpdate(generation: string, now: string): Promise<StoreChange | undefined> {
    await acceptUpdate(this.#store, generation, Date.parse(now));
    return await this.refresh(now);
  }

  /** Writes a backup of one state. Throws `UserError` `E_USAGE` if the target exists. */
  async writeBackup(target: string): Promise<BackupManifest> {
    return await writeBackup(this.#store, this.#setting, target);
  }

  /** Lists the images that a rule retires. */
  async planRetirement(rule: RetirementRule, now: string): Promise<Retirement> {
    return await this.#store.readState(
      async (db) => await planRetirement(db, rule, Date.parse(now)),
    );
  }

  async listHeldUpdates(): Promise<readonly HeldUpdate[]> {
    return await listHeldUpdates(this.#store);
  }

  /** Retires the images of a rule, and returns them. */
  async removeImages(rule: RetirementRule, now: string): Promise<readonly RetiredImage[]> {
    return await removeImages(this.#store, rule, Date.parse(now));
  }

  /** Computes everything anew, and returns the differences. */
  async audit(now = Date.now()): Promise<readonly string[]> {
    const differences = await this.#runCurrent(
      async () =>
        await this.#store.readState(async (db) => {
          await requireGeneration(db, this.#generation);
          return await auditStore({ db }, this.#evaluator);
        }),
    );
    const ledger = await verifyLedger(this.#store, this.#documents);
    const { differences: log } = await this.access.verifyAudit();
    const verdicts = await this.#judge.auditVerdicts(now);
    return [...differences, ...ledger, ...log, ...verdicts];
  }

  /** Throws `UserError` if documents cannot be written, or are not in this place. */
  async checkDocuments(): Promise<void> {
    const isRemote = this.#setting.bucket !== undefined;
    await checkDocuments(this.#store, this.#documents, isRemote);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#judge[Symbol.dispose]();
    this.#evaluator[Symbol.dispose]();
    await this.#store[Symbol.asyncDispose]();
  }

  /**
   * Runs work by the advisories of the last revision. Another process may publish others meanwhile:
   * then the work is repeated.
   */
  async #runCurrent<Value>(work: () => Promise<Value>): Promise<Value> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof OtherGeneration) || attempt === ATTEMPTS_MAX) {
          throw error;
        }
        await this.#followStore();
      }
    }
  }

  /** Uses the advisories of the last revision, which another process may have published. */
  async #followStore(): Promise<void> {
    const generation = await readGeneration(this.#store.db);
    if (generation !== undefined && generation !== this.#generation) {
      const folder = this.#toGenerationFolder(generation);
      this.#useEvaluator(new Evaluator(folder), generation);
    }
  }

  #useEvaluator(evaluator: Evaluator, generation: string): void {
    this.#evaluator[Symbol.dispose]();
    this.#evaluator = evaluator;
    this.#generation = generation;
  }

  /**
   * Whether a database may not replace the one in use. Processes on several machines have databases
   * of their own, and the newest one counts. A single server also goes back to an older one.
   */
  #isOutdated({ database }: Evaluator): boolean {
    const { builtAt } = this.#evaluator.database.description;
    return (
      this.#store.engineName === 'postgresql' &&
      Date.parse(database.description.builtAt) < Date.parse(builtAt)
    );
  }

  #toGenerationFolder(digest: string): string {
    return join(this.#setting.folder, 'generations', digest);
  }
}
