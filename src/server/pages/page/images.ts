import type { PolicyOutcome } from '../../../foundation/core/policy-verdict.ts';
import { formatCount, groupDigits } from '../../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';
import { findBase } from '../../query/bases.ts';
import { readFindingCount } from '../../query/distinct-findings.ts';
import { listWorsened } from '../../query/escalations.ts';
import { findAffectedHolders } from '../../query/exposure.ts';
import type { ImageOrder } from '../../query/fleet.ts';
import type { FleetImage } from '../../query/fleet-image.ts';
import { VERDICTS } from '../../query/fleet-verdicts.ts';
import { createOwnerFilter } from '../../query/owners.ts';
import { type EnvironmentChoice, readEnvironmentChoice } from '../../query/placements.ts';
import { findImages } from '../../store/find-images.ts';
import { formatAddress } from '../address.ts';
import { nameBase, readBaseTitle } from '../base-section.ts';
import { listGates } from '../gate-filter.ts';
import { createImageTable } from '../image-table.ts';
import type { PageContent, PageContext } from '../page.ts';
import {
  createFilter,
  createInput,
  createLink,
  createPager,
  createSelect,
  createVerdict,
  ROWS_EACH,
  shortenName,
} from '../parts.ts';
import { createEnvironmentControl } from '../placement-parts.ts';
import { joinReached, REACH_TITLES, readReachChoice } from '../reach-filter.ts';
import { createUnknownReasons } from '../unknown-reasons.ts';

/** Answers: which images are there, and how bad are they? */
export async function createImagesPage(context: PageContext): Promise<PageContent> {
  const { fleet, get } = context;
  if (fleet.size === 0) {
    return {
      heading: 'No images yet',
      body: markup`<p>Send one: <code>plimsoll push IMAGE.tar</code>. Nothing was evaluated, so nothing is known.</p>`,
    };
  }
  const used = await readEnvironmentChoice(context);
  const filter = await createImageFilter(context, used);
  const verdict = get('verdict') as PolicyOutcome | '';
  const judged =
    verdict === '' ? undefined : new Set(fleet.groupByVerdict(get('gate')).get(verdict));
  const all = fleet
    .sortImages(get('sort') as ImageOrder)
    .filter((image) => judged?.has(image) !== false && filter(image));
  const after = Number(get('after'));
  const start = all.findIndex(({ id }) => id === after) + 1;
  const rows = all.slice(start, start + ROWS_EACH);
  const last = rows.at(-1);
  const hasMore = start + rows.length < all.length;
  const notices = [
    ...used.notices,
    ...(after > 0 && start === 0
      ? [`image ${after} is not in this list, so the list starts at its beginning`]
      : []),
    ...(get('reach') !== '' && get('component') === '' && get('vulnerability') === ''
      ? ['the address has "reach" without a component or a vulnerability, so it lists all images']
      : []),
  ];
  const shown = markup`<p class="dim">${formatShown(start, rows.length, all.length)}</p>`;
  const pager = createPager(
    start === 0 ? undefined : formatImages(get, {}),
    hasMore && last !== undefined ? formatImages(get, { after: last.id }) : undefined,
  );
  const list =
    all.length === 0
      ? createNothing(fleet.size)
      : markup`${shown}${createImageTable(rows, { fleet, gate: get('gate') })}${pager}`;
  return {
    heading: await createHeading(all, context),
    body: markup`${createForm(context, used, await nameComponent(context))}${await createBaseScope(context)}${createVerdictLinks(context)}${list}`,
    notices,
  };
}

type Get = PageContext['get'];

/** Filters without a control. */
const HIDDEN = [
  'problems',
  'owner',
  'unowned',
  'covered',
  'worse',
  'component',
  'base',
  'vulnerability',
  'reach',
] as const;
const FILTERS = ['verdict', 'gate', 'q', 'environment', ...HIDDEN, 'sort'] as const;

/** Keeps the filter of the page. */
function formatImages(get: Get, more: Readonly<Record<string, number>>): string {
  return formatAddress('images', {
    ...Object.fromEntries(FILTERS.map((name) => [name, get(name)])),
    ...more,
  });
}

