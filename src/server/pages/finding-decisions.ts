import { formatCount } from '../../foundation/core/screen-text.ts';
import { parsePurl } from '../../foundation/identity/purl/parse-purl.ts';
import { type Markup, markup } from '../../foundation/present/markup.ts';
import type { Entry } from '../../report/format/page/entry.ts';
import { toSentence } from '../../report/format/page/reasons.ts';
import { matchPackage } from '../../vulnerability/decide/package-reference.ts';
import { describeImages } from '../engine/decision-effects.ts';
import { applyEvidence, canApply } from '../engine/decisions.ts';
import { type DraftView, listOpenDrafts } from '../engine/drafts.ts';
import { selectOwnDecisions } from '../engine/own-decisions.ts';
import type { FleetImage } from '../query/fleet-image.ts';
import type { ImageReport } from '../query/image-assessments.ts';
import type { DecisionTable } from '../store/decision-tables.ts';
import { toStoredText } from '../store/stored-text.ts';
import { listDraftProjects, type PageContext } from './page.ts';
import { createLink, createTime, shortenName } from './parts.ts';

interface Place {
  readonly image: FleetImage;
  readonly report: ImageReport;
  /** Of the image; empty if it belongs to none. */
  readonly project: string;
}

/** A decision about the vulnerability of a finding. */
interface JudgedDecision {
  readonly decision: DecisionTable;
  /** Why it does not apply, as a sentence without the full stop; absent if it does. */
  readonly miss?: string;
}

/** Shows the decisions that apply to a finding, and those that nearly do, with the difference. */
export async function createDecisionList(
  context: PageContext,
  entry: Entry,
  shown: Omit<Place, 'project'>,
): Promise<Markup> {
  const { db, at, caller } = context;
  const { project } = await db
    .selectFrom('image')
    .select('project')
    .where('id', '=', shown.image.id)
    .executeTakeFirstOrThrow();
  const place = { ...shown, project };
  const { finding, package: item } = entry;
  const ids = [finding.id, ...finding.aliases].map((id) => id.toLowerCase());
  const all = await db.selectFrom('decision').selectAll().orderBy('id', 'desc').execute();
  const named = all.filter(({ vulnerability }) => ids.includes(vulnerability.toLowerCase()));
  const about = named
    .filter(({ revision }) => at === undefined || revision <= at)
    .map((decision) => judgeDecision(context, decision, { entry, place }));
  const applied = about.filter(({ miss }) => miss === undefined);
  const own = new Set(await selectOwnDecisions(db, named));
  const missed = about.filter(({ miss, decision }) => miss !== undefined && own.has(decision));
  const waiting = await listWaitingDrafts(context, ids);
  const requested = listDraftProjects(caller);
  const canRequest = requested === 'all' || requested.includes(project);
  const draft =
    at === undefined && canRequest
      ? markup`<p>${createLink('decide', { image: place.image.id, vulnerability: finding.id, package: item.key }, 'Decide about this finding')}</p>`
      : undefined;
  const none = markup`<p class="dim">${waiting.length === 0 ? 'No decision is about it.' : 'No decision about it is in force.'}</p>`;
  return markup`<h3>Decisions</h3>${about.length === 0 ? none : undefined}${createDraftLines(waiting, entry, place)}${createDecisionLines('Apply', applied)}${createDecisionLines('Near misses', missed, NEAR_MISSES)}${draft}`;
}

/** Lists the drafts about a vulnerability that wait for approval. They are of the present. */
export async function listWaitingDrafts(
  { db, at }: Pick<PageContext, 'db' | 'at'>,
  lowerIds: readonly string[],
): Promise<readonly DraftView[]> {
  const drafts = at === undefined ? await listOpenDrafts(db) : [];
  return drafts.filter(({ request }) => lowerIds.includes(request.vulnerability.toLowerCase()));
}

