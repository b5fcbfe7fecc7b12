import { compareText } from '../../../foundation/core/compare-text.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { formatCount, groupDigits } from '../../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';
import { listFindings } from '../../query/distinct-findings.ts';
import {
  compareComponents,
  type ExposedComponent,
  type Exposure,
  listAffectedComponents,
} from '../../query/exposure.ts';
import { listFixesOnce } from '../../query/fixes-once.ts';
import { sortSeverity } from '../../query/fleet.ts';
import {
  type EnvironmentChoice,
  type EnvironmentSummary,
  readEnvironmentChoice,
  summarizeEnvironments,
} from '../../query/placements.ts';
import { countComponents } from '../../query/status.ts';
import { compareVersions } from '../../query/version-range.ts';
import { formatAddress } from '../address.ts';
import type { PageContent, PageContext } from '../page.ts';
import {
  createFilter,
  createInput,
  createLink,
  createSection,
  createSeverity,
  createTable,
  shortenName,
  type TableColumn,
} from '../parts.ts';
import { createEnvironmentControl } from '../placement-parts.ts';
import {
  askExposure,
  createReachControl,
  describeReach,
  isAnyAnalyzed,
  listLeftOut,
  REACH_TITLES,
  readReachChoice,
} from '../reach-filter.ts';
import { createLadder } from '../version-ladder.ts';
import { createVulnerabilityFacts } from '../vulnerability-facts.ts';

const COMPONENTS_MAX = 200;
const IMAGES_MAX = 50;

/** Answers: which images contain a package in a range of versions, or a vulnerability? */
export async function createExposurePage(context: PageContext): Promise<PageContent> {
  const { get } = context;
  const used = await readEnvironmentChoice(context);
  const form = createForm(get, used, await createReachControl(context));
  if (context.fleet.size === 0) {
    return {
      heading: 'No images yet',
      body: markup`<p>Nothing was evaluated, so nothing is known. Send an image: <code>plimsoll push IMAGE.tar</code>.</p>`,
    };
  }
  if (get('vulnerability') !== '') {
    return await createVulnerabilityAnswer(context, { form, used });
  }
  return get('package') === ''
    ? {
        heading: 'Where is a package, or a vulnerability?',
        body: markup`<p>${describeSearched(context, await countComponents(context))}</p>${form}${await createExamples(context)}`,
      }
    : await createPackageAnswer(context, { form, used });
}

const EXAMPLES_MAX = 5;
/** Rows that are read to find examples in images. */
const LISTED_MAX = 50;

/** Offers the most urgent packages and vulnerabilities of the store as examples. */
async function createExamples(context: PageContext): Promise<Markup | undefined> {
  const packages = await listFixesOnce(context, EXAMPLES_MAX);
  const listed = await listFindings(context, {}, { after: '', rows: LISTED_MAX });
  const found = listed.filter(({ images }) => images > 0).slice(0, 2 * EXAMPLES_MAX);
  const lines = [
    ...packages.map(
      ({ name, severity, findings, images }) =>
        markup`<li>${createLink('exposure', { package: name }, name)} ${createSeverity(severity)} ${formatCount(findings, 'finding')} in ${formatCount(images, 'image')}</li>`,
    ),
    ...new Map(found.map((one) => [one.vulnerability, one]))
      .values()
      .map(
        ({ vulnerability, severity, name, version }) =>
          markup`<li>${createLink('exposure', { vulnerability }, vulnerability)} ${createSeverity(severity)} in ${shortenName(`${name} ${version}`)}</li>`,
      ),
  ];
  return lines.length === 0
    ? undefined
    : createSection('examples', 'For example, the most severe now', markup`<ul>${lines}</ul>`);
}

type Get = PageContext['get'];

function createForm(get: Get, { names }: EnvironmentChoice, reach: readonly Markup[]): Markup {
  return createFilter(formatAddress('exposure'), [
    createInput('Package, exact name', 'package', get('package')),
    createInput('From version', 'from', get('from')),
    createInput('Below version', 'below', get('below')),
    createInput('or vulnerability', 'vulnerability', get('vulnerability')),
    ...createEnvironmentControl(names, get('environment')),
    ...reach,
  ]);
}

