import { defined } from '../../../core/defined.ts';
import { UserError } from '../../../core/error.ts';
import { markup } from '../../../present/markup.ts';
import { type EffectRow, listEffectImages, readCause } from '../../engine/effect-rows.ts';
import { describeReported } from '../../notify/describe-effect.ts';
import type { Tables } from '../../store/tables.ts';
import { formatAddress } from '../address.ts';
import { CAUSE_TITLES, endSummary } from '../change-lines.ts';
import type { PageContent, PageContext } from '../page.ts';
import { createLink, createPager, createTable, ROWS_EACH, shortenName } from '../parts.ts';

/** Answers: which images does one effect of a cause concern? Messages link to it. */
export async function createCausePage(context: PageContext): Promise<PageContent> {
  const { db, get, parts } = context;
  const id = Number(parts['id'] ?? '');
  const cause = await findCause(context, id);
  if (cause === undefined) {
    return {
      heading: 'There is no such cause',
      status: 404,
      body: markup`<p><a href="${formatAddress('changes')}">Show all changes</a></p>`,
    };
  }
  const { kind, subject, summary } = cause;
  const effects = await db
    .selectFrom('effect')
    .selectAll()
    .where('cause', '=', id)
    .orderBy('kind')
    .execute();
  const effect = get('effect') === '' ? (effects[0]?.kind ?? '') : get('effect');
  const owner = get('unowned') === 'yes' ? '' : get('owner') || undefined;
  const project = get('project') || undefined;
  const { items, next, total } = await listEffectImages(db, {
    cause: id,
    effect,
    after: Number(get('after')),
    limit: ROWS_EACH,
    ...defined({ owner, project }),
  });
  const scope = defined({
    project,
    owner: owner === '' ? undefined : owner,
    unowned: owner === '' ? 'yes' : undefined,
  });
  const others = effects
    .filter((one) => one.kind !== effect)
    .map(
      (one) =>
        markup`<li>${createLink('cause', { id, effect: one.kind, ...scope }, describeReported(one))}</li>`,
    );
  const about =
    kind === 'data' && subject !== ''
      ? markup`<p>${createLink('exposure', { vulnerability: subject }, `${subject} now`)}</p>`
      : undefined;
  const shown = {
    kind: effect,
    count: total.findings,
    images: total.count,
  };
  const where = [
    ...(project === undefined ? [] : [`project ${project}`]),
    ...(owner === undefined ? [] : [owner === '' ? 'without a known owner' : `owner ${owner}`]),
  ];
  return {
    heading:
      effect === ''
        ? 'This cause has no effects'
        : `${capitalize(describeReported(shown))}${where.length === 0 ? '' : ` (${where.join(', ')})`}`,
    body: markup`<p>${CAUSE_TITLES[kind]}: ${endSummary(kind, shortenName(summary))}</p>${about}
${total.count === 0 ? markup`<p class="notice">No image has this effect.</p>` : createRows(items)}
${createPager(
  Number(get('after')) === 0 ? undefined : formatAddress('cause', { id, effect, ...scope }),
  next === undefined ? undefined : formatAddress('cause', { id, effect, ...scope, after: next }),
)}
${others.length === 0 ? undefined : markup`<h2>Other effects of the cause</h2><ul>${others}</ul>`}`,
  };
}

async function findCause({ db }: PageContext, id: number): Promise<Tables['cause'] | undefined> {
  try {
    return Number.isSafeInteger(id) && id < 2 ** 31 ? await readCause(db, id) : undefined;
  } catch (error) {
    if (error instanceof UserError) {
      return undefined;
    }
    throw error;
  }
}

function createRows(rows: readonly EffectRow[]) {
  return createTable<EffectRow>(
    'Images',
    [
      { title: 'Image', cell: ({ id, name }) => createLink('image', { id }, shortenName(name)) },
      { title: 'Project', cell: ({ project }) => project },
      { title: 'Owner', cell: ({ owner }) => shortenName(owner) },
      { title: 'Findings', isNumber: true, cell: ({ findings }) => findings },
    ],
    rows,
  );
}

function capitalize(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
