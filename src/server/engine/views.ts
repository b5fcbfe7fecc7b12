import type { Kysely } from 'kysely';
import { compareText } from '../../core/compare-text.ts';
import { defined } from '../../core/defined.ts';
import { UserError } from '../../core/error.ts';
import { SEVERITIES } from '../../core/finding.ts';
import type { JobView } from '../jobs/job.ts';
import { readJob, toJobView } from '../jobs/job-queue.ts';
import { SEGMENT_IMAGES, SegmentCounts, toSegment } from '../store/counts.ts';
import { FINDING_KIND, MATCH_KINDS } from '../store/match-kind.ts';
import { decodeNumbers } from '../store/number-list.ts';
import { hashText } from '../store/read-key-hash.ts';
import { type Store, splitKeys } from '../store/store.ts';
import { toStoredText } from '../store/stored-text.ts';
import type { Tables } from '../store/tables.ts';
import { type ChangeView, listChanges } from './change-views.ts';
import { type DecisionView, toDecisionView } from './decisions.ts';
import { formatTime } from './format-time.ts';
import type { VerdictProof } from './judge-image.ts';
import { PAGE_ROWS } from './page-rows.ts';
import { readProof, readVerdicts } from './verdicts.ts';

export interface ImageView {
  readonly id: number;
  readonly name: string;
  /** Digest of the image; empty if it has none. */
  readonly digest: string;
  /** SHA-256 of its inventory. */
  readonly document: string;
  readonly packages: number;
  /** Problems in reading it: if there are any, findings may be missing. */
  readonly problems: number;
  /** RFC 3339 */
  readonly firstSeen: string;
  /** Numbers of findings by severity, and of ignored and unevaluated matches. */
  readonly counts: Readonly<Record<string, number>>;
}

export interface NewFinding {
  readonly id: string;
  readonly package: string;
  readonly version: string;
  readonly severity: string;
  readonly fixVersions: string;
}

export interface FindingView extends NewFinding {
  readonly purl: string;
  readonly fixState: string;
  /** Packages of the image with this finding. */
  readonly packages: number;
  /** RFC 3339 time of the first revision with this match of the component. */
  readonly since: string;
}

export interface FleetFinding extends NewFinding {
  readonly component: number;
  /** Number of images that contain the component. */
  readonly images: number;
  /** Millionths; -1 if there is no score. */
  readonly epss: number;
  readonly isExploited: boolean;
}

export interface ExposureView {
  /** Components of the name, by version. */
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly type: string;
    readonly purl: string;
    readonly images: readonly number[];
  }[];
  /** Components of the name that are not listed: the first {@link PAGE_ROWS} are. */
  readonly componentsNotListed: number;
  /** Number of components that were compared, and the revision of the answer. */
  readonly searched: number;
  readonly revision: number;
}

export interface VerdictView extends VerdictProof {
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

/** Reads what a store holds, page by page. */
export class Views {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async readStatus() {
    return await this.#store.readState(readStatus);
  }

  /** Lists images after an ID. */
  async listImages(after: number): Promise<readonly ImageView[]> {
    return await this.#store.readState(async (db) => await listImages(db, after));
  }

  async readImage(id: number): Promise<ImageView> {
    return await this.#store.readState(async (db) => await readImage(db, id));
  }

  /** Lists the findings of an image, the most severe first. */
  async listImageFindings(id: number): Promise<readonly FindingView[]> {
    return await this.#store.readState(async (db) => await listFindings(db, id));
  }

  /** Lists the most severe findings of all images. */
  async listFleetFindings(): Promise<readonly FleetFinding[]> {
    return await this.#store.readState(listFleetFindings);
  }

  /** Finds the images that contain a package, by its exact name. */
  async findExposure(name: string): Promise<ExposureView> {
    return await this.#store.readState(async (db) => await findExposure(db, name));
  }