async function createImageFilter(
  context: PageContext,
  { images: used }: EnvironmentChoice,
): Promise<(image: FleetImage) => boolean> {
  const { db, at, get, fleet } = context;
  const words = get('q').toLowerCase().split(/\s+/).filter(Boolean);
  const hasProblems = get('problems') !== '';
  const component = get('component');
  const vulnerability = get('vulnerability');
  const held =
    component === ''
      ? undefined
      : await joinReached(context, await findImages(db, new Set([Number(component)]), at));
  const affected =
    vulnerability === ''
      ? undefined
      : await joinReached(context, await findAffectedHolders(context, vulnerability));
  const based = await findBaseRows(context);
  const isOwned = createOwnerFilter(get);
  const isUncovered = get('covered') !== '';
  const worse = get('worse');
  const worsened = worse === '' ? undefined : await listWorsened(context, fleet, Number(worse));
  return (image) => {
    const text = words.length === 0 ? '' : `${image.name}\n${image.digest}`.toLowerCase();
    return (
      (!hasProblems || image.problems > 0) &&
      isOwned(image) &&
      (!isUncovered || !fleet.isCovered(image)) &&
      (worsened === undefined || worsened.has(image.id)) &&
      (used === undefined || used.has(image.id)) &&
      (held === undefined || held.has(image.id)) &&
      (based === undefined || based.has(image.base)) &&
      (affected === undefined || affected.has(image.id)) &&
      words.every((word) => text.includes(word))
    );
  };
}

/** Returns the rows of the chosen base: none if no image has it, `undefined` without a choice. */
async function findBaseRows(context: PageContext): Promise<ReadonlySet<number> | undefined> {
  const id = context.get('base');
  const base = id === '' ? undefined : await findBase(context, context.fleet, Number(id));
  return id === '' ? undefined : new Set(base?.rows.map((row) => row.id));
}

/** Names the base whose images are shown, and links the findings that its update clears. */
async function createBaseScope(context: PageContext): Promise<Markup | undefined> {
  const { fleet, get } = context;
  const id = get('base');
  const base = id === '' ? undefined : await findBase(context, fleet, Number(id));
  if (base === undefined) {
    return undefined;
  }
  const filter = { fix: 'available', bases: base.rows.map((row) => row.id) };
  const fixed = await readFindingCount(context, filter);
  const cleared =
    fixed === 0
      ? markup`No finding in its packages has a fix.`
      : markup`A newer build of it can clear ${createLink('findings', { base: id, fix: 'available' }, formatCount(fixed, 'finding'))} that ${fixed === 1 ? 'has' : 'have'} a fix.`;
  return markup`<p>Only images with the base image ${nameBase(base)}. ${cleared} <a href="${formatAddress('images')}">Show all images</a></p>`;
}

/** Links the number of each verdict to its images. */
function createVerdictLinks({ fleet, get }: PageContext): Markup | undefined {
  if (FILTERS.some((name) => name !== 'sort' && name !== 'gate' && get(name) !== '')) {
    return undefined;
  }
  const gate = get('gate');
  const groups = fleet.groupByVerdict(gate);
  const links = VERDICTS.filter((word) => groups.has(word)).map((word) => {
    const count = formatCount(groups.get(word)?.length ?? 0, 'image');
    return markup` ${createVerdict(word)} ${createLink('images', { verdict: word, gate }, count)}`;
  });
  const reasons = createUnknownReasons(groups.get('unknown') ?? [], { fleet, gate });
  const why = reasons === undefined ? undefined : markup`<p>Why unknown:</p>${reasons}`;
  return markup`<p>By verdict:${links}</p>${why}`;
}

const VERDICT_TEXTS: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['fail', ['image must not ship', 'images must not ship']],
  ['unknown', ['image is unknown', 'images are unknown']],
  ['warn', ['image may ship with warnings', 'images may ship with warnings']],
  ['pass', ['image may ship', 'images may ship']],
]);

async function createHeading(images: readonly FleetImage[], context: PageContext): Promise<string> {
  const { get, fleet } = context;
  const [one, many] = VERDICT_TEXTS.get(get('verdict')) ?? ['image', 'images'];
  const filters = FILTERS.filter(
    (name) => !['sort', 'gate', 'verdict'].includes(name) && get(name) !== '',
  );
  const title = formatCount(images.length, one, many);
  if (filters.length === 0) {
    return `${title}${describeVerdicts(context, images)}`;
  }
  const base =
    filters.join() === 'base' && images.length > 0
      ? await findBase(context, fleet, Number(get('base')))
      : undefined;
  return base === undefined
    ? `${title} of ${groupDigits(fleet.size)} match`
    : `${title} with the base image ${readBaseTitle(base)}${describeVerdicts(context, images)}`;
}

