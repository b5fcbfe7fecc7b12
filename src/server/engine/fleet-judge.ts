import { setImmediate } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { OpenedDatabase } from '../../assess/request.ts';
import { listNeeds } from '../../compliance/policy/list-needs.ts';
import type { AdvisoryDatabase } from '../../foundation/core/advisory.ts';
import { defined } from '../../foundation/core/defined.ts';
import { UserError } from '../../foundation/core/error.ts';
import { findAbsentShards } from '../../vulnerability/advisory/absent-shards.ts';
import type { ComponentSystem } from '../../vulnerability/match/component.ts';
import { createSharedLookup } from '../../vulnerability/match/match-context.ts';
import type { LeasedJob } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import type { DecisionTable, StatementTable } from '../store/decision-tables.ts';
import type { DocumentStore } from '../store/documents.ts';
import { decodeNumbers } from '../store/number-list.ts';
import { type Store, type StoreTransaction, splitKeys } from '../store/store.ts';
import { digestKey } from '../store/stored-text.ts';
import type { Tables } from '../store/tables.ts';
import { listAgeTimes, listOutdated } from './advisory-age.ts';
import { OtherGeneration, requireGeneration } from './current-generation.ts';
import { type DecidedImage, listCurrentDecisions, selectDecisions } from './decisions.ts';
import type { Evaluator } from './evaluator.ts';
import { readFirstSightings } from './first-sightings.ts';
import { type CurrentPolicy, readFleetPolicy } from './fleet-policy.ts';
import { type PushedInventory, readInventoryDocument } from './inventory-document.ts';
import {
  findValidity,
  type JudgedImage,
  judgeImage,
  toOutcome,
  toProof,
  type ValiditySetting,
} from './judge-image.ts';
import { SharedDatabase } from './shared-database.ts';
import { listStaleImages, listSystemImages } from './stale-images.ts';
import { listCurrentStatements, selectStatements } from './statements.ts';
import type { UpdateEffect } from './update-store.ts';
import { type CommonInputs, digestInputs } from './verdict-inputs.ts';
import {
  JUDGED_EACH,
  type NewVerdict,
  readProof,
  readVerdicts,
  sendVerdictJobs,
  type VerdictJob,
  writeVerdicts,
} from './verdicts.ts';

/** Verdicts with the same outcome that are judged again only for their reasons. */
const REFRESHED_MAX = 1_000;

/** The advisories by which a store is judged. */
export interface Advisories {
  readonly evaluator: Evaluator;
  readonly generation: string;
  /** Directory of the database. */
  readonly folder: string;
}

export interface FleetJudgeSetting {
  readonly store: Store;
  readonly queue: JobQueue;
  readonly documents: DocumentStore;
  readonly temporaryFolder: string;
  readonly maxAgeDays: number;
  /** Returns the advisories in use. */
  readonly getAdvisories: () => Advisories;
}

/** The policy, decisions and time of some verdicts. */
export interface Occasion {
  /** Those in use when it was read: another update may be published meanwhile. */
  readonly advisories: Advisories;
  readonly policy: CurrentPolicy | undefined;
  readonly decisions: readonly DecisionTable[];
  readonly statements: readonly StatementTable[];
  readonly outdated: readonly string[];
  /** Digest of the end of life of products; absent if the policy has no rule about them. */
  readonly products?: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** An update of the advisories that was just written. */
export interface StaleUpdate extends UpdateEffect {
  readonly before: UsedDatabase;
  readonly after: UsedDatabase;
}

interface UsedDatabase {
  readonly database: AdvisoryDatabase;
  readonly folder: string;
}

/** Judges images of a store by its advisories, decisions and policy. */
export class FleetJudge implements Disposable {
  readonly #setting: FleetJudgeSetting;
  readonly #shared = new SharedDatabase();
  /** Rows of the database that were read: images of one occasion have many packages in common. */
  readonly #opened = new WeakMap<Occasion, OpenedDatabase>();

  constructor(setting: FleetJudgeSetting) {
    this.#setting = setting;
  }

