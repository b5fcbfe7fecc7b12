import type { Kysely } from 'kysely';
import { compareText } from '../../foundation/core/compare-text.ts';
import { SEVERITIES } from '../../foundation/core/finding.ts';
import type { PolicyOutcome } from '../../foundation/core/policy-verdict.ts';
import { formatCount } from '../../foundation/core/screen-text.ts';
import type { DecisionReview } from '../engine/decisions.ts';
import { type CurrentPolicy, readFleetPolicy } from '../engine/fleet-policy.ts';
import { SegmentCounts } from '../store/counts.ts';
import { UNEVALUATED_KIND } from '../store/match-kind.ts';
import type { Tables } from '../store/tables.ts';
import { FleetCounts, FleetImage } from './fleet-image.ts';
import {
  type ImageVerdict,
  readPastVerdicts,
  readStoredVerdicts,
  type StoredVerdict,
} from './fleet-verdicts.ts';
import { type JudgedState, listJudgedImages, readJudgedState } from './judged-since.ts';
import { listPastImages, readPastCounts } from './past-fleet.ts';
import { KeptReach } from './reach-states.ts';
import { sortByCounts } from './sort-by-counts.ts';

/** Orders of lists of images. */
export type ImageOrder = 'severity' | 'newest' | 'name';

const UNEVALUATED_PLACE = SEVERITIES.length + UNEVALUATED_KIND - 1;

/**
 * Judges an image by its counts. They are before decisions, so an image that fails here may pass
 * once decisions are applied; one that passes here has no finding that could fail it.
 */
function judgeCounts(image: FleetImage, rank: number): PolicyOutcome {
  if (countSevere(image, rank) > 0) {
    return 'fail';
  }
  return isDoubtful(image) ? 'unknown' : 'pass';
}

function toRank(gate: string): number {
  return SEVERITIES.findIndex((word) => word === gate);
}

function isDoubtful(image: FleetImage): boolean {
  return image.packages === 0 || image.problems > 0 || image.readCount(UNEVALUATED_PLACE) > 0;
}

function countSevere(image: FleetImage, least: number): number {
  let severe = 0;
  for (let rank = least; rank < SEVERITIES.length; rank += 1) {
    severe += image.readCount(rank);
  }
  return severe;
}

/** Returns the reason of the verdict by counts, as a sentence without the full stop. */
function explainCounts(image: FleetImage, gate: string): string {
  const severe = countSevere(image, toRank(gate));
  if (severe > 0) {
    return `${formatCount(severe, 'finding is', 'findings are')} ${gate} or worse`;
  }
  const { packages, problems } = image;
  const unevaluated = image.readCount(UNEVALUATED_PLACE);
  const doubts = [
    ...(packages === 0 ? ['no package was found'] : []),
    ...(problems > 0 ? [`reading it had ${formatCount(problems, 'problem')}`] : []),
    ...(unevaluated > 0
      ? [
          `${formatCount(unevaluated, 'package or statement', 'packages or statements')} could not be evaluated`,
        ]
      : []),
  ];
  return doubts.length > 0 ? doubts.join('; ') : `no finding is ${gate} or worse`;
}

const NO_VERDICTS: ReadonlyMap<number, StoredVerdict> = new Map();

/** Answers that are kept, because requests name their keys. */
const ANSWERS_MAX = 200;

/** The severity from which findings fail an image if the store has no policy. */
export const PRESET_GATE = 'high';

/** A state of a store: verdicts of one revision are judged by jobs, one after the other. */
export interface FleetState {
  readonly revision: number;
  readonly lastJob: number;
  readonly openJobs: number;
  /** A past revision; the present state if it is absent. */
  readonly at?: number;
}

/**
 * All images of a store in one state, in memory, with their counts and verdicts. An update only
 * replaces the parts that changed, because most changes affect few images.
 */
export class Fleet {
  readonly #isScoped: boolean;
  #state = '';
  #images = new Map<number, FleetImage>();
  #counts = new FleetCounts();
  #policy: CurrentPolicy | undefined;
  #verdicts = NO_VERDICTS;
  readonly #orders = new Map<ImageOrder, readonly FleetImage[]>();
  readonly #groups = new Map<string, ReadonlyMap<PolicyOutcome, readonly FleetImage[]>>();
  readonly #answers = new Map<string, unknown>();
  /** Those that stay the same while jobs judge images. */
  readonly #revisionAnswers = new Map<string, unknown>();
  #revision = '';
  readonly #reach = new KeptReach();
  #listed: readonly StoredVerdict[] | undefined;
  /** The highest ID of the images that were read, including retired ones. */
  #lastId = 0;
  /** The one when the present state was last read. */
  #judgedState: JudgedState | undefined;

