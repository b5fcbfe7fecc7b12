import { formatCount } from '../../core/screen-text.ts';
import { type Markup, markup } from '../../present/markup.ts';
import { formatAddress } from './address.ts';
import { createTime } from './parts.ts';
import type { Effect, RevisionChange } from './query/revisions.ts';

/** Words for the cause of a revision. */
const CAUSES = { data: 'Advisories', image: 'Image' } as const;

/** One line about a cause and its effects. */
export function createChangeLine(change: RevisionChange, details?: Markup): Markup {
  const { id, at, kind } = change;
  return markup`<li id="r${id}">${createTime(at)}<span class="flag">${CAUSES[kind]}</span>${describeChange(change)}${details}</li>`;
}

/** Describes cause and effects in one sentence. */
export function describeChange({ kind, image, ...counts }: RevisionChange): Markup {
  const { id, matched, opened, closed } = counts;
  if (kind === 'image') {
    const name =
      image === undefined
        ? markup`an image`
        : markup`<a href="${formatAddress('image', { id: image.id })}">${image.name}</a>`;
    const news =
      matched === 0
        ? 'all its components were known'
        : `${formatCount(matched, 'component')} new to the store, with ${formatCount(opened, 'match', 'matches')}`;
    return markup`${name} was added: ${news}.`;
  }
  return markup`New advisories (revision ${id}): ${formatCount(opened, 'match', 'matches')} opened and ${closed} closed in ${formatCount(matched, 'component')}.`;
}

/** Describes one effect of new advisories. */
export function describeEffect({ vulnerability, kind, change, ...effect }: Effect): Markup {
  const { name, version, images, component } = effect;
  const where =
    images === 0
      ? markup`no image`
      : markup`<a href="${formatAddress('images', { component })}">${formatCount(images, 'image')}</a>`;
  return markup`<a href="${formatAddress('exposure', { vulnerability })}">${vulnerability}</a> in ${name} ${version}: ${kind} ${change} in ${where}`;
}
