import type { DatabaseProvider } from '../../foundation/core/advisory.ts';
import { formatCount, groupDigits } from '../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../foundation/present/markup.ts';
import { listSubscriptions } from '../notify/subscriptions.ts';
import { readJobs } from '../query/jobs.ts';
import { findReadScope } from '../store/limited-tables.ts';
import type { PageContext } from './page.ts';
import { createLink, formatAge } from './parts.ts';

/** Describes the age of the oldest source of advisories: a rule is only as good as its data. */
export function describeAge(
  providers: readonly Pick<DatabaseProvider, 'id' | 'capturedAt'>[] | undefined,
  now: number,
): string {
  if (providers === undefined) {
    return 'The advisories cannot be read';
  }
  const dated = providers
    .map(({ id, capturedAt }) => ({ id, at: Date.parse(capturedAt) }))
    .filter(({ at }) => !Number.isNaN(at))
    .sort((left, right) => left.at - right.at);
  const [oldest] = dated;
  return oldest === undefined
    ? 'The age of the advisories is unknown'
    : `The oldest advisories (${oldest.id}) are ${formatAge(oldest.at, now)} old`;
}

/** The step that updates the advisories of a server. */
export const ADVISORY_STEP = markup`run <code>plimsoll db update</code>, or start the server with <code>plimsoll serve --db-auto-update</code>`;

export interface AdvisoryState {
  /** Whether the advisories are too old to rely on. */
  readonly isOld: boolean;
  /** Number of images for which this is one of the reasons why they do not pass. */
  readonly images: number;
}

/** Judges the age of the advisories, by all verdicts. */
export function judgeAdvisories({ fleet, revision, assessments, now }: PageContext): AdvisoryState {
  const images = fleet.listVerdicts().filter((one) => one.isHeldByAdvisories).length;
  const isOld =
    revision !== undefined && assessments.isOutdated(revision.generation, Date.parse(now));
  return { isOld: isOld || images > 0, images };
}

/** Lists the receivers that accept no messages. */
async function describeReceivers(db: PageContext['db'], now: number): Promise<readonly Markup[]> {
  const failing = (await listSubscriptions(db)).filter(
    ({ failingSince, state }) => failingSince !== undefined && state !== 'ended',
  );
  return failing.map(
    ({ name, failingSince = '', dead }) =>
      markup`The subscription ${createLink('settings', {}, name)} has accepted no message for ${formatAge(Date.parse(failingSince), now)}${dead === 0 ? '' : `: ${formatCount(dead, 'message was', 'messages were')} given up`}.`,
  );
}

async function describeWork(db: PageContext['db'], now: string): Promise<Markup> {
  const { open, oldest } = await readJobs(db);
  return open === 0 || oldest === undefined
    ? markup`No job waits.`
    : markup`${formatCount(open, 'job waits', 'jobs wait')}, the oldest for ${formatAge(oldest, Date.parse(now))}: verdicts may still change.`;
}

/** Describes whether the data and the images are in order, as lines. */
export async function describeHealth({
  db,
  revision,
  fleet,
  assessments,
  now,
}: PageContext): Promise<readonly Markup[]> {
  if (revision === undefined) {
    return [markup`No revision yet.`];
  }
  const description = assessments.describeDatabase(revision.generation);
  const unread = await fleet.rememberRevision(
    'unread',
    async () => fleet.sortImages('newest').filter(({ problems }) => problems > 0).length,
  );
  return [
    markup`${describeAge(description?.providers, Date.parse(now))}.`,
    unread === 0
      ? markup`All ${groupDigits(fleet.size)} images were read without problems.`
      : markup`${createLink('images', { problems: 'yes' }, formatCount(unread, 'image'))} of ${groupDigits(fleet.size)} could not be read completely.`,
    // Work and messages are about the whole server.
    ...(findReadScope(db) === undefined
      ? [await describeWork(db, now), ...(await describeReceivers(db, Date.parse(now)))]
      : []),
    markup`The last change was ${formatAge(revision.at, Date.parse(now))} ago.`,
  ];
}