  /** Reads everything that all verdicts of a time have in common. */
  async readOccasion(now: number): Promise<Occasion> {
    const { store, maxAgeDays, getAdvisories } = this.#setting;
    const advisories = getAdvisories();
    const { database } = advisories.evaluator;
    return await store.readState(async (db) => {
      const policy = await readFleetPolicy(db);
      return {
        advisories,
        policy,
        decisions: await listCurrentDecisions(db, now),
        statements: await listCurrentStatements(db),
        outdated: listOutdated(database.description, maxAgeDays, now),
        ...defined({ products: digestProducts(policy, database) }),
        now,
      };
    });
  }

  /** Throws `OtherGeneration` if another transaction changed a part of an occasion. */
  async requireOccasion(db: Kysely<Tables>, occasion: Occasion): Promise<void> {
    await requireGeneration(db, occasion.advisories.generation);
    const current = identifyOccasion({
      policy: await readFleetPolicy(db),
      decisions: await listCurrentDecisions(db, occasion.now),
      statements: await listCurrentStatements(db),
    });
    if (current !== identifyOccasion(occasion)) {
      throw new OtherGeneration('the policy, the decisions or the statements have changed');
    }
  }

  /**
   * Assesses an inventory on an occasion.
   *
   * @param projects of its earlier builds; `undefined` for all. Decisions about one project only
   *   apply if there is no other
   */
  async judgeInventory(
    pushed: PushedInventory,
    occasion: Occasion,
    projects: readonly string[] | undefined,
  ): Promise<JudgedImage> {
    const { policy, decisions, statements, now, advisories } = occasion;
    const { store, temporaryFolder, maxAgeDays } = this.#setting;
    const { target } = pushed.inventory;
    const [only = '', ...others] = projects ?? [];
    const project = others.length === 0 ? only : '';
    const sightings =
      policy?.rules === undefined
        ? undefined
        : await store.readState(async (db) => await readFirstSightings(db, target, { projects }));
    using used = this.#shared.use(advisories.folder);
    return await judgeImage(pushed, {
      database: advisories.folder,
      opened: this.#findOpened(occasion, used.database),
      temporaryFolder,
      maxAgeDays,
      policy,
      sightings,
      decisions: selectDecisions(decisions, { name: target.name, project }),
      statements: selectStatements(statements, { name: target.name, project }),
      now: new Date(now).toISOString(),
    });
  }

  #findOpened(
    occasion: Occasion,
    database: AdvisoryDatabase | undefined,
  ): OpenedDatabase | undefined {
    const known = this.#opened.get(occasion);
    if (database === undefined || known?.database === database) {
      return database && known;
    }
    const opened = { database, lookup: createSharedLookup(database) };
    this.#opened.set(occasion, opened);
    return opened;
  }