  constructor({ isScoped = false }: { readonly isScoped?: boolean } = {}) {
    this.#isScoped = isScoped;
  }

  /** Reads the changes since the last state. */
  async update(db: Kysely<Tables>, next: FleetState): Promise<void> {
    const state = JSON.stringify(next);
    if (state === this.#state) {
      return;
    }
    if (next.at === undefined) {
      await this.#readPresent(db);
    } else {
      await this.#readPast(db, next.at);
    }
    this.#answers.clear();
    const revision = JSON.stringify([next.revision, next.at]);
    if (revision !== this.#revision) {
      this.#revisionAnswers.clear();
      this.#revision = revision;
    }
    this.#state = state;
  }

  async #readPast(db: Kysely<Tables>, at: number): Promise<void> {
    const counts = new FleetCounts();
    (await readPastCounts(db, at)).forEach((some, segment) => counts.replaceSegment(segment, some));
    const rows = await listPastImages(db, at);
    this.#counts = counts;
    this.#images = new Map(
      rows.map((row) => [row.id, new FleetImage(row, counts.openSegment(row.id))]),
    );
    this.#policy = await readFleetPolicy(db, at);
    this.#verdicts = this.#policy === undefined ? new Map() : await readPastVerdicts(db, at);
    this.#orders.clear();
    this.#groups.clear();
    this.#listed = undefined;
  }

  async #readPresent(db: Kysely<Tables>): Promise<void> {
    const rollups = await db.selectFrom('rollup').selectAll().execute();
    const rows = await db
      .selectFrom('image')
      .leftJoin('image_origin', 'image_origin.image', 'image.id')
      .leftJoin('image_base', 'image_base.image', 'image.id')
      .select(['id', 'name', 'digest', 'packages', 'problems', 'first_seen', 'owner', 'base'])
      .where('id', '>', this.#lastId)
      .orderBy('id')
      .execute();
    const retired = await db
      .selectFrom('image')
      .select('id')
      .where('retired', 'is not', null)
      .execute();
    const policy = await readFleetPolicy(db);
    // The jobs of other projects are not visible in a scope.
    const judgedState = this.#isScoped ? undefined : await readJudgedState(db);
    const judged = await this.#listJudged(db, judgedState);
    const verdicts =
      policy === undefined
        ? NO_VERDICTS
        : await readStoredVerdicts(db, this.#verdicts, {
            hasRules: policy.rules !== undefined,
            ...(judged === undefined ? {} : { changed: { after: this.#lastId, judged } }),
          });
    // All queries are done: if one fails, the previous state stays as it was.
    const isJudgedAgain = verdicts !== this.#verdicts || policy?.digest !== this.#policy?.digest;
    this.#judgedState = judgedState;
    this.#policy = policy;
    this.#verdicts = verdicts;
    const replaced = rollups.filter(({ segment, counts }) =>
      this.#counts.replaceSegment(segment, new SegmentCounts(counts)),
    );
    const isCountedAgain = replaced.length > 0;
    const before = this.#images.size;
    rows.forEach((row) =>
      this.#images.set(row.id, new FleetImage(row, this.#counts.openSegment(row.id))),
    );
    const isChanged = rows.length > 0;
    this.#lastId = rows.at(-1)?.id ?? this.#lastId;
    retired.forEach(({ id }) => this.#images.delete(id));
    const isOther = isChanged || this.#images.size !== before;
    if (isOther) {
      this.#orders.clear();
    }
    if (isCountedAgain) {
      this.#orders.delete('severity');
    }
    if (isOther || isCountedAgain || isJudgedAgain) {
      this.#groups.clear();
    }
    if (isOther || isJudgedAgain) {
      this.#listed = undefined;
    }
  }

  /** Lists the images that were judged again since the last state; `undefined` if all may be. */
  async #listJudged(
    db: Kysely<Tables>,
    now: JudgedState | undefined,
  ): Promise<ReadonlySet<number> | undefined> {
    const before = this.#judgedState;
    return now === undefined || before === undefined
      ? undefined
      : await listJudgedImages(db, before, now);
  }

  /** The policy in force; `undefined` if the store has none. */
  get policy(): CurrentPolicy | undefined {
    return this.#policy;
  }

  /**
   * Judges an image by the policy of the store. With a severity, or without a policy, it is judged
   * by its counts of findings.
   */
  judgeListed(image: FleetImage, gate: string): ImageVerdict {
    if (this.#isCounted(gate)) {
      const severity = gate === '' ? PRESET_GATE : gate;
      return { word: judgeCounts(image, toRank(severity)), reason: explainCounts(image, severity) };
    }
    return this.#verdicts.get(image.id) ?? { word: 'unknown', reason: 'it was not judged yet' };
  }

  /** Returns the images of each verdict, the most severe first. */
  groupByVerdict(gate: string): ReadonlyMap<PolicyOutcome, readonly FleetImage[]> {
    const known = this.#groups.get(gate);
    if (known !== undefined) {
      return known;
    }
    const rank = this.#isCounted(gate) ? toRank(gate === '' ? PRESET_GATE : gate) : undefined;
    const groups = Map.groupBy(this.sortImages('severity'), (image) =>
      rank === undefined ? this.judgeListed(image, gate).word : judgeCounts(image, rank),
    );
    this.#groups.set(gate, groups);
    return groups;
  }

  /** Returns an answer about the store that stays the same in this state, computed once. */
  async remember<Value>(key: string, compute: () => Promise<Value>): Promise<Value> {
    return await rememberAnswer(this.#answers, key, compute);
  }

  /** Does the same for an answer about images and matches, which no verdict changes. */
  async rememberRevision<Value>(key: string, compute: () => Promise<Value>): Promise<Value> {
    return await rememberAnswer(this.#revisionAnswers, key, compute);
  }

  /** Returns which images can load each component. */
  async readReach(db: Kysely<Tables>): Promise<KeptReach> {
    return await this.remember('reach', async () => {
      await this.#reach.update(db);
      return this.#reach;
    });
  }

  #isCounted(gate: string): boolean {
    return gate !== '' || this.#policy === undefined;
  }

  /** Returns the verdict of the policy of the store; `undefined` without one. */
  findVerdict(image: number): StoredVerdict | undefined {
    return this.#verdicts.get(image);
  }

  /** Lists the verdicts of the images that were not retired, in the order of their IDs. */
  listVerdicts(): readonly StoredVerdict[] {
    this.#listed ??= [...this.#verdicts.values()]
      .filter(({ image }) => this.#images.has(image))
      .sort((left, right) => left.image - right.image);
    return this.#listed;
  }

  /** Whether everything in an image was evaluated. */
  isCovered(image: FleetImage): boolean {
    return !isDoubtful(image);
  }

  /** Lists the decisions that do not apply to an image, because their evidence differs. */
  listReviews(): readonly { readonly image: number; readonly review: DecisionReview }[] {
    return this.listVerdicts()
      .filter(({ reviews }) => reviews.length > 0)
      .flatMap(({ image, reviews }) => reviews.map((review) => ({ image, review })));
  }

  get size(): number {
    return this.#images.size;
  }

  get(id: number): FleetImage | undefined {
    return this.#images.get(id);
  }

  /** Lists all images in an order. */
  sortImages(order: ImageOrder): readonly FleetImage[] {
    const known = this.#orders.get(order);
    if (known !== undefined) {
      return known;
    }
    const sorted = ORDERS[order]([...this.#images.values()]);
    this.#orders.set(order, sorted);
    return sorted;
  }
}

async function rememberAnswer<Value>(
  answers: Map<string, unknown>,
  key: string,
  compute: () => Promise<Value>,
): Promise<Value> {
  if (answers.has(key)) {
    return answers.get(key) as Value;
  }
  if (answers.size >= ANSWERS_MAX) {
    answers.clear();
  }
  const answer = await compute();
  answers.set(key, answer);
  return answer;
}

function sortNewest(images: readonly FleetImage[]): readonly FleetImage[] {
  return images.toSorted((left, right) => right.id - left.id);
}

/** Sorts images, those with the most severe findings first. */
export function sortSeverity(images: readonly FleetImage[]): readonly FleetImage[] {
  return sortByCounts(sortNewest(images), SEVERITIES.length, (image, place) =>
    image.readCount(place),
  );
}

function sortNames(images: readonly FleetImage[]): readonly FleetImage[] {
  const compareNames = (left: FleetImage, right: FleetImage): number =>
    compareText(left.name, right.name);
  return sortNewest(images).toSorted(compareNames);
}

const ORDERS: Readonly<
  Record<ImageOrder, (images: readonly FleetImage[]) => readonly FleetImage[]>
> = { newest: sortNewest, name: sortNames, severity: sortSeverity };
