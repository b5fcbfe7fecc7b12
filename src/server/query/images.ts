import { type Kysely, sql } from 'kysely';
import { UserError } from '../../foundation/core/error.ts';
import { SEVERITIES } from '../../foundation/core/finding.ts';
import { readOutcomes } from '../engine/verdicts.ts';
import { isInEnvironment } from '../placement/list-placements.ts';
import { SegmentCounts, toSegment } from '../store/counts.ts';
import { MATCH_KINDS } from '../store/match-kind.ts';
import { hashText } from '../store/read-key-hash.ts';
import { toStoredText } from '../store/stored-text.ts';
import type { Tables } from '../store/tables.ts';
import { formatTime } from './format-time.ts';

export interface ImageView {
  readonly id: number;
  readonly name: string;
  /** Empty if it belongs to none. */
  readonly project: string;
  /** Digest of the image; empty if it has none. */
  readonly digest: string;
  /** SHA-256 of its inventory. */
  readonly document: string;
  readonly packages: number;
  /** Problems in reading it: if there are any, findings may be missing. */
  readonly problems: number;
  /** RFC 3339 */
  readonly firstSeen: string;
  /** Revision that added it. */
  readonly revision: number;
  /** Revision that retired it; absent if none did. */
  readonly retired?: number;
  /** Outcome of its last verdict; absent if no policy is set, or until it was judged. */
  readonly outcome?: string;
  /** Numbers of findings by severity, and of ignored and unevaluated matches, now. */
  readonly counts: Readonly<Record<string, number>>;
}

export interface ImageFilter {
  /** A name; with `*` at its end, the start of one. */
  readonly name?: string;
  readonly outcome?: string;
  /** Only images that are in use there, by their digest. */
  readonly environment?: string;
  /** Only images of these projects; absent for all images. */
  readonly projects?: readonly string[];
  /** Images after this ID. */
  readonly after: number;
  /** Revision; now if it is absent. */
  readonly at?: number;
  readonly limit: number;
}

const LAST_CHARACTER = '\u{10FFFF}';

/** Images of a longer list are not counted. */
const COUNTED_MAX = 10_000;

/** Lists images by their IDs. */
export async function listImages(
  db: Kysely<Tables>,
  filter: ImageFilter,
): Promise<readonly ImageView[]> {
  const rows = await selectImages(db, filter)
    .selectAll('image')
    .where('image.id', '>', filter.after)
    .orderBy('image.id')
    .limit(filter.limit)
    .execute();
  return await describeImages(db, rows);
}

/** Counts the images of all pages. */
export async function countImages(db: Kysely<Tables>, filter: ImageFilter) {
  const some = selectImages(db, filter)
    .select('image.id')
    .limit(COUNTED_MAX + 1)
    .as('some');
  const { count } = await db
    .selectFrom(some)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count > COUNTED_MAX
    ? ({ count: COUNTED_MAX, relation: 'at_least' } as const)
    : ({ count, relation: 'exact' } as const);
}

function selectImages(db: Kysely<Tables>, filter: ImageFilter) {
  const { name, outcome, environment, projects, at } = filter;
  let query = db.selectFrom('image');
  query =
    at === undefined
      ? query.where('image.retired', 'is', null)
      : query
          .where('image.revision', '<=', at)
          .where(({ eb, or }) =>
            or([eb('image.retired', 'is', null), eb('image.retired', '>', at)]),
          );
  if (projects !== undefined) {
    query = query.where('image.project', 'in', projects);
  }
  if (environment !== undefined) {
    query = query.where(isInEnvironment(environment, at));
  }
  if (name?.endsWith('*') === true) {
    const start = toStoredText(name.slice(0, -1));
    query = query
      .where('image.name', '>=', start)
      .where('image.name', '<', `${start}${LAST_CHARACTER}`);
  } else if (name !== undefined) {
    query = query
      .where('image.name_hash', '=', hashText(name))
      .where('image.name', '=', toStoredText(name));
  }
  return outcome === undefined
    ? query
    : query.where(({ exists, selectFrom }) =>
        exists(
          selectFrom('verdict')
            .select('verdict.image')
            .whereRef('verdict.image', '=', 'image.id')
            .where('verdict.current', '=', sql.lit(1))
            .where('verdict.outcome', '=', outcome),
        ),
      );
}

/** Throws `UserError` `E_IMAGE_UNKNOWN` if there is none. */
export async function readImage(db: Kysely<Tables>, id: number): Promise<ImageView> {
  const row = await db.selectFrom('image').selectAll().where('id', '=', id).executeTakeFirst();
  const [image] = row === undefined ? [] : await describeImages(db, [row]);
  if (image === undefined) {
    throw new UserError('E_IMAGE_UNKNOWN', `the store has no image ${id}`);
  }
  return image;
}

async function describeImages(
  db: Kysely<Tables>,
  rows: readonly Tables['image'][],
): Promise<readonly ImageView[]> {
  const segments = [...new Set(rows.map(({ id }) => toSegment(id)))];
  const rollups =
    segments.length === 0
      ? []
      : await db.selectFrom('rollup').selectAll().where('segment', 'in', segments).execute();
  const counts = new Map(rollups.map((row) => [row.segment, new SegmentCounts(row.counts)]));
  const outcomes = await readOutcomes(
    db,
    rows.map(({ id }) => id),
  );
  const titles = [...SEVERITIES, ...MATCH_KINDS.slice(1)];
  return rows.map((row) => {
    const { id, name, project, digest, document, packages, problems, revision, retired } = row;
    const numbers = counts.get(toSegment(id))?.get(id) ?? [];
    const outcome = outcomes.get(id);
    return {
      id,
      name,
      project,
      digest,
      document,
      packages,
      problems,
      firstSeen: formatTime(row.first_seen),
      revision,
      ...(retired === null ? {} : { retired }),
      ...(outcome === undefined ? {} : { outcome }),
      counts: Object.fromEntries(titles.map((title, place) => [title, numbers[place] ?? 0])),
    };
  });
}

/** Returns the image of the same name and project that was added last before an image. */
export async function findPrevious(
  db: Kysely<Tables>,
  { id, name, project }: Pick<ImageView, 'id' | 'name' | 'project'>,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('image')
    .select('id')
    .where('name_hash', '=', hashText(name))
    .where('name', '=', toStoredText(name))
    .where('project', '=', project)
    .where('id', '<', id)
    .where('retired', 'is', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id;
}
