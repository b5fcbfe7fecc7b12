import { formatCount, groupDigits } from '../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../foundation/present/markup.ts';
import {
  type BaseFix,
  COUNTED_BASES_MAX,
  type FleetBases,
  listBaseFixes,
  readBases,
  type SharedBase,
} from '../query/bases.ts';
import type { PageContext } from './page.ts';
import { createLink, createSeverity, createTable, shortenName } from './parts.ts';

const SHOWN_MAX = 5;

/** Lists the base images whose update comes first. */
export async function readBaseFixes(context: PageContext): Promise<readonly BaseFix[]> {
  const { fleet } = context;
  return await fleet.rememberRevision('base fixes', async () => {
    const { bases } = await readBases(context, fleet);
    return bases.length === 0 ? [] : await listBaseFixes(context, bases, SHOWN_MAX);
  });
}

/** Shows the base images whose update comes first; `undefined` if no base image is known. */
export async function createBaseTable(context: PageContext): Promise<Markup | undefined> {
  const { fleet } = context;
  const known = await readBases(context, fleet);
  if (known.bases.length === 0) {
    return undefined;
  }
  const fixes = await readBaseFixes(context);
  const table =
    fixes.length === 0
      ? markup`<p>No finding in packages of base images has a fix.</p>`
      : createFixTable(fixes);
  return markup`<h3 id="base-fixes">Base images to update</h3>${table}<p class="dim">${describeScope(known, fleet.size)}</p>`;
}

function createFixTable(fixes: readonly BaseFix[]): Markup {
  return createTable<BaseFix>(
    'Base images to update',
    [
      { title: 'Base image', cell: describeBase },
      {
        title: 'Worst, in all images',
        isNumber: true,
        cell: (fix) => createWorst(fix, createSeverity(fix.severity, fix.worstFindings)),
      },
      {
        title: 'Have a fix',
        isNumber: true,
        cell: ({ id, findings }) =>
          createLink('findings', { base: id, fix: 'available' }, formatCount(findings, 'finding')),
      },
      {
        title: 'Images',
        isNumber: true,
        cell: ({ id, images }) => createLink('images', { base: id }, groupDigits(images)),
      },
    ],
    fixes,
  );
}

/** Shows the two facts by which updates are sorted first. */
export function createWorst(
  { isExploited }: Pick<BaseFix, 'isExploited'>,
  severity: Markup,
): Markup {
  return markup`${severity}${isExploited ? markup` <span class="flag bad">exploited</span>` : undefined}`;
}

/** States the limits of the table. */
function describeScope({ bases, images }: FleetBases, all: number): string {
  const rest = all - images;
  const counted =
    bases.length > COUNTED_BASES_MAX
      ? ` Only the ${COUNTED_BASES_MAX} of ${groupDigits(bases.length)} base images with the most images are compared.`
      : '';
  const unknown =
    rest === 0
      ? ''
      : ` The base image of ${formatCount(rest, 'image')} is not known: ${rest === 1 ? 'its' : 'their'} layers are not known, no layer is above the operating system, or an earlier version of plimsoll stored ${rest === 1 ? 'it' : 'them'}.`;
  return `Sorted by known exploitation, worst severity, and the number of findings of this severity in all images. Only findings in packages of the base image count, if advisories name a fixed version. Rebuild the images when a build of the base image contains it.${counted}${unknown}`;
}

/** Names a base image as its layers were recognized, else as all builders do, else by system. */
export function nameBase(base: Pick<SharedBase, 'rows' | 'id'>): Markup {
  const { title, digest } = readBaseNames(base);
  return markup`${createLink('images', { base: base.id }, title)} <span class="version">${digest.slice(0, DIGEST_CHARS)}</span>`;
}

/** Returns the name of a base image without its digest. */
export function readBaseTitle(base: Pick<SharedBase, 'rows' | 'id'>): string {
  return readBaseNames(base).title;
}

function describeBase(base: Pick<SharedBase, 'rows' | 'id'>): Markup {
  const { origin } = readBaseNames(base);
  return markup`${nameBase(base)}${origin === '' ? undefined : markup`<span class="row-note">${origin}</span>`}`;
}

interface BaseNames {
  readonly title: string;
  readonly digest: string;
  /** Where the title comes from, or other names; empty if there is nothing to add. */
  readonly origin: string;
}

function readBaseNames({ rows }: Pick<SharedBase, 'rows'>): BaseNames {
  const recognized = rows.filter(({ source }) => RECOGNIZED.has(source));
  const named = recognized.length > 0 ? recognized : rows;
  const names = [...new Set(named.map(({ name, digest }) => name || digest))];
  const digests = new Set(named.map(({ digest }) => digest).filter((one) => one !== ''));
  const [first] = rows;
  const layers = formatCount(first?.layers ?? 0, 'layer');
  const system = first?.system || 'unknown system';
  const [digest = ''] = digests.size === 1 ? digests : [first?.chain ?? ''];
  const [name = ''] = names;
  if (names.length === 1 && name !== '') {
    const source = NAME_SOURCES.get(named[0]?.source ?? '') ?? '';
    return { title: shortenName(name), digest, origin: `${system}, ${layers}, ${source}` };
  }
  const claims = names.filter((one) => one !== '').map(shortenName);
  const more = claims.length > CLAIMS_MAX ? ' …' : '';
  const origin =
    claims.length === 0 ? '' : `builders name it ${claims.slice(0, CLAIMS_MAX).join(', ')}${more}`;
  return { title: `${system}, base of ${layers}`, digest, origin };
}

const RECOGNIZED: ReadonlySet<string> = new Set(['layers', 'content']);
const CLAIMS_MAX = 3;
/** The algorithm and twelve digits. */
const DIGEST_CHARS = 19;

const NAME_SOURCES: ReadonlyMap<string, string> = new Map([
  ['layers', 'recognized by its layers'],
  ['content', 'recognized by its content'],
  ['annotation', 'named by an annotation'],
  ['label', 'named by a label'],
]);
