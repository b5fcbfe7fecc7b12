import { formatCount, groupDigits } from '../../../core/screen-text.ts';
import { type Markup, markup } from '../../../present/markup.ts';
import { countImagesInUse, listUnknownImages } from '../../placement/list-placements.ts';
import type { ImagesInUse, UnknownImage } from '../../placement/placement.ts';
import { formatAddress } from '../address.ts';
import { createImageTable } from '../image-table.ts';
import type { PageContent, PageContext } from '../page.ts';
import { createSection, createTable, shortenName } from '../parts.ts';
import {
  createPlacementList,
  createScopeNote,
  createSourceSection,
  linkEnvironment,
  linkFailing,
  nameEnvironment,
} from '../placement-parts.ts';
import {
  type EnvironmentSummary,
  listFleetPlacements,
  listSourceStates,
  summarizeEnvironments,
} from '../query/placements.ts';

const UNKNOWN_MAX = 200;
const KNOWN_MAX = 20;

/** Answers: which images are in use, where, and which of them are unknown? */
export async function createPlacementsPage(context: PageContext): Promise<PageContent> {
  const all = await listFleetPlacements(context);
  const sources = await listSourceStates(context);
  if (all.length === 0 && sources.length === 0) {
    return {
      heading: 'Nobody has reported which images are in use',
      body: markup`<p>Report them: <code>kubectl get pods -A -o json | plimsoll push --placements - --environment prod</code>. A compose file and a table (CSV) work, too.</p>`,
    };
  }
  const unknown = listUnknownImages(all);
  const environments = await summarizeEnvironments(context);
  const counts = countImagesInUse(all);
  const isScoped = context.caller?.projects !== undefined;
  return {
    heading: isScoped ? `${formatCount(counts.known, 'image')} in use` : describeKnown(counts),
    body: markup`${isScoped ? createScopeNote() : undefined}${createEnvironmentSection(context, environments)}
${createKnownSection(context, environments)}
${all.length === 0 ? undefined : createSection('placements', formatCount(all.length, 'placement'), createPlacementList(context, all))}
${createUnknownSection(unknown)}
${await createSourceSection(context)}
${createWatchedLink(context)}`,
  };
}

function createWatchedLink({ caller }: PageContext): Markup | undefined {
  return caller?.closed?.includes('watched') === true
    ? undefined
    : markup`<p><a href="${formatAddress('watched')}">Everything that is watched</a></p>`;
}

function countInUse({ known, unknown, unresolved }: ImagesInUse): number {
  return known + unknown + unresolved;
}

function describeKnown({ known, unknown, unresolved }: ImagesInUse): string {
  const total = countInUse({ known, unknown, unresolved });
  const missing = unknown + unresolved;
  if (total === 0) {
    return 'No image is in use';
  }
  return missing === 0
    ? `The store has ${total === 1 ? 'the image' : `all ${groupDigits(total)} images`} in use`
    : `${groupDigits(missing)} of ${formatCount(total, 'image')} in use ${missing === 1 ? 'is' : 'are'} unknown`;
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
        title: 'Known',
        isNumber: true,
        cell: (one) => linkEnvironment(one, groupDigits(one.images.size)),
      },
      {
        title: 'Must not ship',
        isNumber: true,
        cell: (one) => linkFailing(context, one).link,
      },
      { title: 'Exposed', isNumber: true, cell: ({ exposed }) => exposed.size },
      {
        title: 'Unknown',
        isNumber: true,
        cell: ({ counts: { unknown, unresolved } }) => {
          const byTag =
            unresolved === 0
              ? undefined
              : markup` <span class="row-note">${unresolved} only by a tag</span>`;
          return markup`${groupDigits(unknown + unresolved)}${byTag}`;
        },
      },
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

/** Shows the known images in use with their verdicts, the most severe first. */
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
        `${formatCount(rows.length, 'known image')} in use`,
        markup`${createImageTable(rows.slice(0, KNOWN_MAX), { fleet, gate: get('gate') })}${rest}`,
      );
}

function createUnknownSection(unknown: readonly UnknownImage[]): Markup | undefined {
  if (unknown.length === 0) {
    return undefined;
  }
  const more = unknown.length - UNKNOWN_MAX;
  const table = createTable<UnknownImage>(
    'Unknown images',
    [
      { title: 'Image', cell: ({ reference }) => shortenName(reference) },
      {
        title: 'Why',
        cell: ({ digest }) =>
          digest === ''
            ? markup`it is only named by a tag, so it may be any image`
            : markup`the store has no inventory of <code>${digest}</code>`,
      },
      {
        title: 'Environments',
        cell: ({ environments }) => environments.map(nameEnvironment).join(', '),
      },
      { title: 'Placements', isNumber: true, cell: ({ placements }) => placements },
    ],
    unknown.slice(0, UNKNOWN_MAX),
  );
  const rest = more > 0 ? markup`<p>And ${formatCount(more, 'more image')}.</p>` : undefined;
  return createSection(
    'unknown',
    formatCount(unknown.length, 'unknown image'),
    markup`<p>Nothing is known about them. Send them with <code>plimsoll push IMAGE</code>.</p>${table}${rest}`,
  );
}
