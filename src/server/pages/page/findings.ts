import { defined } from '../../../foundation/core/defined.ts';
import { formatCount } from '../../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';
import { findBase } from '../../query/bases.ts';
import {
  type DistinctFinding,
  type FindingFilter,
  formatFindingKey,
  listFindings,
  readFindingCount,
} from '../../query/distinct-findings.ts';
import { formatAddress } from '../address.ts';
import { nameBase } from '../base-section.ts';
import type { PageContent, PageContext } from '../page.ts';
import {
  createFilter,
  createInput,
  createLink,
  createPager,
  createSelect,
  createSeverity,
  createTable,
  ROWS_EACH,
  SEVERITY_CHOICES,
} from '../parts.ts';

const WORDS = ['severity', 'least', 'fix', 'exploited', 'package'] as const;
const FILTERS = [...WORDS, 'base'] as const;

/** Answers: which findings are there, over all images, the most severe first? */
export async function createFindingsPage(context: PageContext): Promise<PageContent> {
  const { get, fleet, revision } = context;
  const chosen = await chooseBase(context);
  const filter: FindingFilter = {
    ...Object.fromEntries(WORDS.map((name) => [name, get(name)])),
    ...defined({ bases: chosen?.rows }),
  };
  const total = await readFindingCount(context, filter);
  const { shown, hasMore } = await readFindingRows(context, filter, get('after'));
  const last = shown.at(-1);
  const pager = createPager(
    get('after') === '' ? undefined : formatFindings(get, {}),
    hasMore && last !== undefined
      ? formatFindings(get, { after: formatFindingKey(last) })
      : undefined,
  );
  const isFiltered = FILTERS.some((name) => get(name) !== '');
  const empty = createEmpty(fleet.size, isFiltered, revision?.id ?? 0);
  const list =
    total === 0
      ? empty
      : markup`<p class="dim">Each row is one vulnerability in one package version, once for all images: first those known to be exploited, then by severity. Counted before decisions.</p>${createHeldFindings(shown, chosen !== undefined)}${pager}`;
  return {
    heading: createHeading(total, fleet.size, get),
    body: markup`${createForm(get)}${chosen?.note}${list}`,
  };
}

/** Maximum number of rows that are read to fill a page. */
const READ_MAX = 200;

export interface FindingRows {
  /** In the order of the list, including those in no image. */
  readonly shown: readonly DistinctFinding[];
  readonly hasMore: boolean;
}

/** Reads until a page has enough findings in images, after a row. */
export async function readFindingRows(
  context: PageContext,
  filter: FindingFilter,
  start: string,
): Promise<FindingRows> {
  const shown: DistinctFinding[] = [];
  let after = start;
  let missing = ROWS_EACH;
  while (missing > 0 && shown.length < READ_MAX) {
    const rows = await listFindings(context, filter, { after, rows: missing + 1 });
    const some = rows.slice(0, missing);
    const last = some.at(-1);
    shown.push(...some);
    if (rows.length <= missing || last === undefined) {
      return { shown, hasMore: false };
    }
    after = formatFindingKey(last);
    missing = ROWS_EACH - shown.filter(({ images }) => images > 0).length;
  }
  return { shown, hasMore: true };
}

/** Folds the findings of packages that no image contains now: they need no action. */
function createHeldFindings(rows: readonly DistinctFinding[], isOfBase: boolean): Markup {
  const held = rows.filter(({ images }) => images > 0);
  const others = rows.filter(({ images }) => images === 0);
  const table = held.length === 0 ? undefined : createFindingTable(held, { isOfBase });
  const rest =
    others.length === 0
      ? undefined
      : markup`<details><summary>${formatCount(others.length, 'finding')} of this page in packages that no image contains now</summary>${createFindingTable(others, { label: 'Findings in no image' })}</details>`;
  return markup`${table}${rest}`;
}

/** IDs begin with 1. */
const NO_BASE = 0;

interface ChosenBase {
  readonly rows: readonly number[];
  readonly note: Markup;
}

/** Reads the base image in the address, which the form cannot change. */
async function chooseBase(context: PageContext): Promise<ChosenBase | undefined> {
  const id = context.get('base');
  if (id === '') {
    return undefined;
  }
  const base = await findBase(context, context.fleet, Number(id));
  const all = markup`<a href="${formatAddress('findings')}">Show all findings</a>`;
  return base === undefined
    ? { rows: [NO_BASE], note: markup`<p class="notice">No image has base ${id}.</p>` }
    : {
        rows: base.rows.map((row) => row.id),
        note: markup`<p>Only findings in packages of the base image ${nameBase(base)}, which ${createLink('images', { base: id }, formatCount(base.images, 'image'))} ${base.images === 1 ? 'has' : 'have'}. ${all}</p>`,
      };
}

