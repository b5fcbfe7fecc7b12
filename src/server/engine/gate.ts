import type { GateRequest } from '../../assess/request.ts';
import { assessCompleteness } from '../../foundation/core/assessment.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import type { PolicyOutcome } from '../../foundation/core/policy-verdict.ts';
import { findWorstOutcome } from '../../foundation/core/verdict.ts';
import { formatTime } from '../query/format-time.ts';
import type { DocumentStore } from '../store/documents.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { FleetJudge } from './fleet-judge.ts';
import { type PushedInventory, readInventoryDocument } from './inventory-document.ts';
import { combineVerdicts, toOutcome } from './judge-image.ts';
import { readAnyDocument } from './read-any-document.ts';
import { readProof, readVerdicts } from './verdicts.ts';

/** A question whether something may ship. */
export interface GateQuestion {
  /** `sha256:` and 64 digits: of the manifest or the configuration of an image that was pushed. */
  readonly digest?: string;
  /** Bytes of an SBOM in any format that is read, which a thread of its own reads; not stored. */
  readonly document?: Uint8Array;
  /** Only images of these projects; absent for all. */
  readonly projects?: readonly string[];
  /** Gates besides the conditions for every image. */
  readonly gates: GateRequest;
  /** RFC 3339 */
  readonly now: string;
}

export interface GateAnswer {
  readonly outcome: PolicyOutcome;
  /** The exit status of `scan` with this outcome. */
  readonly exitStatus: 0 | 2 | 4;
  /** One sentence each, without the full stop. */
  readonly reasons: readonly string[];
  /** IDs of the images with the digest. */
  readonly images: readonly number[];
  /** RFC 3339 time at which time alone may change it; absent if it would not. */
  readonly validUntil?: string;
}

export interface GateSetting {
  readonly store: Store;
  readonly judge: FleetJudge;
  readonly documents: DocumentStore;
}

type ImageRow = Pick<Tables['image'], 'document' | 'id' | 'project'>;

const NOT_PUSHED = 'no image with this digest was pushed';
const NO_CONDITIONS = 'no conditions are set: start the server with --fail-on or --policy';

/** Answers whether images and documents may ship, without storing anything. */
export class Gate {
  readonly #setting: GateSetting;

  constructor(setting: GateSetting) {
    this.#setting = setting;
  }

  async ask(question: GateQuestion): Promise<GateAnswer> {
    const { digest, document, gates, now } = question;
    if (document !== undefined) {
      return await this.#judgeDocument(readAnyDocument(document), question);
    }
    const images = await this.#findImages(digest ?? '', question.projects);
    if (images.length === 0) {
      return createAnswer('unknown', [NOT_PUSHED]);
    }
    const isStored = gates.severity === undefined && !(await this.#hasOpenVerdicts());
    const answers = isStored
      ? await this.#readStored(images, Date.parse(now))
      : await this.#judgeImages(images, gates, now);
    const ids = images.map(({ id }) => id);
    return { ...combineAnswers(answers), images: ids };
  }

  /** Lists the digests of images whose verdict is fail, in order. */
  async listDenied(projects: readonly string[] | undefined): Promise<readonly string[]> {
    let query = this.#setting.store.db
      .selectFrom('verdict')
      .innerJoin('image', 'image.id', 'verdict.image')
      .innerJoin('image_digest', 'image_digest.image', 'image.id')
      .select('image_digest.digest')
      .distinct()
      .where('verdict.current', '=', 1)
      .where('verdict.outcome', '=', 'fail')
      .where('image.retired', 'is', null)
      .orderBy('image_digest.digest');
    if (projects !== undefined) {
      query = query.where('image.project', 'in', projects);
    }
    return (await query.execute()).map(({ digest }) => digest);
  }

  async #findImages(
    digest: string,
    projects: readonly string[] | undefined,
  ): Promise<readonly ImageRow[]> {
    let query = this.#setting.store.db
      .selectFrom('image_digest')
      .innerJoin('image', 'image.id', 'image_digest.image')
      .select(['image.id', 'image.document', 'image.project'])
      .where('image_digest.digest', '=', digest)
      .where('image.retired', 'is', null)
      .orderBy('image.id');
    if (projects !== undefined) {
      query = query.where('image.project', 'in', projects);
    }
    return await query.execute();
  }

  /** Whether verdicts wait to be judged again: then a stored one may be outdated. */
  async #hasOpenVerdicts(): Promise<boolean> {
    const row = await this.#setting.store.db
      .selectFrom('job')
      .select('id')
      .where('kind', '=', 'verdicts')
      .where('state', 'in', ['queued', 'running', 'dead'])
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  async #readStored(images: readonly ImageRow[], now: number): Promise<readonly GateAnswer[]> {
    const verdicts = await readVerdicts(
      this.#setting.store.db,
      images.map(({ id }) => id),
    );
    return images.map(({ id }) => {
      const verdict = verdicts.get(id);
      if (verdict === undefined) {
        return createAnswer('unknown', [NO_CONDITIONS]);
      }
      const { valid_until: until, proof } = verdict;
      if (until !== null && until <= now) {
        return createAnswer('unknown', [`the verdict was valid until ${formatTime(until)}`]);
      }
      const { gates, policy } = readProof(proof);
      const reasons = [
        ...gates.map(({ reason }) => reason),
        ...(policy === undefined ? [] : [policy]),
      ];
      const answer = createAnswer(verdict.outcome as PolicyOutcome, reasons);
      return until === null ? answer : { ...answer, validUntil: formatTime(until) };
    });
  }

  async #judgeImages(
    images: readonly ImageRow[],
    gates: GateRequest,
    now: string,
  ): Promise<readonly GateAnswer[]> {
    const answers: GateAnswer[] = [];
    for (const { document, project } of images) {
      const pushed = readInventoryDocument(await this.#setting.documents.get(document));
      answers.push(await this.#judgeDocument(pushed, { gates, now, projects: [project] }));
    }
    return answers;
  }

  async #judgeDocument(
    pushed: PushedInventory,
    { gates, now, projects }: Pick<GateQuestion, 'gates' | 'now' | 'projects'>,
  ): Promise<GateAnswer> {
    const { judge } = this.#setting;
    const occasion = await judge.readOccasion(Date.parse(now));
    const { assessment } = await judge.judgeInventory(pushed, occasion, projects);
    const verdict = combineVerdicts(assessment, gates);
    const reasons = verdict?.gates.map(({ reason }) => reason) ?? [NO_CONDITIONS];
    const { reasons: gaps } = assessCompleteness(assessment);
    return createAnswer(toOutcome(verdict), [...reasons, ...gaps.map(({ reason }) => reason)]);
  }
}

function createAnswer(outcome: PolicyOutcome, reasons: readonly string[]): GateAnswer {
  const exitStatus = outcome === 'fail' ? 2 : outcome === 'unknown' ? 4 : 0;
  return { outcome, exitStatus, reasons, images: [] };
}

/** The worst answer counts: somebody may push another inventory for the same digest. */
function combineAnswers(answers: readonly GateAnswer[]): GateAnswer {
  const outcome = findWorstOutcome(answers.map((one) => one.outcome));
  const worst = answers.find((one) => one.outcome === outcome);
  const times = answers.flatMap(({ validUntil }) => validUntil ?? []).sort(compareText);
  const [first] = times;
  const answer = worst ?? createAnswer('unknown', [NOT_PUSHED]);
  return first === undefined ? answer : { ...answer, validUntil: first };
}