/** Shows the drafts that wait, with the reason for those that are not about this finding. */
function createDraftLines(
  drafts: readonly DraftView[],
  { package: item }: Entry,
  { report, project }: Place,
): Markup | undefined {
  const { inventory } = report;
  const image = { name: toStoredText(inventory.target.name), project };
  const lines = drafts.slice(0, SHOWN_MAX).map(({ id, request }) => {
    const { package: name, versions = '', status, author } = request;
    const miss = canApply(request, image)
      ? findPackageMiss({ name, versions }, item, inventory.distro)
      : `it is only about ${describeImages(request)}`;
    const difference =
      miss === undefined
        ? undefined
        : markup` <b>Not about this finding: ${shortenName(miss)}.</b>`;
    return markup`<li>${createLink('draft', { id }, `Draft ${id}`)} about ${shortenName(name)}: ${status.replaceAll('_', ' ')}, by ${shortenName(author)}.${difference}</li>`;
  });
  const more = drafts.length - lines.length;
  const rest = more > 0 ? markup`<li>and ${formatCount(more, 'more')}</li>` : undefined;
  return lines.length === 0
    ? undefined
    : markup`<h4>Drafts that wait for approval</h4><ul>${lines}${rest}</ul>`;
}

/** Returns why a statement is not about a package, as a sentence; `undefined` if it is. */
function findPackageMiss(
  { name, versions }: { readonly name: string; readonly versions: string },
  item: Entry['package'],
  distro: ImageReport['inventory']['distro'],
): string | undefined {
  const reference = {
    identifiers: [name],
    hashes: [],
    subcomponents: [],
    ...(versions === '' ? {} : { versionRange: versions }),
  };
  const match = matchPackage(reference, item, distro);
  if (match.isMatch) {
    return undefined;
  }
  return match.closeness === 0
    ? `it is only about the package ${parsePurl(name)?.name ?? name}`
    : match.miss;
}

function judgeDecision(
  { now, at }: PageContext,
  decision: DecisionTable,
  { entry, place }: { readonly entry: Entry; readonly place: Place },
): JudgedDecision {
  const { withdrawn, expires, package: name, versions } = decision;
  const { project, report } = place;
  const { inventory } = report;
  if (withdrawn !== null && (at === undefined || withdrawn <= at)) {
    return { decision, miss: `it was withdrawn in revision ${withdrawn}` };
  }
  if (expires !== null && expires <= Date.parse(now)) {
    return { decision, miss: 'it has expired' };
  }
  if (!canApply(decision, { name: toStoredText(inventory.target.name), project })) {
    return { decision, miss: `it is only about ${describeImages(decision)}` };
  }
  const miss = findPackageMiss({ name, versions }, entry.package, inventory.distro);
  if (miss !== undefined) {
    return { decision, miss };
  }
  const [review] = applyEvidence([decision], inventory).reviews;
  return review === undefined ? { decision } : { decision, miss: review.differences.join('; ') };
}

const SHOWN_MAX = 20;
const NEAR_MISSES =
  'Decisions about the same vulnerability that would apply, except for the condition that each line names.';

function createDecisionLines(
  title: string,
  all: readonly JudgedDecision[],
  note?: string,
): Markup | undefined {
  const lines = all.slice(0, SHOWN_MAX).map(({ decision, miss }) => {
    const { id, author, status, justification, statement, at, project } = decision;
    const only = project === '' ? '' : `, only in project ${project}`;
    const words = [status, justification].filter(Boolean).map((one) => one.replaceAll('_', ' '));
    const why = statement === '' ? '' : ` ${toSentence(shortenName(statement))}`;
    const difference =
      miss === undefined ? undefined : markup` <b>Not applied: ${shortenName(miss)}.</b>`;
    return markup`<li>Decision ${id} by ${shortenName(author)}, ${createTime(at)}${only}: ${words.join(', ')}.${why}${difference}</li>`;
  });
  const more = all.length - lines.length;
  const rest = more > 0 ? markup`<li>and ${formatCount(more, 'more')}</li>` : undefined;
  const about = note === undefined ? undefined : markup`<p class="dim">${note}</p>`;
  return lines.length === 0 ? undefined : markup`<h4>${title}</h4>${about}<ul>${lines}${rest}</ul>`;
}