function describePlace(get: Get): string {
  const environment = get('environment');
  return environment === '' ? '' : ` in use in ${environment}`;
}

function describeChoice(get: Get): string {
  const reach = readReachChoice(get);
  return reach === undefined ? '' : ` (${REACH_TITLES[reach]})`;
}

/** An empty result is only good if no image was left out. */
function createNone(get: Get, searched: string): Markup {
  return readReachChoice(get) === undefined
    ? markup`<p class="notice good">0 affected. ${searched}</p>`
    : markup`<p class="notice">No image matches this filter. ${searched}</p>`;
}

function describeSearched({ fleet, revision }: PageContext, searched: number): string {
  return `Checked against ${formatCount(searched, 'package version')} in ${formatCount(fleet.size, 'image')} at revision ${revision?.id ?? 0}.`;
}

interface ExposureFrame {
  readonly form: Markup;
  readonly used: EnvironmentChoice;
}

async function createVulnerabilityAnswer(
  context: PageContext,
  { form, used }: ExposureFrame,
): Promise<PageContent> {
  const { get } = context;
  const vulnerability = get('vulnerability');
  const found = await askExposure(context, { vulnerability, ...defined({ used: used.images }) });
  const { components, images } = found;
  const searched = describeSearched(context, found.searched);
  const notices = [
    ...used.notices,
    ...listLeftOut(get, found),
    ...(get('package') === ''
      ? []
      : ['only the vulnerability counts: leave it empty for a package']),
  ];
  const none = markup`${createNone(get, searched)}<p>The advisories may name the vulnerability by another ID, such as that of a GHSA: try that one, too.</p>`;
  return {
    heading: `${vulnerability}: ${formatCount(images.size, 'image')}${describePlace(get)} affected${describeChoice(get)}`,
    notices,
    body: markup`${form}${
      components.length === 0
        ? none
        : markup`<p>${searched} Counted before decisions.</p>
${await createVulnerabilityFacts(context, vulnerability)}
${await createVersionSection(context, found, await listOtherVersions(context, vulnerability, used))}
${createImageList(context, images, 'Affected images')}`
    }`,
  };
}

/** Packages whose other versions are shown beside the affected ones. */
const NAMES_MAX = 5;
/** Other packages to which the page has a link. */
const LINKED_MAX = 20;

/** Lists the other versions of the affected packages that images contain. */
async function listOtherVersions(
  context: PageContext,
  vulnerability: string,
  used: EnvironmentChoice,
): Promise<readonly ExposedComponent[]> {
  const affected = await listAffectedComponents(context, vulnerability);
  const known = new Set(affected.map(({ component }) => component));
  const names = [...new Set(affected.map(({ name }) => name))].sort(compareText);
  const others: ExposedComponent[] = [];
  for (const name of names.slice(0, NAMES_MAX)) {
    const question = { name, ...defined({ used: used.images }) };
    const { components } = await askExposure(context, question);
    others.push(...components.filter(({ component }) => !known.has(component)));
  }
  return others.map((one) => ({ ...one, findings: 0 }));
}

/** Names the packages whose other versions are not shown, with links to them. */
function createRestNote(affected: readonly ExposedComponent[]): Markup | undefined {
  const names = [...new Set(affected.map(({ name }) => name))];
  const rest = names.slice(NAMES_MAX);
  if (rest.length === 0) {
    return undefined;
  }
  const shown = rest.slice(0, LINKED_MAX);
  const links = shown.map((name) => markup` ${createLink('exposure', { package: name }, name)}`);
  const more = rest.length - shown.length;
  const end = more > 0 ? ` and ${groupDigits(more)} more` : '';
  return markup`<p>Versions without this finding are listed for the first ${NAMES_MAX} of ${names.length} packages. Those of the others are on their own pages:${links}${end}.</p>`;
}

/** The numbers of the rows add up to more than the images if some have several versions. */
function describeOverlap({ components, images }: Exposure): Markup | undefined {
  const sum = components.reduce((total, one) => total + one.images.size, 0);
  return sum === images.size
    ? undefined
    : markup`<p class="dim">Images with several of these package versions count in each row.</p>`;
}