type Get = PageContext['get'];

function createHeading(total: number, images: number, get: Get): string {
  if (images === 0) {
    return 'No images yet';
  }
  const [severity, least] = [get('severity'), get('least')];
  const word = severity === '' ? (least === '' ? '' : `${least} or worse `) : `${severity} `;
  const parts = [
    ...(get('package') === '' ? [] : [`in ${get('package')}`]),
    ...(get('fix') === 'available' ? ['with a fix'] : []),
    ...(get('fix') === 'none' ? ['without a fix'] : []),
    ...(get('exploited') === '' ? [] : ['known to be exploited']),
    ...(get('base') === '' ? [] : ['in packages of one base image']),
  ];
  return `${formatCount(total, `${word}finding`)} ${parts.join(', ')}`.trim();
}

function formatFindings(get: Get, more: Readonly<Record<string, string>>): string {
  return formatAddress('findings', {
    ...Object.fromEntries(FILTERS.map((name) => [name, get(name)])),
    ...more,
  });
}

function createEmpty(images: number, isFiltered: boolean, revision: number): Markup {
  if (images === 0) {
    return markup`<p>Send an image: <code>plimsoll push IMAGE.tar</code>. Nothing was evaluated, so nothing is known.</p>`;
  }
  return isFiltered
    ? markup`<p class="notice">No finding matches this filter. <a href="${formatAddress('findings')}">Show all findings</a></p>`
    : markup`<p class="notice good">No finding in ${formatCount(images, 'image')} at revision ${revision}.</p>`;
}

function createForm(get: Get): Markup {
  const any = { value: '', title: 'any' };
  const base = get('base');
  return createFilter(formatAddress('findings'), [
    createInput('Package, exact name', 'package', get('package')),
    createSelect('Severity', 'severity', {
      choices: [any, ...SEVERITY_CHOICES],
      chosen: get('severity'),
    }),
    createSelect('At least', 'least', {
      choices: [any, ...SEVERITY_CHOICES],
      chosen: get('least'),
    }),
    createSelect('Fix', 'fix', {
      choices: [any, { value: 'available', title: 'available' }, { value: 'none', title: 'none' }],
      chosen: get('fix'),
    }),
    createSelect('Known to be exploited', 'exploited', {
      choices: [any, { value: 'yes', title: 'yes' }],
      chosen: get('exploited'),
    }),
    ...(base === '' ? [] : [markup`<input type="hidden" name="base" value="${base}">`]),
  ]);
}

/** States of a fix without a version. */
const FIX_STATES: ReadonlyMap<string, string> = new Map([
  ['wont-fix', 'will not be fixed'],
  ['not-fixed', 'not fixed yet'],
  ['unknown', 'no fix known'],
]);

interface FindingTable {
  readonly label?: string;
  /** The images of a row can have other bases, too. */
  readonly isOfBase?: boolean;
}

export function createFindingTable(
  rows: readonly DistinctFinding[],
  { label = 'Findings', isOfBase = false }: FindingTable = {},
): Markup {
  return createTable<DistinctFinding>(
    label,
    [
      {
        title: 'Vulnerability',
        cell: ({ vulnerability, isExploited }) =>
          markup`${createLink('exposure', { vulnerability }, vulnerability)}${isExploited ? markup` <span class="flag bad">exploited</span>` : undefined}`,
      },
      { title: 'Severity', cell: ({ severity }) => createSeverity(severity) },
      {
        title: 'Package',
        cell: ({ name, version }) =>
          markup`${createLink('exposure', { package: name }, name)} <span class="row-note">${version}</span>`,
      },
      {
        title: 'Fixed in',
        cell: ({ fixVersions, fixState }) =>
          fixVersions === ''
            ? markup`<span class="dim">${FIX_STATES.get(fixState) ?? fixState}</span>`
            : fixVersions,
      },
      {
        title: isOfBase ? 'Images with any base' : 'Images',
        isNumber: true,
        cell: ({ images, component }) =>
          images === 0 ? '0' : createLink('images', { component }, formatCount(images, 'image')),
      },
    ],
    rows,
  );
}
