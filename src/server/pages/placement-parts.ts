import { formatCount, groupDigits } from '../../foundation/core/screen-text.ts';
import { createImageName } from '../../foundation/identity/image-reference.ts';
import { joinMarkup, type Markup, markup } from '../../foundation/present/markup.ts';
import { listUnknownImages } from '../placement/list-placements.ts';
import type { ImagesInUse, PlacementView } from '../placement/placement.ts';
import type { FleetImage } from '../query/fleet-image.ts';
import {
  type EnvironmentSummary,
  findNamedImages,
  listFleetPlacements,
  listSourceStates,
  summarizeEnvironments,
} from '../query/placements.ts';
import {
  type AttachedDocumentView,
  listAttachedDocuments,
  listImageAttachments,
} from '../registry/attachments.ts';
import { formatAddress } from './address.ts';
import type { PageContext } from './page.ts';
import {
  createLink,
  createSection,
  createSelect,
  createTable,
  createTime,
  formatAge,
  shortenName,
  type TableColumn,
} from './parts.ts';

const ROWS_MAX = 100;
const ENVIRONMENTS_MAX = 5;

export function nameEnvironment(environment: string): string {
  return environment === '' ? 'not declared' : environment;
}

/** A control that chooses an environment; none if no source reports one. */
export function createEnvironmentControl(
  names: readonly string[],
  chosen: string,
): readonly Markup[] {
  const all = names.includes(chosen) || chosen === '' ? names : [...names, chosen];
  const choices = [
    { value: '', title: 'anywhere or nowhere' },
    ...all.map((value) => ({ value, title: shortenName(value) })),
  ];
  return all.length === 0 ? [] : [createSelect('In use in', 'environment', { choices, chosen })];
}

/** Links to the images in use in an environment. */
export function linkEnvironment(
  { environment, images }: Pick<EnvironmentSummary, 'environment' | 'images'>,
  text: string,
): Markup {
  return environment === '' || images.size === 0
    ? markup`${text}`
    : createLink('images', { environment }, text);
}

/** Links the number of images in use in an environment that must not ship. */
export function linkFailing(
  { fleet, get }: Pick<PageContext, 'fleet' | 'get'>,
  { environment, images }: EnvironmentSummary,
): { readonly count: number; readonly link: Markup } {
  const gate = get('gate');
  const failing = fleet.groupByVerdict(gate).get('fail') ?? [];
  const count = failing.filter(({ id }) => images.has(id)).length;
  const text = groupDigits(count);
  const link =
    environment === '' || count === 0
      ? markup`${text}`
      : createLink('images', { environment, verdict: 'fail', gate }, text);
  return { count, link };
}

/** Images without a known digest may be of any project, so a scope does not count them. */
export function createScopeNote(): Markup {
  return markup`<p class="dim">Images in use whose digest the store does not know, or that are only named by a tag, are not counted: they may be of any project.</p>`;
}

export function countInUse({ known, unknown, unresolved }: ImagesInUse): number {
  return known + unknown + unresolved;
}

/** Describes the images in use that the store does not have, or that it cannot identify. */
export function listMissing({ unknown, unresolved }: ImagesInUse): readonly string[] {
  return [
    ...(unknown === 0 ? [] : [`${groupDigits(unknown)} not in the store`]),
    ...(unresolved === 0 ? [] : [`${groupDigits(unresolved)} named without a digest`]),
  ];
}

/** Shows how many images are in use, by environment; `undefined` if no source reports any. */
export async function createInUseCard(context: PageContext): Promise<Markup | undefined> {
  const all = await summarizeEnvironments(context);
  if (all.length === 0) {
    return undefined;
  }
  const lines = all.slice(0, ENVIRONMENTS_MAX).map((one) => createEnvironmentLine(context, one));
  const more = all.length - lines.length;
  const rest = more > 0 ? markup`<li>and ${formatCount(more, 'more environment')}</li>` : undefined;
  const page = formatAddress('placements');
  const silent = (await listSourceStates(context)).filter(({ isSilent }) => isSilent);
  const late =
    silent.length === 0 || context.at !== undefined
      ? undefined
      : markup`<p>${formatCount(silent.length, 'source')} without a report for more than a day.</p>`;
  return markup`<section class="card"><h2>In use</h2><ul>${lines}${rest}</ul>${await createMissingNote(context)}${late}<p><a href="${page}">Where images run</a></p></section>`;
}