/** A list of images answers how many must not ship. */
function describeVerdicts({ fleet, get }: PageContext, images: readonly FleetImage[]): string {
  if (get('verdict') !== '') {
    return '';
  }
  const groups = fleet.groupByVerdict(get('gate'));
  const countGroup = (word: PolicyOutcome): number => {
    const group = groups.get(word) ?? [];
    if (images.length === fleet.size) {
      return group.length;
    }
    const own = new Set(group);
    return images.filter((image) => own.has(image)).length;
  };
  const [failing, unknown] = [countGroup('fail'), countGroup('unknown')];
  const parts = [
    ...(failing === 0 ? [] : [`${groupDigits(failing)} must not ship`]),
    ...(unknown === 0 ? [] : [`${groupDigits(unknown)} unknown`]),
  ];
  return parts.length === 0 ? ': all may ship' : `: ${parts.join(', ')}`;
}

function formatShown(start: number, rows: number, total: number): string {
  return `${groupDigits(start + 1)} to ${groupDigits(start + rows)} of ${formatCount(total, 'image')}`;
}

function createNothing(total: number): Markup {
  return markup`<p class="notice">None of ${formatCount(total, 'image')} matches this filter. <a href="${formatAddress('images')}">Show all images</a></p>`;
}

/** Names the package version in the address; `undefined` if the address has none. */
async function nameComponent({ db, get }: PageContext): Promise<string | undefined> {
  const id = get('component');
  if (id === '') {
    return undefined;
  }
  const row = await db
    .selectFrom('component')
    .select(['name', 'version'])
    .where('id', '=', Number(id))
    .executeTakeFirst();
  return row === undefined
    ? `the unknown package version ${id}`
    : `${shortenName(row.name)} ${shortenName(row.version)}`;
}

function createForm(
  { fleet, get }: PageContext,
  { names }: EnvironmentChoice,
  component: string | undefined,
): Markup {
  const hidden = HIDDEN.filter((name) => get(name) !== '').map(
    (name) => markup`<input type="hidden" name="${name}" value="${get(name)}">`,
  );
  return markup`${createFilter(formatAddress('images'), [
    createInput('Name or digest', 'q', get('q')),
    createSelect('Verdict', 'verdict', {
      choices: [{ value: '', title: 'any' }, ...VERDICTS.map((value) => ({ value, title: value }))],
      chosen: get('verdict'),
    }),
    createSelect('An image fails', 'gate', { choices: listGates(fleet), chosen: get('gate') }),
    ...createEnvironmentControl(names, get('environment')),
    createSelect('Order', 'sort', {
      choices: [
        { value: 'severity', title: 'most severe first' },
        { value: 'newest', title: 'newest first' },
        { value: 'name', title: 'by name' },
      ],
      chosen: get('sort'),
    }),
    ...hidden,
  ])}${createScope(get, component)}`;
}

/** Names the filters that have no control. */
function createScope(get: Get, component: string | undefined): Markup | undefined {
  const isAboutPackage = get('component') !== '' || get('vulnerability') !== '';
  const reach = isAboutPackage ? readReachChoice(get) : undefined;
  const parts = [
    ...(reach === undefined ? [] : [`in which the package is ${REACH_TITLES[reach]}`]),
    ...(get('vulnerability') === '' ? [] : [`affected by ${get('vulnerability')}`]),
    ...(component === undefined ? [] : [`with ${component}`]),
    ...(get('owner') === '' ? [] : [`owned by ${get('owner')}`]),
    ...(get('unowned') === '' ? [] : ['without an owner']),
    ...(get('covered') === '' ? [] : ['that were not evaluated completely']),
    ...(get('worse') === '' ? [] : [`whose verdict is worse than at revision ${get('worse')}`]),
    ...(get('problems') === '' ? [] : ['with problems in reading them']),
  ];
  return parts.length === 0
    ? undefined
    : markup`<p>Only images ${parts.join(' and ')}. <a href="${formatAddress('images')}">Show all images</a></p>`;
}