  /** Lists all decisions, also those that were withdrawn or have expired. */
  async listDecisions(): Promise<readonly DecisionView[]> {
    return await this.#store.readState(async (db) => {
      const rows = await db.selectFrom('decision').selectAll().orderBy('id').execute();
      return rows.map(toDecisionView);
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

  /** Lists revisions after one, with their effects. */
  async listChanges(after: number): Promise<readonly ChangeView[]> {
    return await this.#store.readState(async (db) => await listChanges(db, after));
  }
}

async function readStatus(db: Kysely<Tables>) {
  const last = await readRevision(db);
  const totals = await db.selectFrom('total').selectAll().execute();
  const bySeverity = totals.map(({ severity, findings }): [string, number] => [
    SEVERITIES[severity] ?? 'unknown',
    findings,
  ]);
  return {
    revision: last?.id ?? 0,
    at: last === undefined ? null : formatTime(last.at),
    generation: last?.generation ?? null,
    images: await countRows(db, 'image'),
    components: await countRows(db, 'component'),
    findings: Object.fromEntries(bySeverity),
  };
}

async function listImages(db: Kysely<Tables>, after: number): Promise<readonly ImageView[]> {
  const rows = await db
    .selectFrom('image')
    .select('id')
    .where('id', '>', after)
    .orderBy('id')
    .limit(PAGE_ROWS)
    .execute();
  const images: ImageView[] = [];
  for (const { id } of rows) {
    images.push(await readImage(db, id));
  }
  return images;
}

/** Returns the image of the same name that was added last before an image. */
export async function findPrevious(
  db: Kysely<Tables>,
  { id, name }: Pick<ImageView, 'id' | 'name'>,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('image')
    .select('id')
    .where('name_hash', '=', hashText(name))
    .where('name', '=', toStoredText(name))
    .where('id', '<', id)
    .orderBy('id', 'desc')
    .executeTakeFirst();
  return row?.id;
}

async function listFleetFindings(db: Kysely<Tables>): Promise<readonly FleetFinding[]> {
  const rows = await db
    .selectFrom('match')
    .innerJoin('component', 'component.id', 'match.component')
    .innerJoin('vulnerability', 'vulnerability.id', 'match.vulnerability')
    .select([
      'match.component',
      'match.vulnerability',
      'match.severity',
      'match.fix_versions',
      'component.name',
      'component.version',
      'vulnerability.epss',
      'vulnerability.exploited',
    ])
    .where('match.closed', 'is', null)
    .where('match.kind', '=', FINDING_KIND)
    .orderBy('match.severity', 'desc')
    .orderBy('match.vulnerability')
    .orderBy('match.component')
    .limit(PAGE_ROWS)
    .execute();
  const images = await findImages(db, new Set(rows.map(({ component }) => component)));
  return rows.map((row) => ({
    id: row.vulnerability,
    component: row.component,
    package: row.name,
    version: row.version,
    severity: SEVERITIES[row.severity] ?? 'unknown',
    fixVersions: row.fix_versions,
    images: images.get(row.component)?.size ?? 0,
    epss: row.epss,
    isExploited: row.exploited === 1,
  }));
}

async function findExposure(db: Kysely<Tables>, name: string): Promise<ExposureView> {
  const hash = hashText(name);
  const rows = await db
    .selectFrom('component')
    .select(['id', 'name', 'version', 'type', 'purl'])
    .where('name_hash', '=', hash)
    .where('name', '=', toStoredText(name))
    .orderBy('version')
    .orderBy('id')
    .limit(PAGE_ROWS)
    .execute();
  const { count } = await db
    .selectFrom('component')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('name_hash', '=', hash)
    .where('name', '=', toStoredText(name))
    .executeTakeFirstOrThrow();
  const images = await findImages(db, new Set(rows.map(({ id }) => id)));
  const revision = await readRevision(db);
  return {
    components: rows.map(({ id, ...row }) => ({ ...row, images: [...(images.get(id) ?? [])] })),
    componentsNotListed: count - rows.length,
    searched: await countRows(db, 'component'),
    revision: revision?.id ?? 0,
  };
}

async function readVerdict(db: Kysely<Tables>, image: number): Promise<VerdictView> {
  const row = (await readVerdicts(db, [image])).get(image);
  if (row === undefined) {
    throw new UserError('E_IMAGE_UNKNOWN', `the store has no verdict about image ${image}`, {
      hint: 'set a policy: plimsoll serve --fail-on high',
    });
  }
  const { outcome, revision, at, inputs, valid_until: end } = row;
  return {
    image,
    outcome,
    revision,
    at: formatTime(at),
    ...defined({ validUntil: end === null ? undefined : formatTime(end) }),
    inputs,
    ...readProof(row.proof),
  };
}

/** Throws `UserError` `E_IMAGE_UNKNOWN` if there is none. */
export async function readImage(db: Kysely<Tables>, id: number): Promise<ImageView> {
  const row = await db.selectFrom('image').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) {
    throw new UserError('E_IMAGE_UNKNOWN', `the store has no image ${id}`);
  }
  const rollup = await db
    .selectFrom('rollup')
    .select('counts')
    .where('segment', '=', toSegment(id))
    .executeTakeFirst();
  const counts = new SegmentCounts(rollup?.counts).get(id);
  const titles = [...SEVERITIES, ...MATCH_KINDS.slice(1)];
  const { name, digest, document, packages, problems } = row;
  return {
    id,
    name,
    digest,
    document,
    packages,
    problems,
    firstSeen: formatTime(row.first_seen),
    counts: Object.fromEntries(titles.map((title, place) => [title, counts[place] ?? 0])),
  };
}

async function listFindings(db: Kysely<Tables>, image: number): Promise<readonly FindingView[]> {
  const row = await db
    .selectFrom('image')
    .select('components')
    .where('id', '=', image)
    .executeTakeFirst();
  const held = new Map<number, number>();
  for (const component of row === undefined ? [] : decodeNumbers(row.components)) {
    held.set(component, (held.get(component) ?? 0) + 1);
  }
  const findings: (FindingView & { readonly rank: number })[] = [];
  for (const some of splitKeys(held.keys())) {
    const rows = await db
      .selectFrom('match')
      .innerJoin('component', 'component.id', 'match.component')
      .innerJoin('revision', 'revision.id', 'match.opened')
      .selectAll(['match', 'component'])
      .select('revision.at')
      .where('match.component', 'in', some)
      .where('match.kind', '=', FINDING_KIND)
      .where('match.closed', 'is', null)
      .execute();
    for (const match of rows) {
      findings.push({
        id: match.vulnerability,
        package: match.name,
        version: match.version,
        purl: match.purl,
        severity: SEVERITIES[match.severity] ?? 'unknown',
        rank: match.severity,
        fixState: match.fix_state,
        fixVersions: match.fix_versions,
        packages: held.get(match.component) ?? 0,
        since: formatTime(match.at),
      });
    }
  }
  return findings
    .sort(
      (left, right) =>
        right.rank - left.rank ||
        compareText(left.id, right.id) ||
        compareText(left.purl, right.purl),
    )
    .map(({ rank: _, ...finding }) => finding);
}

/** Lists the findings that another image does not have, by package and vulnerability. */
export async function listNewFindings(
  db: Kysely<Tables>,
  image: number,
  other: number,
): Promise<readonly NewFinding[]> {
  const toFindingKey = (one: NewFinding): string => `${one.id} ${one.package}`;
  const known = new Set((await listFindings(db, other)).map(toFindingKey));
  return (await listFindings(db, image))
    .filter((one) => !known.has(toFindingKey(one)))
    .map(({ id, package: name, version, severity, fixVersions }) => {
      return { id, package: name, version, severity, fixVersions };
    });
}

/** Finds the images that contain components: those in postings, and pending ones. */
export async function findImages(
  db: Kysely<Tables>,
  components: ReadonlySet<number>,
): Promise<ReadonlyMap<number, ReadonlySet<number>>> {
  const images = new Map([...components].map((component) => [component, new Set<number>()]));
  for (const some of splitKeys(components)) {
    const rows = await db
      .selectFrom('posting')
      .selectAll()
      .where('component', 'in', some)
      .execute();
    for (const { component, segment, images: bytes } of rows) {
      for (const place of decodeNumbers(bytes)) {
        images.get(component)?.add(segment * SEGMENT_IMAGES + place);
      }
    }
  }
  const pending = await db
    .selectFrom('image')
    .select(['id', 'components'])
    .where('sealed', '=', 0)
    .execute();
  for (const { id, components: bytes } of pending) {
    for (const component of decodeNumbers(bytes)) {
      images.get(component)?.add(id);
    }
  }
  return images;
}

async function readRevision(db: Kysely<Tables>) {
  return await db.selectFrom('revision').selectAll().orderBy('id', 'desc').executeTakeFirst();
}

async function countRows(db: Kysely<Tables>, table: 'component' | 'image'): Promise<number> {
  const { count } = await db
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}