function createEnvironmentLine(context: PageContext, one: EnvironmentSummary): Markup {
  const { count, link } = linkFailing(context, one);
  const known = one.images.size;
  const parts = [
    ...(known > count ? [linkEnvironment(one, `${groupDigits(known)} in the store`)] : []),
    ...(count > 0 ? [markup`<span class="v v-fail">${link} must not ship</span>`] : []),
    ...(count === 0 && known > 0 ? [markup`none must not ship`] : []),
    ...listMissing(one.counts).map((text) => markup`${text}`),
  ];
  return markup`<li>${nameEnvironment(one.environment)}: <b>${formatCount(countInUse(one.counts), 'image')} in use</b>: ${joinMarkup(parts)}</li>`;
}

const NAMED_MAX = 3;

/** Lists images in use that are named as an image of the store. */
async function createMissingNote(context: PageContext): Promise<Markup | undefined> {
  if (context.caller?.projects !== undefined) {
    return createScopeNote();
  }
  const missing = listUnknownImages(await listFleetPlacements(context));
  if (missing.length === 0) {
    return markup`<p>The store has every image in use.</p>`;
  }
  const unresolved = missing.filter(({ digest }) => digest === '');
  const named = await findNamedImages(context, unresolved.slice(0, NAMED_MAX));
  return markup`${[...named].map(([reference, image]) => markup`<p>One is ${describeNamed(reference, image)}.</p>`)}`;
}

/** A tag can name another build later, so the image of this name may not be the one in use. */
export function describeNamed(reference: string, { id }: FleetImage): Markup {
  return markup`named ${shortenName(reference)}, without a digest: it may be another build than ${createLink('image', { id }, 'the image of this name')}`;
}

/** Shows where an image runs; `undefined` if no source reports anything. */
export async function createPlacementSection(
  context: PageContext,
  image: FleetImage,
): Promise<Markup | undefined> {
  const all = await listFleetPlacements(context);
  if (all.length === 0) {
    return undefined;
  }
  const own = all.filter(({ images }) => images.includes(image.id));
  const name = createImageName(image.name);
  const possible = all.filter(({ digest, reference }) => digest === '' && name.isSame(reference));
  const title =
    own.length === 0
      ? 'Not reported to be in use'
      : `In use in ${listWords(own.map(({ environment }) => nameEnvironment(environment)))}`;
  const none = markup`<p>No report lists this digest. <a href="${formatAddress('placements')}">All reports</a></p>`;
  const list = own.length === 0 ? none : createPlacementTable('In use', own);
  const byTag =
    possible.length === 0
      ? undefined
      : markup`<p class="notice">${formatCount(possible.length, 'workload names', 'workloads name')} an image with this name by its tag: it may be this one or another.</p>${createPlacementTable('Named by tag', possible)}`;
  return createSection('placements', title, markup`${list}${byTag}`);
}

function listWords(words: readonly string[]): string {
  return [...new Set(words)].join(', ');
}

/** Lists placements, each with the image that runs there, those of unknown images last. */
export function createPlacementList(
  { fleet }: Pick<PageContext, 'fleet'>,
  placements: readonly PlacementView[],
): Markup {
  const image: TableColumn<PlacementView> = {
    title: 'Image',
    cell: ({ images, reference, digest }) => {
      const links = images.map((id) => markup`${linkImage(fleet, id)} `);
      const why = digest === '' ? 'named without a digest' : 'not in the store';
      return links.length === 0
        ? markup`${shortenName(reference)} <span class="row-note">${why}</span>`
        : markup`${links}`;
    },
  };
  const sorted = placements.toSorted(
    (left, right) => Number(left.images.length === 0) - Number(right.images.length === 0),
  );
  return createPlacementTable('Placements', sorted, [image]);
}

function linkImage(fleet: PageContext['fleet'], id: number): Markup {
  return createLink('image', { id }, fleet.get(id)?.name ?? `image ${id}`);
}

