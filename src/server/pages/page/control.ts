import { CONTROL_STATUSES, OPEN_PART } from '../../../foundation/core/control.ts';
import { formatCount, groupDigits } from '../../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';
import { readProof } from '../../engine/verdicts.ts';
import { listCauses } from '../../query/changes.ts';
import { readJobState } from '../../query/jobs.ts';
import { findReadScope } from '../../store/limited-tables.ts';
import { formatAddress } from '../address.ts';
import { type ControlAnswer, type FleetControl, listFleetControls } from '../control-sections.ts';
import { getFormStatus, type PageContent, type PageContext } from '../page.ts';
import {
  capitalize,
  createLink,
  createPager,
  createSection,
  createTable,
  createTime,
  ROWS_EACH,
  shortenName,
} from '../parts.ts';
import { createStatementSection } from '../statement-form.ts';

/** Answers: which images meet a control, by which evidence, and since when? */
export async function createControlPage(context: PageContext): Promise<PageContent> {
  const { get, form } = context;
  const [key, status] = [get('key') || (form?.fields['key'] ?? ''), get('status')];
  const control = (await listFleetControls(context)).find((one) => one.key === key);
  if (control === undefined) {
    return {
      heading: key === '' ? 'Choose a control' : `No image has an answer to the control ${key}`,
      ...getFormStatus(form),
      ...(form?.problem === undefined ? {} : { notices: [form.problem] }),
      body: markup`<p>See <a href="${formatAddress('compliance')}">all controls</a>.</p>`,
    };
  }
  const all = CONTROL_STATUSES.toReversed().flatMap((one) =>
    status === '' || status === one ? (control.images.get(one) ?? []) : [],
  );
  const after = Number(get('after'));
  const start = all.findIndex(({ proven }) => proven.image.id === after) + 1;
  const rows = all.slice(start, start + ROWS_EACH);
  const last = rows.at(-1);
  const pager = createPager(
    start === 0 ? undefined : formatAddress('control', { key, status }),
    start + rows.length < all.length && last !== undefined
      ? formatAddress('control', { key, status, after: last.proven.image.id })
      : undefined,
  );
  return {
    heading:
      form?.problem === undefined
        ? createAnswer(control, status, all.length)
        : `Nothing was stated: ${form.problem}`,
    ...getFormStatus(form),
    notices: await listWaiting(context),
    body: markup`${describeRequirement(control)}${describeOpenPart(control)}${createAnswerTable(rows)}${pager}
${await createStatementSection(context, control)}
${await createHistory(context, key)}`,
  };
}

/** A person reads the title and how many images have each status; a filter names one status. */
function createAnswer({ key, title, images }: FleetControl, status: string, count: number): string {
  if (status !== '') {
    return `${formatCount(count, 'image')} ${status.replaceAll('-', ' ')} for ${key}: ${title}`;
  }
  const parts = CONTROL_STATUSES.toReversed().flatMap((one) => {
    const some = images.get(one)?.length ?? 0;
    return some === 0 ? [] : [`${groupDigits(some)} ${one.replaceAll('-', ' ')}`];
  });
  return `${capitalize(title)} (${key}): ${parts.join(', ')}`;
}

async function listWaiting({ db, at }: PageContext): Promise<readonly string[]> {
  const isKnown = at === undefined && findReadScope(db) === undefined;
  const { openJobs } = isKnown ? await readJobState(db) : { openJobs: 0 };
  return openJobs === 0
    ? []
    : [`${formatCount(openJobs, 'job waits', 'jobs wait')}: answers may still change`];
}

function describeRequirement({ requirement, source }: FleetControl): Markup | undefined {
  return requirement === undefined
    ? undefined
    : markup`<p>It requires: ${requirement} <span class="dim">${source}</span></p>`;
}

function describeOpenPart({ open }: FleetControl): Markup | undefined {
  return open === undefined
    ? undefined
    : markup`<p>Rules do not answer this control completely. A person must answer: ${open}.</p>`;
}

/** The row of each image does not repeat the part that rules do not answer. */
function describeReason(reason: string): string {
  return reason.startsWith(OPEN_PART) ? 'a person must answer it' : reason;
}

function createAnswerTable(rows: readonly ControlAnswer[]): Markup {
  return createTable<ControlAnswer>(
    'Answers',
    [
      {
        title: 'Image',
        cell: ({ proven: { image } }) => createLink('image', { id: image.id }, image.name),
      },
      {
        title: 'Status',
        cell: ({ control }) =>
          markup`<span class="status">${control.status.replaceAll('-', ' ')}</span>`,
      },
      {
        title: 'Why',
        cell: ({ control: { reasons, facts } }) =>
          markup`${shortenName(reasons.map(describeReason).join('; '))}${facts.length === 0 ? undefined : markup`<span class="row-note">Facts: ${shortenName(facts.join(', '))}</span>`}`,
      },
      {
        title: 'Evidence',
        cell: ({ control: { examined, statement }, proven: { revision, inputs } }) =>
          markup`${shortenName(examined.join('; '))}${
            statement === undefined
              ? undefined
              : markup`<span class="row-note">${statement.by}: ${shortenName(statement.evidence)}, until ${statement.expires}</span>`
          }<span class="row-note">revision ${revision}, <code>${inputs.slice(0, 16)}</code></span>`,
      },
      { title: 'Owner', cell: ({ proven: { image } }) => image.owner || 'none stated' },
      {
        title: 'Due',
        cell: ({ control: { dueAt } }) =>
          dueAt === undefined ? undefined : createTime(Date.parse(dueAt)),
      },
    ],
    rows,
  );
}

const VERDICTS_MAX = 2_000;
const CHANGES_MAX = 50;

interface StatusChange {
  readonly revision: number;
  readonly at: number;
  readonly image: number;
  readonly before: string;
  readonly after: string;
}

/** Shows when the status of a control changed, with the causes of the revision. */
async function createHistory(context: PageContext, key: string): Promise<Markup> {
  const { db, at, fleet } = context;
  const all = db.selectFrom('verdict').select(['image', 'revision', 'at', 'proof']);
  const rows = await (at === undefined ? all : all.where('revision', '<=', at))
    .orderBy('revision', 'desc')
    .limit(VERDICTS_MAX)
    .execute();
  const last = new Map<number, string>();
  const changes: StatusChange[] = [];
  for (const { image, revision, at: time, proof } of rows.toReversed()) {
    const after = readProof(proof).controls?.find((one) => one.key === key)?.status;
    const before = last.get(image);
    if (after !== undefined && after !== before) {
      last.set(image, after);
      changes.push({ revision, at: time, image, before: before ?? 'new', after });
    }
  }
  const lines: Markup[] = [];
  for (const { revision, at: time, image, before, after } of changes
    .toReversed()
    .slice(0, CHANGES_MAX)) {
    const [cause] = await listCauses(db, revision);
    const name = fleet.get(image)?.name ?? `image ${image}`;
    lines.push(
      markup`<li>${createTime(time)}${shortenName(name)}: ${before.replaceAll('-', ' ')} → <b>${after.replaceAll('-', ' ')}</b> (revision ${revision}${cause === undefined ? '' : `: ${shortenName(cause.summary)}`})</li>`,
    );
  }
  return createSection(
    'history',
    'History',
    lines.length === 0
      ? markup`<p>Its status has not changed.</p>`
      : markup`<ol class="events">${lines}</ol>`,
  );
}
