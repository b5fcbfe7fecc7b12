import { defined } from '../../../foundation/core/defined.ts';
import { UserError } from '../../../foundation/core/error.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';
import { describeReported } from '../../notify/describe-effect.ts';
import { type EffectRow, listEffectImages, readCause } from '../../query/effect-rows.ts';
import { listCauseEffects } from '../../query/revision-effects.ts';
import type { Tables } from '../../store/tables.ts';
import { formatAddress } from '../address.ts';
import { CAUSE_TITLES, endSummary } from '../change-lines.ts';
import type { PageContent, PageContext } from '../page.ts';
import {
  capitalize,
  createLink,
  createPager,
  createTable,
  createTime,
  createVerdict,
  createVerdictReason,
  ROWS_EACH,
  shortenName,
} from '../parts.ts';
import { REACH_TITLES, readReachChoice } from '../reach-filter.ts';

/** Answers: which images does one effect of a cause change? Messages link to it. */
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
  const { kind, subject } = cause;
  const effects = await listCauseEffects(db, [cause]);
  const effect = get('effect') === '' ? (effects[0]?.kind ?? '') : get('effect');
  const owner = get('unowned') === 'yes' ? '' : get('owner') || undefined;
  const project = get('project') || undefined;
  const reach = readReachChoice(get);
  const { items, next, total } = await listEffectImages(db, {
    cause: id,
    effect,
    after: Number(get('after')),
    limit: ROWS_EACH,
    ...defined({ owner, project, reach }),
  });
  const scope = defined({
    project,
    reach,
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
    ...(reach === undefined ? [] : [REACH_TITLES[reach]]),
    ...(owner === undefined ? [] : [owner === '' ? 'without a known owner' : `owner ${owner}`]),
  ];
  return {
    heading:
      effect === ''
        ? 'This cause has no effects'
        : `${describeHeading(items, shown)}${where.length === 0 ? '' : ` (${where.join(', ')})`}`,
    body: markup`${await describeCause(context, cause)}${about}
${total.count === 0 ? markup`<p class="notice">No image has this effect.</p>` : createRows(context, items, effect)}
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

/** States when and why; an image that was added had no verdict before. */
async function describeCause({ db }: PageContext, cause: Tables['cause']): Promise<Markup> {
  const { kind, revision, summary } = cause;
  const row = await db
    .selectFrom('revision')
    .select('at')
    .where('id', '=', revision)
    .executeTakeFirst();
  const time = row === undefined ? undefined : markup`${createTime(row.at)} · `;
  const text =
    kind === 'image'
      ? 'The image was added: it had no verdict before.'
      : endSummary(kind, shortenName(summary));
  return markup`<p>${time}${CAUSE_TITLES[kind]}: ${text} ${createLink('changes', { before: revision + 1 }, `Revision ${revision}`)}</p>`;
}

/** The name of the only image comes first. */
function describeHeading(
  [first, second]: readonly EffectRow[],
  shown: Parameters<typeof describeReported>[0],
): string {
  const text = describeReported(shown);
  return first === undefined || second !== undefined || shown.images !== 1
    ? capitalize(text)
    : `${shortenName(first.name)}: ${text.replace('verdict: ', 'verdict ')}`;
}

function createRows({ fleet }: PageContext, rows: readonly EffectRow[], effect: string): Markup {
  // Effects on verdicts count one for each image.
  const isVerdict = effect.includes('-');
  return createTable<EffectRow>(
    'Images',
    [
      { title: 'Image', cell: ({ id, name }) => createLink('image', { id }, shortenName(name)) },
      {
        title: 'Verdict of this state',
        cell({ id }) {
          const image = fleet.get(id);
          if (image === undefined) {
            return 'not in the store any more';
          }
          const verdict = fleet.judgeListed(image, '');
          const reason = createVerdictReason(verdict, formatAddress('image', { id }));
          return markup`${createVerdict(verdict.word)} <span class="row-note">${reason}</span>`;
        },
      },
      { title: 'Project', cell: ({ project }) => project || 'none stated' },
      { title: 'Owner', cell: ({ owner }) => shortenName(owner) || 'none stated' },
      ...(isVerdict
        ? []
        : [{ title: 'Findings', isNumber: true, cell: (row: EffectRow) => row.findings } as const]),
    ],
    rows,
  );
}