/** Shows affected and other versions as one ladder, in the order of versions. */
async function createVersionSection(
  context: PageContext,
  found: Exposure,
  others: readonly ExposedComponent[],
): Promise<Markup> {
  const { components: affected } = found;
  const rest = others.length === 0 ? '' : `, ${groupDigits(others.length)} without this finding`;
  const rows = [...affected, ...others].sort(compareComponents);
  return createSection(
    'components',
    `${formatCount(affected.length, 'affected package version')}${rest}`,
    markup`${describeOverlap(found)}${await createComponentTable(context, rows)}${createRestNote(affected)}`,
  );
}

function isFixed(type: string, version: string, fix: string): boolean {
  return (compareVersions(type, version, fix) ?? -1) >= 0;
}

/** Returns the first version of a package above the last affected one, with the fix of that. */
function findBoundaries(rows: readonly ExposedComponent[]): ReadonlyMap<number, string> {
  const boundaries = new Map<number, string>();
  for (const [index, { name, type, version, component, severity }] of rows.entries()) {
    const below = rows[index - 1];
    const isSame = below?.name === name && below.type === type;
    const [fix = ''] = below?.fixVersions?.split(' ') ?? [];
    const isHit = isSame && below.severity !== undefined;
    // Another version may lack the finding for another reason, such as its system.
    if (isHit && severity === undefined && fix !== '' && isFixed(type, version, fix)) {
      boundaries.set(component, fix);
    }
  }
  return boundaries;
}

async function createPackageAnswer(
  context: PageContext,
  { form, used }: ExposureFrame,
): Promise<PageContent> {
  const { get } = context;
  const name = get('package');
  const range = { from: get('from'), below: get('below') };
  const question = { name, ...range, ...defined({ used: used.images }) };
  const found = await askExposure(context, question);
  const { components, images, outside, incomparable } = found;
  const searched = describeSearched(context, found.searched);
  const notices = [
    ...used.notices,
    ...listLeftOut(get, found),
    ...(incomparable === 0
      ? []
      : [
          `${formatCount(incomparable, 'version')} cannot be compared with this range and ${incomparable === 1 ? 'is' : 'are'} listed, too`,
        ]),
  ];
  const other =
    outside === 0 ? '' : ` ${formatCount(outside, 'other version')} of it outside the range.`;
  const none = createNone(get, `${searched}${other}`);
  const limits = [
    ...(range.from === '' ? [] : [`from ${range.from}`]),
    ...(range.below === '' ? [] : [`below ${range.below}`]),
  ];
  return {
    heading: `${[name, ...limits].join(' ')}: ${formatCount(images.size, 'image')}${describePlace(get)}${describeChoice(get)}`,
    notices,
    body: markup`${form}${
      components.length === 0
        ? none
        : markup`<p>${searched}${other} ${createLink('findings', { package: name }, 'Findings of all versions')}</p>
${createSection('components', formatCount(components.length, 'version'), await createComponentTable(context, components))}
${createImageList(context, images, 'Images that contain it')}`
    }`,
  };
}

function linkImages(values: Readonly<Record<string, string>>, count: number): Markup | undefined {
  return count === 0 ? undefined : createLink('images', values, formatCount(count, 'image'));
}

/** The columns about findings: of one vulnerability, or of all. */
function createFindingColumns(isVulnerability: boolean): readonly TableColumn<ExposedComponent>[] {
  if (!isVulnerability) {
    return [
      { title: 'Distinct findings', isNumber: true, cell: ({ findings }) => findings },
      {
        title: 'Highest severity',
        cell: ({ worst }) =>
          worst === undefined
            ? markup`<span class="dim">no findings</span>`
            : createSeverity(worst),
      },
      { title: 'Fixed in', cell: describeClearance },
    ];
  }
  return [
    {
      title: 'Severity',
      cell: ({ severity }) =>
        severity === undefined
          ? markup`<span class="v v-pass"><span aria-hidden="true">✔</span> not affected</span>`
          : createSeverity(severity),
    },
    {
      title: 'Fixed in',
      cell: ({ fixVersions, severity }) =>
        severity === undefined ? undefined : describeFix(fixVersions),
    },
  ];
}

