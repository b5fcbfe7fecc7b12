import { formatCount, groupDigits } from '../../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';
import { countImagesInUse, listUnknownImages } from '../../placement/list-placements.ts';
import type { ImagesInUse, UnknownImage } from '../../placement/placement.ts';
import {
  type EnvironmentSummary,
  findNamedImages,
  listFleetPlacements,
  listSourceStates,
  summarizeEnvironments,
} from '../../query/placements.ts';
import { formatAddress } from '../address.ts';
import { createImageTable } from '../image-table.ts';
import type { PageContent, PageContext } from '../page.ts';
import { createSection, createTable, shortenName } from '../parts.ts';
import {
  countInUse,
  createPlacementList,
  createScopeNote,
  createSourceSection,
  describeNamed,
  linkEnvironment,
  linkFailing,
  listMissing,
  nameEnvironment,
} from '../placement-parts.ts';

const MISSING_MAX = 200;
const KNOWN_MAX = 20;

/** Answers: which images are in use, where, and which of them does the store not have? */
export async function createPlacementsPage(context: PageContext): Promise<PageContent> {
  const all = await listFleetPlacements(context);
  const sources = await listSourceStates(context);
  if (all.length === 0 && sources.length === 0) {
    return {
      heading: 'No source has reported which images are in use',
      body: markup`<p>Report them: <code>kubectl get pods -A -o json | plimsoll push --placements - --environment prod</code>. A compose file and a table (CSV) work, too.</p>`,
    };
  }
  const missing = listUnknownImages(all);
  const environments = await summarizeEnvironments(context);
  const counts = countImagesInUse(all);
  const isScoped = context.caller?.projects !== undefined;
  return {
    heading: isScoped ? `${formatCount(counts.known, 'image')} in use` : describeKnown(counts),
    body: markup`${isScoped ? createScopeNote() : undefined}${createEnvironmentSection(context, environments)}
${createKnownSection(context, environments)}
${all.length === 0 ? undefined : createSection('placements', formatCount(all.length, 'placement'), createPlacementList(context, all))}
${await createMissingSection(context, missing)}
${await createSourceSection(context)}
${createWatchedLink(context)}`,
  };
}

function createWatchedLink({ caller }: PageContext): Markup | undefined {
  return caller?.closed?.includes('watched') === true
    ? undefined
    : markup`<p><a href="${formatAddress('watched')}">Everything that is watched</a></p>`;
}

function describeKnown(counts: ImagesInUse): string {
  const total = countInUse(counts);
  const missing = listMissing(counts);
  if (total === 0) {
    return 'No image is in use';
  }
  return missing.length === 0
    ? `The store has ${total === 1 ? 'the image' : `all ${groupDigits(total)} images`} in use`
    : `${formatCount(total, 'image')} in use: ${missing.join(', ')}`;
}

function createEnvironmentSection(
  context: PageContext,
  environments: readonly EnvironmentSummary[],
): Markup | undefined {
  if (environments.length === 0) {
    return undefined;
  }
  const table = createTable<EnvironmentSummary>(
    'Environments',
    [
      { title: 'Environment', cell: ({ environment }) => nameEnvironment(environment) },
      { title: 'In use', isNumber: true, cell: ({ counts }) => countInUse(counts) },
      {
        title: 'In the store',
        isNumber: true,
        cell: (one) => linkEnvironment(one, groupDigits(one.images.size)),
      },
      {
        title: 'Must not ship',
        isNumber: true,
        cell: (one) => linkFailing(context, one).link,
      },
      { title: 'Exposed', isNumber: true, cell: ({ exposed }) => exposed.size },
      { title: 'Not in the store', isNumber: true, cell: ({ counts }) => counts.unknown },
      { title: 'Without a digest', isNumber: true, cell: ({ counts }) => counts.unresolved },
    ],
    environments,
  );
  const note = markup`<p class="dim">Images whose exposure was not declared are not counted as exposed: they may be, too.</p>`;
  return createSection(
    'environments',
    formatCount(environments.length, 'environment'),
    markup`${table}${note}`,
  );
}

/** Shows the images of the store in use with their verdicts, the most severe first. */
function createKnownSection(
  { fleet, get }: PageContext,
  environments: readonly EnvironmentSummary[],
): Markup | undefined {
  const used = new Set(environments.flatMap(({ images }) => [...images]));
  const rows = fleet.sortImages('severity').filter(({ id }) => used.has(id));
  const more = rows.length - KNOWN_MAX;
  const rest = more > 0 ? markup`<p>And ${groupDigits(more)} more.</p>` : undefined;
  return rows.length === 0
    ? undefined
    : createSection(
        'known',
        `${formatCount(rows.length, 'image')} of the store in use`,
        markup`${createImageTable(rows.slice(0, KNOWN_MAX), { fleet, gate: get('gate') })}${rest}`,
      );
}

async function createMissingSection(
  context: PageContext,
  missing: readonly UnknownImage[],
): Promise<Markup | undefined> {
  if (missing.length === 0) {
    return undefined;
  }
  const shown = missing.slice(0, MISSING_MAX);
  const more = missing.length - shown.length;
  const named = await findNamedImages(context, shown);
  const table = createTable<UnknownImage>(
    'Images in use without a known inventory',
    [
      { title: 'Image', cell: ({ reference }) => shortenName(reference) },
      {
        title: 'Why',
        cell({ digest, reference }) {
          const image = named.get(reference);
          if (digest !== '') {
            return markup`the store has no inventory of <code>${digest}</code>`;
          }
          return image === undefined
            ? 'named without a digest, so it may be any image'
            : describeNamed(reference, image);
        },
      },
      {
        title: 'Environments',
        cell: ({ environments }) => environments.map(nameEnvironment).join(', '),
      },
      { title: 'Placements', isNumber: true, cell: ({ placements }) => placements },
    ],
    shown,
  );
  const rest = more > 0 ? markup`<p>And ${formatCount(more, 'more image')}.</p>` : undefined;
  return createSection(
    'missing',
    `${formatCount(missing.length, 'image')} in use without a known inventory`,
    markup`<p>Send them with <code>plimsoll push IMAGE</code>, and report images with their digests.</p>${table}${rest}`,
  );
}
