import type { Kysely } from 'kysely';
import { defined } from '../../foundation/core/defined.ts';
import { UserError } from '../../foundation/core/error.ts';
import { findDecisionEffects } from '../engine/decision-effects.ts';
import { type DecisionView, toDecisionView } from '../engine/decisions.ts';
import { type DraftView, findDraft, listOpenDrafts } from '../engine/drafts.ts';
import { digestPolicy, type FleetPolicy, readFleetPolicy } from '../engine/fleet-policy.ts';
import type { VerdictProof } from '../engine/judge-image.ts';
import { selectOwnDecisions } from '../engine/own-decisions.ts';
import {
  listCurrentStatements,
  type StatementView,
  toStatementView,
} from '../engine/statements.ts';
import { readProof, readVerdicts } from '../engine/verdicts.ts';
import type { JobView } from '../jobs/job.ts';
import { readJob, toJobView } from '../jobs/job-queue.ts';
import { findImagesInUse } from '../placement/list-placements.ts';
import type { ImagesInUse } from '../placement/placement.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { type ChangeView, listChanges } from './changes.ts';
import { type EffectRequest, type EffectRows, listEffectImages } from './effect-rows.ts';
import {
  type ExposureQuestion,
  type ExposureView,
  findExposure,
  writeExposure,
} from './exposure.ts';
import { formatTime } from './format-time.ts';
import {
  type FindingChoice,
  type FindingFilter,
  type FindingKey,
  type FindingView,
  type FleetFinding,
  listFindings,
  listFleetFindings,
  type MarkedFinding,
  markExploited,
  selectFindings,
} from './image-findings.ts';
import { countImages, type ImageFilter, type ImageView, listImages, readImage } from './images.ts';
import { PAGE_ROWS } from './page-rows.ts';
import { type ReadLimits, readScoped } from './read-scopes.ts';
import {
  type ProgressView,
  readPastFindings,
  readProgress,
  readRevision,
  readStatus,
  type StatusView,
} from './status.ts';

export interface VerdictView extends Omit<VerdictProof, 'judgedAt'> {
  readonly image: number;
  readonly outcome: string;
  readonly revision: number;
  /** RFC 3339 */
  readonly at: string;
  /** RFC 3339 time at which time alone may change it; absent if it would not. */
  readonly validUntil?: string;
  /** SHA-256 of everything that it was computed from. */
  readonly inputs: string;
}

/** A part of a list. */
export interface Page<Item> {
  readonly revision: number;
  readonly items: readonly Item[];
  /** Of all pages. */
  readonly total?: { readonly count: number; readonly relation: 'exact' | 'at_least' };
}

export interface ExposureRequest extends Omit<ExposureQuestion, 'used'>, ReadLimits {
  /** Only images that are in use there. */
  readonly environment?: string;
}

/** Reads the content of a store, page by page. Each call reads one state. */
export class Views {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async readStatus(projects?: readonly string[]): Promise<StatusView> {
    return await readScoped(this.#store, { projects }, readStatus);
  }

  /** Returns the last revision and the number of open jobs. */
  async readProgress(projects?: readonly string[]): Promise<ProgressView> {
    return await readScoped(this.#store, { projects }, readProgress);
  }

  /** Returns the number of changes of the store: the same number means the same answers. */
  async readChangeCount(): Promise<number> {
    const { changes } = await this.#store.db
      .selectFrom('store')
      .select('changes')
      .executeTakeFirstOrThrow();
    return changes;
  }

  /** Returns the last revision; 0 if there is none. */
  async readLastRevision(): Promise<number> {
    return (await readRevision(this.#store.db))?.id ?? 0;
  }

  /** Returns the numbers of findings by severity at a past revision. */
  async readPastFindings(at: number): Promise<Readonly<Record<string, number>>> {
    return await this.#store.readState(async (db) => await readPastFindings(db, at));
  }

  /** Lists images. All pages show the revision of the first one. */
  async listImages(filter: ImageFilter): Promise<Page<ImageView>> {
    return await readScoped(this.#store, filter, async (db) => {
      const last = (await readRevision(db))?.id ?? 0;
      const { at = last, ...rest } = filter;
      const shown = at === last ? rest : { ...rest, at };
      return {
        revision: at,
        items: await listImages(db, shown),
        total: await countImages(db, shown),
      };
    });
  }

  async readImage(id: number): Promise<ImageView> {
    return await this.#store.readState(async (db) => await readImage(db, id));
  }

  /** Lists the findings of an image at a revision, the most severe first. */
  async listImageFindings(id: number, at?: number): Promise<readonly MarkedFinding[]> {
    return await this.#store.readState(async (db) => {
      return await markExploited(db, await readFindings(db, id, at));
    });
  }