function createPlacementTable(
  label: string,
  placements: readonly PlacementView[],
  first: readonly TableColumn<PlacementView>[] = [],
): Markup {
  const more = placements.length - ROWS_MAX;
  const table = createTable<PlacementView>(
    label,
    [
      ...first,
      {
        title: 'Workload',
        cell: ({ workload, namespace }) =>
          markup`${shortenName(workload || 'not declared')} <span class="row-note">${shortenName(namespace)}</span>`,
      },
      { title: 'Environment', cell: ({ environment }) => nameEnvironment(environment) },
      {
        title: 'Exposure',
        cell: ({ exposure }) => (exposure === 'unknown' ? 'not declared' : exposure),
      },
      { title: 'Named as', cell: ({ reference }) => shortenName(reference) },
      { title: 'Since', cell: ({ since }) => createTime(Date.parse(since)) },
      { title: 'Source', cell: ({ source }) => source },
    ],
    placements.slice(0, ROWS_MAX),
  );
  const rest = more > 0 ? markup`<p>And ${formatCount(more, 'more placement')}.</p>` : undefined;
  return markup`${table}${rest}`;
}

/** Lists the sources of placements, and marks those that are silent. */
export async function createSourceSection(context: PageContext): Promise<Markup | undefined> {
  if (context.at !== undefined) {
    return undefined;
  }
  const time = Date.parse(context.now);
  const states = await listSourceStates(context);
  type State = (typeof states)[number];
  const table = createTable<State>(
    'Sources',
    [
      { title: 'Source', cell: ({ source }) => source },
      {
        title: 'Last report',
        cell: ({ at, isSilent }) =>
          markup`${createTime(Date.parse(at))} <span class="row-note">${formatAge(Date.parse(at), time)} ago${isSilent ? ': what runs there now is unknown' : ''}</span>`,
      },
      { title: 'Placements', isNumber: true, cell: ({ placements }) => placements },
      ...(context.caller?.projects === undefined
        ? [{ title: 'Sent by', cell: ({ sender }: State) => sender }]
        : []),
    ],
    states,
  );
  return createSection(
    'sources',
    formatCount(states.length, 'source of reports', 'sources of reports'),
    table,
  );
}

/** Lists the documents that watched registries have for an image; `undefined` if there are none. */
export async function createAttachmentSection(
  { db, at }: PageContext,
  { id }: FleetImage,
): Promise<Markup | undefined> {
  const all = at === undefined ? await listImageAttachments(db, id) : [];
  const read = at === undefined ? await listAttachedDocuments(db, id) : [];
  if (all.length + read.length === 0) {
    return undefined;
  }
  const lines = all
    .slice(0, ROWS_MAX)
    .map(
      ({ kind, registry, repository, name }) =>
        markup`<li>${shortenName(kind)}: <code>${shortenName(`${registry}/${repository}`)}</code> <code>${shortenName(name)}</code></li>`,
    );
  const table = createTable<AttachedDocumentView>(
    'Contents of attached documents',
    [
      { title: 'Document', cell: ({ kind }) => shortenName(kind) },
      { title: 'Signature', cell: ({ state }) => SIGNATURES.get(state) ?? state },
      { title: 'Content', cell: ({ note }) => shortenName(note) },
      { title: 'Digest', cell: ({ digest }) => markup`<code>${shortenName(digest)}</code>` },
    ],
    read.slice(0, ROWS_MAX),
  );
  const note = markup`<p class="dim">Statements about the image wait on the page <a href="${formatAddress('review')}">Review</a>: nothing counts before an approver agrees.</p>`;
  return createSection(
    'attachments',
    formatCount(Math.max(all.length, read.length), 'attached document'),
    markup`<ul>${lines}</ul>${read.length === 0 ? undefined : markup`${table}${note}`}`,
  );
}

/** The states of signatures in words. */
const SIGNATURES: ReadonlyMap<string, string> = new Map([
  ['verified', '✔ verified'],
  ['unsigned', 'not signed'],
  ['refused', '✖ not by a key or identity that this server accepts'],
  ['other-subject', '✖ for another image'],
  ['malformed', 'not a statement'],
  ['unchecked', 'not checked: the server accepts no key or identity'],
]);
