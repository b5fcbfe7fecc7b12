import { defined } from '../../../core/defined.ts';
import { formatCount } from '../../../core/screen-text.ts';
import { type Markup, markup } from '../../../present/markup.ts';
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
import { findBase } from '../query/bases.ts';
import {
  countFindings,
  type DistinctFinding,
  type FindingFilter,
  formatFindingKey,
  listFindings,
} from '../query/distinct-findings.ts';

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
  const total = await fleet.remember(
    `findings ${JSON.stringify(filter)}`,
    async () => await countFindings(context, filter),
  );
  const rows = await listFindings(context, filter, { after: get('after'), rows: ROWS_EACH + 1 });
  const shown = rows.slice(0, ROWS_EACH);
  const last = shown.at(-1);
  const pager = createPager(
    get('after') === '' ? undefined : formatFindings(get, {}),
    rows.length > ROWS_EACH && last !== undefined
      ? formatFindings(get, { after: formatFindingKey(last) })
      : undefined,
  );
  const isFiltered = FILTERS.some((name) => get(name) !== '');
  const empty = createEmpty(fleet.size, isFiltered, revision?.id ?? 0);
  const list =
    total === 0
      ? empty
      : markup`<p class="dim">Each row is one vulnerability in one package version, once for all images. Counted before decisions.</p>${createFindingTable(shown)}${pager}`;
  return {
    heading: createHeading(total, fleet.size, get),
    body: markup`${createForm(get)}${chosen?.note}${list}`,
  };
}

/** IDs begin with 1. */
const NO_BASE = 0;

interface ChosenBase {
  readonly rows: readonly number[];
  readonly note: Markup;
}

/** Reads the base whose findings are shown; it has no control. */
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

export function createFindingTable(rows: readonly DistinctFinding[]): Markup {
  return createTable<DistinctFinding>(
    'Findings',
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
        title: 'Images',
        isNumber: true,
        cell: ({ images, component }) =>
          images === 0 ? '0' : createLink('images', { component }, formatCount(images, 'image')),
      },
    ],
    rows,
  );
}