  /** Returns the verdict about an image of the store; `undefined` without a policy. */
  async createVerdict(
    db: Kysely<Tables>,
    image: Pick<Tables['image'], 'id' | 'document' | 'components' | 'name' | 'project'>,
    judged: JudgedImage,
    occasion: Occasion,
  ): Promise<NewVerdict | undefined> {
    const common = toCommonInputs(occasion, image);
    if (common === undefined) {
      return undefined;
    }
    return {
      image: image.id,
      outcome: toOutcome(judged.assessment.verdict),
      inputs: await digestInputs(db, image, common),
      validUntil: findValidity(judged.dates, this.#toValidity(common, occasion)),
      proof: toProof(judged),
      failing: countFailing(judged, occasion.policy),
    };
  }

  /**
   * Runs a job: judges the first images of its list again, and sends a job for the others, so that
   * more urgent ones can come between them.
   */
  async runJob(queue: JobQueue, job: LeasedJob, now: number): Promise<void> {
    const { store } = this.#setting;
    const { images, revision, kind } = job.data as unknown as VerdictJob;
    const all = decodeNumbers(Buffer.from(images, 'base64'));
    const occasion = await this.readOccasion(now);
    const verdicts = await this.#judgeStored(all.slice(0, JUDGED_EACH), occasion);
    await store.runTransaction(async (transaction) => {
      await this.requireOccasion(transaction.db, occasion);
      const changed = await writeVerdicts(transaction, verdicts, { revision, kind, now });
      await sendVerdictJobs(transaction, queue, { revision, kind }, all.slice(JUDGED_EACH));
      await queue.complete(transaction, job, { judged: verdicts.length, changed });
    });
  }

  /**
   * Sends jobs for the images whose verdict an update may change: those with changes that the
   * policy may count, those of a system about which the database changed, or all of them if other
   * advisories are too old or missing, or products that it has rules about have another end of
   * life. Reasons of verdicts that stay are renewed if they are few.
   */
  async queueStale(transaction: StoreTransaction, update: StaleUpdate): Promise<void> {
    const { queue } = this.#setting;
    const { revision } = update;
    const { db } = transaction;
    const policy = await readFleetPolicy(db);
    if (policy === undefined) {
      return;
    }
    const [before, after] = [update.before, update.after].map((one) =>
      [...this.#describeGaps(one, update.now), digestProducts(policy, one.database) ?? ''].join(
        '\n',
      ),
    );
    if (before !== after) {
      const images = await listAllImages(db);
      await sendVerdictJobs(transaction, queue, { revision, kind: 'data' }, images);
      return;
    }
    const { open, settled } = await listStaleImages(db, policy, update);
    const systems = [...update.systems, ...(await listEndingSystems(db, update))];
    const images = new Set([...open, ...(await listSystemImages(db, systems))]);
    if (settled.length <= REFRESHED_MAX) {
      settled.forEach((image) => images.add(image));
    }
    await sendVerdictJobs(transaction, queue, { revision, kind: 'data' }, images);
  }

  /** Returns everything that makes all results of a database incomplete. */
  #describeGaps({ database, folder }: UsedDatabase, now: number): readonly string[] {
    const outdated = listOutdated(database.description, this.#setting.maxAgeDays, now);
    return [...outdated, ...findAbsentShards(folder)];
  }

  /**
   * Judges every image again, and returns the differences to the stored verdicts. If jobs wait that
   * would judge some, verdicts may differ, and that is the result.
   */
  async auditVerdicts(now: number): Promise<readonly string[]> {
    const { store, documents } = this.#setting;
    const occasion = await this.readOccasion(now);
    if (occasion.policy === undefined) {
      return [];
    }
    const waiting = await store.db
      .selectFrom('job')
      .select('id')
      .where('kind', '=', 'verdicts')
      .where('state', 'in', ['queued', 'running', 'dead'])
      .execute();
    if (waiting.length > 0) {
      return [`verdicts were not verified: ${waiting.length} jobs have not judged their images`];
    }
    const images = await listAllImages(store.db);
    const known = await readVerdicts(store.db, images);
    const differences: string[] = [];
    for (const { id, document, project } of await readImages(store.db, images)) {
      const pushed = await readKept(documents, document);
      if (pushed === undefined) {
        continue;
      }
      const { assessment } = await this.judgeInventory(pushed, occasion, [project]);
      const right = toOutcome(assessment.verdict);
      const stored = known.get(id)?.outcome ?? 'missing';
      if (stored !== right) {
        differences.push(`the verdict about image ${id} is ${stored}, not ${right}`);
      }
    }
    return differences;
  }

  /** Images whose inputs are the same keep their verdict, and get a new validity. */
  async #judgeStored(
    images: readonly number[],
    occasion: Occasion,
  ): Promise<readonly NewVerdict[]> {
    const { store, documents } = this.#setting;
    const verdicts: NewVerdict[] = [];
    const known = await readVerdicts(store.db, images);
    for (const image of await readImages(store.db, images)) {
      const common = toCommonInputs(occasion, image);
      if (common === undefined) {
        continue;
      }
      const last = known.get(image.id);
      const proof = last === undefined ? undefined : readProof(last.proof);
      const isTimed = proof?.dates.policy !== undefined || proof?.dates.endOfLife !== undefined;
      const inputs = await digestInputs(store.db, image, common);
      if (last !== undefined && proof !== undefined && !isTimed && last.inputs === inputs) {
        const validUntil = findValidity(proof.dates, this.#toValidity(common, occasion));
        const outcome = last.outcome as NewVerdict['outcome'];
        const { failing } = last;
        verdicts.push({ image: image.id, outcome, inputs, validUntil, proof, failing });
        continue;
      }
      // A call that waits comes before the next image.
      await setImmediate();
      const pushed = readInventoryDocument(await documents.get(image.document));
      const verdict = await this.createVerdict(
        store.db,
        image,
        await this.judgeInventory(pushed, occasion, [image.project]),
        occasion,
      );
      verdicts.push(...(verdict === undefined ? [] : [verdict]));
    }
    return verdicts;
  }

  [Symbol.dispose](): void {
    this.#shared[Symbol.dispose]();
  }

  #toValidity({ decisions }: CommonInputs, { now, advisories }: Occasion): ValiditySetting {
    const { description } = advisories.evaluator.database;
    const ageTimes = listAgeTimes(description, this.#setting.maxAgeDays);
    return { decisions, ageTimes, now };
  }
}

function identifyOccasion({
  policy,
  decisions,
  statements,
}: Pick<Occasion, 'policy' | 'decisions' | 'statements'>): string {
  const [decided, stated] = [decisions, statements].map((rows) => rows.map(({ id }) => id));
  return JSON.stringify([policy?.digest, decided, stated]);
}

/** Counts the findings that fail the gate of a policy without rules. */
function countFailing(
  { assessment }: JudgedImage,
  policy: CurrentPolicy | undefined,
): number | null {
  return policy === undefined || policy.rules !== undefined
    ? null
    : (assessment.verdict?.gates ?? []).reduce((sum, { failedBy }) => sum + failedBy.length, 0);
}

function toCommonInputs(
  { policy, decisions, statements, outdated, products }: Occasion,
  image: DecidedImage,
): CommonInputs | undefined {
  return policy === undefined
    ? undefined
    : {
        policy,
        decisions: selectDecisions(decisions, image),
        statements: selectStatements(statements, image),
        outdated,
        ...defined({ products }),
      };
}

function digestProducts(
  policy: CurrentPolicy | undefined,
  database: AdvisoryDatabase,
): string | undefined {
  return listNeeds(policy?.rules ?? []).has('lifecycles')
    ? digestKey(JSON.stringify(database.listLifecycles()))
    : undefined;
}

async function readImages(db: Kysely<Tables>, ids: readonly number[]) {
  const images: Pick<Tables['image'], 'id' | 'document' | 'components' | 'name' | 'project'>[] = [];
  for (const some of splitKeys(ids)) {
    const rows = await db
      .selectFrom('image')
      .select(['id', 'document', 'components', 'name', 'project'])
      .where('id', 'in', some)
      .where('retired', 'is', null)
      .execute();
    images.push(...rows);
  }
  return images;
}

/** A lost document is reported by the audit of documents. */
async function readKept(
  documents: DocumentStore,
  digest: string,
): Promise<PushedInventory | undefined> {
  try {
    return readInventoryDocument(await documents.get(digest));
  } catch (error) {
    if (error instanceof UserError) {
      return undefined;
    }
    throw error;
  }
}

async function listAllImages(db: Kysely<Tables>): Promise<readonly number[]> {
  const rows = await db.selectFrom('image').select('id').where('retired', 'is', null).execute();
  return rows.map(({ id }) => id);
}

/** Lists the systems whose end of life another database states otherwise. */
async function listEndingSystems(
  db: Kysely<Tables>,
  { before, after }: StaleUpdate,
): Promise<readonly number[]> {
  const rows = await db.selectFrom('system').select(['id', 'json']).execute();
  return rows.flatMap(({ id, json }) => {
    const { distro } = JSON.parse(json) as ComponentSystem;
    if (distro === undefined) {
      return [];
    }
    const [old, fresh] = [before, after].map(({ database }) =>
      JSON.stringify(database.findLifecycle(distro)),
    );
    return old === fresh ? [] : [id];
  });
}