function describeFix(version: string | undefined): Markup {
  return version === undefined || version === ''
    ? markup`<span class="dim">no fix</span>`
    : markup`<span class="version">${version}</span>`;
}

/** Reports how many findings the version fixes, if others have no fix. */
function describeClearance(one: ExposedComponent): Markup | undefined {
  const { worst, clearedBy, cleared = 0, findings } = one;
  const part =
    cleared > 0 && cleared < findings
      ? markup`<span class="row-note">${cleared} of ${findings}; others have no fix</span>`
      : undefined;
  return worst === undefined ? undefined : markup`${describeFix(clearedBy)}${part}`;
}

async function createComponentTable(
  context: PageContext,
  components: readonly ExposedComponent[],
): Promise<Markup> {
  const { get, fleet } = context;
  const environments = await summarizeEnvironments(context);
  const shown = components.slice(0, COMPONENTS_MAX);
  const more = components.length - shown.length;
  const isVulnerability = get('vulnerability') !== '';
  const boundaries = findBoundaries(shown);
  const table = createTable<ExposedComponent>(
    'Versions',
    [
      {
        title: 'Version',
        cell: ({ name, version, type, component }) =>
          markup`${createBoundary(boundaries.get(component))}${isVulnerability ? markup`${createLink('exposure', { package: name }, name)} ` : undefined}<span class="version">${version}</span> <span class="row-note">${type}</span>`,
      },
      ...createFindingColumns(isVulnerability),
      {
        title: 'Share of images',
        cell: ({ images, findings }) =>
          createLadder(images.size / Math.max(1, fleet.size), findings > 0),
      },
      {
        title: 'Images',
        isNumber: true,
        cell: ({ component, images }) =>
          linkImages(
            { component: String(component), environment: get('environment'), reach: get('reach') },
            images.size,
          ) ?? '0',
      },
      ...(!isAnyAnalyzed(components)
        ? []
        : [
            {
              title: 'Can an image load it?',
              cell: ({ component, reach }: ExposedComponent) =>
                describeReach(reach, {
                  component,
                  environment: get('environment'),
                }),
            },
          ]),
      ...(environments.length === 0
        ? []
        : [
            {
              title: 'In use',
              cell: (one: ExposedComponent) => linkInUse(one, environments, get('reach')),
            },
          ]),
    ],
    shown,
  );
  const rest = more > 0 ? markup`<p>And ${formatCount(more, 'more version')}.</p>` : undefined;
  return markup`${table}${rest}`;
}

/** Links to the images of a version that are in use in each environment. */
function linkInUse(
  { component, images }: ExposedComponent,
  environments: readonly EnvironmentSummary[],
  reach: string,
): Markup {
  const places = environments.flatMap(({ environment, images: used }) => {
    const count = [...images].filter((id) => used.has(id)).length;
    return count === 0 || environment === ''
      ? []
      : [
          markup`${createLink('images', { component, environment, reach }, `${groupDigits(count)} in ${environment}`)} `,
        ];
  });
  return places.length === 0 ? markup`<span class="dim">not reported</span>` : markup`${places}`;
}

function createBoundary(fix: string | undefined): Markup | undefined {
  return fix === undefined ? undefined : markup`<span class="boundary">fixed in ${fix}</span>`;
}

function createImageList(
  { fleet, get }: PageContext,
  images: ReadonlySet<number>,
  title: string,
): Markup {
  const vulnerability = get('vulnerability');
  const values = { vulnerability, environment: get('environment'), reach: get('reach') };
  const verdicts =
    vulnerability === ''
      ? undefined
      : markup`<p>${createLink('images', values, 'Show these images with their verdicts')}</p>`;
  const held = [...images].flatMap((id) => fleet.get(id) ?? []);
  const shown = sortSeverity(held).slice(0, IMAGES_MAX);
  const more = images.size - shown.length;
  const lines = shown.map(({ id, name }) => markup`<li>${createLink('image', { id }, name)}</li>`);
  const rest = more > 0 ? markup`<p>And ${groupDigits(more)} more.</p>` : undefined;
  return createSection('images', title, markup`<ul>${lines}</ul>${rest}${verdicts}`);
}
