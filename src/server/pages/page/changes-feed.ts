import { formatCount } from '../../../foundation/core/screen-text.ts';
import { markup } from '../../../foundation/present/markup.ts';
import { listRevisions, type RevisionChange } from '../../query/revisions.ts';
import { formatAddress } from '../address.ts';
import { CAUSE_TITLES } from '../change-lines.ts';
import type { PageContext } from '../page.ts';
import { shortenName } from '../parts.ts';

const ENTRIES_MAX = 50;
const EFFECTS_MAX = 20;

/** Writes the newest changes as an Atom feed, RFC 4287. Its links are relative to its address. */
export async function createFeed({ db, revision, now }: PageContext): Promise<string> {
  const changes = await listRevisions(db, { kind: '', before: 0, rows: ENTRIES_MAX });
  const updated = revision === undefined ? now : new Date(revision.at).toISOString();
  const entries = changes.map(
    (
      change,
    ) => markup`<entry><id>urn:plimsoll:revision:${change.id}</id><title>${createTitle(change)}</title><updated>${new Date(change.at).toISOString()}</updated><link href="${formatAddress('changes')}#r${change.id}"/><content type="text">${createText(change)}</content></entry>
`,
  );
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:plimsoll:changes</id><title>plimsoll: changes</title><updated>${updated}</updated><author><name>plimsoll</name></author><link rel="self" href="${formatAddress('atom')}"/>
${entries}</feed>
`.html;
}

function createTitle({ kind, image, opened, closed }: RevisionChange): string {
  if (kind === 'data') {
    return `New advisories: ${formatCount(opened, 'match', 'matches')} opened, ${closed} closed`;
  }
  return kind === 'image'
    ? `${shortenName(image?.name ?? 'An image')} was added`
    : CAUSE_TITLES[kind];
}

function createText({ matched, effects, effectsTotal }: RevisionChange): string {
  const lines = effects
    .slice(0, EFFECTS_MAX)
    .map(
      ({ vulnerability, name, version, kind, change, images }) =>
        `${shortenName(vulnerability)} in ${shortenName(name)} ${shortenName(version)}: ${kind} ${change} in ${formatCount(images, 'image')}`,
    );
  const more = effectsTotal - lines.length;
  return [
    `${formatCount(matched, 'package version')} matched`,
    ...lines,
    ...(more > 0 ? [`and ${formatCount(more, 'more effect')}`] : []),
  ].join('; ');
}