  /** Selects findings of an image at a revision, the most severe first. */
  async selectImageFindings(
    id: number,
    at: number,
    choice: FindingChoice,
  ): Promise<readonly FindingView[]> {
    return await this.#store.readState(async (db) => {
      return await selectFindings(db, await readFindings(db, id, at), choice);
    });
  }

  /** Lists the most severe findings of all images. All pages show the revision of the first. */
  async listFleetFindings(
    filter: FindingFilter,
  ): Promise<Page<FleetFinding & { readonly key: FindingKey }>> {
    return await readScoped(this.#store, filter, async (db) => {
      const last = (await readRevision(db))?.id ?? 0;
      const { at = last, ...rest } = filter;
      const items = await listFleetFindings(db, at === last ? rest : { ...rest, at });
      return { revision: at, items };
    });
  }

  /** Finds the images that contain a package, or have a vulnerability, at a revision. */
  async findExposure({
    environment,
    projects,
    at,
    ...question
  }: ExposureRequest): Promise<ExposureView & Partial<Omit<ImagesInUse, 'known'>>> {
    return await readScoped(this.#store, { projects, at }, async (db) => {
      const use =
        environment === undefined ? undefined : await findImagesInUse({ db, at }, environment);
      const asked = { ...question, ...defined({ used: use?.images }) };
      const found = await findExposure({ db, ...defined({ at }) }, asked);
      const revision = at ?? (await readRevision(db))?.id ?? 0;
      const { unknown, unresolved } = use?.counts ?? {};
      return { ...writeExposure(found, asked, revision), ...defined({ unknown, unresolved }) };
    });
  }

  /** Lists drafts that wait, after an ID. */
  async listDrafts({
    after,
    projects,
  }: Pick<ReadLimits, 'projects'> & { readonly after: number }): Promise<readonly DraftView[]> {
    return await readScoped(this.#store, { projects }, async (db) => {
      const drafts = await listOpenDrafts(db);
      return drafts.filter(({ id }) => id > after).slice(0, PAGE_ROWS);
    });
  }

  /**
   * Reads a draft with the number of findings that it decides. Throws `UserError`
   * `E_DECISION_UNKNOWN` if there is none.
   */
  async readDraft({
    id,
    projects,
  }: Pick<ReadLimits, 'projects'> & { readonly id: number }): Promise<
    DraftView & { readonly findings: number }
  > {
    return await readScoped(this.#store, { projects }, async (db) => {
      const draft = await findDraft(db, id);
      if (draft === undefined) {
        throw new UserError('E_DECISION_UNKNOWN', `draft ${id} does not exist`);
      }
      const { findings } = await findDecisionEffects({ db }, draft.request);
      return { ...draft, findings };
    });
  }

  /** Reads the conditions that every image must meet, with their digest. */
  async readPolicy(): Promise<FleetPolicy & { readonly digest: string }> {
    return await this.#store.readState(async (db) => {
      const { severity, policies } = (await readFleetPolicy(db)) ?? { policies: [] };
      const policy = { ...defined({ severity }), policies };
      return { ...policy, digest: digestPolicy(policy) };
    });
  }

  /** Lists the statements that were not withdrawn, now or at a past revision. */
  async listStatements(limits: ReadLimits): Promise<readonly StatementView[]> {
    return await readScoped(this.#store, limits, async (db) => {
      return (await listCurrentStatements(db, limits.at)).map(toStatementView);
    });
  }

  /** Lists all decisions, also those that were withdrawn or have expired. */
  async listDecisions(projects?: readonly string[]): Promise<readonly DecisionView[]> {
    return await readScoped(this.#store, { projects }, async (db) => {
      const rows = await db.selectFrom('decision').selectAll().orderBy('id').execute();
      return (await selectOwnDecisions(db, rows)).map(toDecisionView);
    });
  }

  /** Returns the last verdict about an image. Throws `UserError` `E_IMAGE_UNKNOWN` without one. */
  async readVerdict(id: number): Promise<VerdictView> {
    return await this.#store.readState(async (db) => await readVerdict(db, id));
  }

  /** Lists jobs after an ID. */
  async listJobs(after: number): Promise<readonly JobView[]> {
    return await this.#store.readState(async (db) => {
      const rows = await db
        .selectFrom('job')
        .selectAll()
        .where('id', '>', after)
        .orderBy('id')
        .limit(PAGE_ROWS)
        .execute();
      return rows.map(toJobView);
    });
  }

  /** Throws `UserError` `E_IMAGE_UNKNOWN` if there is none. */
  async readJob(id: number): Promise<JobView> {
    const job = await this.#store.readState(async (db) => await readJob(db, id));
    if (job === undefined) {
      throw new UserError('E_IMAGE_UNKNOWN', `the store has no job ${id}`);
    }
    return job;
  }

  /** Lists the images of an effect: as many as its message states. */
  async listEffectImages(request: EffectRequest): Promise<EffectRows> {
    return await readScoped(
      this.#store,
      { projects: request.projects },
      async (db) => await listEffectImages(db, request),
    );
  }

  /** Lists revisions after one, with their effects. */
  async listChanges(after: number, projects?: readonly string[]): Promise<readonly ChangeView[]> {
    return await readScoped(this.#store, { projects }, async (db) => await listChanges(db, after));
  }
}

async function readFindings(
  db: Kysely<Tables>,
  id: number,
  at: number | undefined,
): Promise<readonly FindingView[]> {
  const { revision, retired } = await readImage(db, id);
  if (at !== undefined && (revision > at || (retired ?? at + 1) <= at)) {
    throw new UserError('E_IMAGE_UNKNOWN', `the store has no image ${id} at revision ${at}`);
  }
  return await listFindings(db, id, at);
}

async function readVerdict(db: Kysely<Tables>, image: number): Promise<VerdictView> {
  const row = (await readVerdicts(db, [image])).get(image);
  if (row === undefined) {
    throw new UserError('E_IMAGE_UNKNOWN', `the store has no verdict about image ${image}`, {
      hint: 'set a policy: plimsoll serve --fail-on high',
    });
  }
  const { outcome, revision, at, inputs, valid_until: end } = row;
  const { judgedAt: _, ...proof } = readProof(row.proof);
  return {
    image,
    outcome,
    revision,
    at: formatTime(at),
    ...defined({ validUntil: end === null ? undefined : formatTime(end) }),
    inputs,
    ...proof,
  };
}
