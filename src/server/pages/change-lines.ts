import { formatCount, groupDigits } from '../../foundation/core/screen-text.ts';
import { joinMarkup, type Markup, markup } from '../../foundation/present/markup.ts';
import { toSentence } from '../../report/format/page/reasons.ts';
import { describeReported } from '../notify/describe-effect.ts';
import type { CauseView } from '../query/changes.ts';
import type { Effect, RevisionChange } from '../query/revisions.ts';
import type { RevisionKind } from '../store/tables.ts';
import { createLink, createTime, shortenName } from './parts.ts';

/** Words for the cause of a revision. */
export const CAUSE_TITLES: Readonly<Record<RevisionKind, string>> = {
  data: 'Advisories',
  image: 'Image',
  decision: 'Decision',
  statement: 'Statement',
  policy: 'Policy',
  time: 'Time',
  retirement: 'Retirement',
  placement: 'Placement',
};

const EVENT_TITLES: Readonly<Record<RevisionKind, string>> = {
  data: 'New advisories',
  image: 'An image was added',
  decision: 'A decision was made or withdrawn',
  statement: 'A statement was made or withdrawn',
  policy: 'The conditions for images were changed',
  time: 'A date was reached',
  retirement: 'Images were retired',
  placement: 'The images in use have changed',
};

/** One line about a cause and its effects. */
function createChangeLine(change: RevisionChange, details?: Markup): Markup {
  const { id, at, kind, causes } = change;
  const [cause] = causes;
  const isOne = kind !== 'data' && cause !== undefined && causes.length === 1;
  const effects = isOne ? createEffects(cause) : createCauses(change);
  const text = isOne && kind !== 'image' ? markup`${endSummary(kind, cause.summary)}` : undefined;
  return markup`<li id="r${id}">${createTime(at)}<span class="flag">${CAUSE_TITLES[kind]}</span>${text ?? describeChange(change)}${effects}${details}</li>`;
}

/** One line about equal changes, which opens to a line for each. */
export function createChangeGroup(
  changes: readonly RevisionChange[],
  createDetails: (change: RevisionChange) => Markup | undefined = () => undefined,
): Markup | undefined {
  const [newest, ...others] = changes;
  const oldest = others.at(-1);
  const lines = changes.map((change) => createChangeLine(change, createDetails(change)));
  if (newest === undefined || oldest === undefined) {
    return lines[0];
  }
  const { kind, at, causes } = newest;
  const effects = causes.flatMap((cause) => cause.effects);
  const result =
    effects.length === 0
      ? undefined
      : markup` → each: <b>${effects.map(describeReported).join(' · ')}</b>`;
  return markup`<li>${createTime(at)}<span class="flag">${CAUSE_TITLES[kind]}</span>${describeEqual(changes, newest)}${result}<details><summary>${formatCount(changes.length, 'change')} since ${createTime(oldest.at)}</summary><ol class="events">${lines}</ol></details></li>`;
}

const NAMES_MAX = 3;

function describeEqual(changes: readonly RevisionChange[], newest: RevisionChange): Markup {
  const { kind, causes } = newest;
  const [cause] = causes;
  if (kind !== 'image') {
    const text = cause === undefined ? EVENT_TITLES[kind] : shortenName(cause.summary);
    return markup`${groupDigits(changes.length)} times: ${text.replace(/\.$/, '')}`;
  }
  const links = changes
    .slice(0, NAMES_MAX)
    .flatMap(({ image }) =>
      image === undefined ? [] : createLink('image', { id: image.id }, image.name),
    );
  const more = changes.length - NAMES_MAX;
  const rest = more > 0 ? markup` and ${groupDigits(more)} more` : undefined;
  return markup`${formatCount(changes.length, 'image was', 'images were')} added: ${joinMarkup(links)}${rest}`;
}

/** Some summaries start with the name of an image or a person, which keeps its case. */
const NAMED: ReadonlySet<RevisionKind> = new Set(['image', 'decision', 'statement']);

/** Writes a summary as a sentence. */
export function endSummary(kind: RevisionKind, summary: string): string {
  return NAMED.has(kind) ? `${summary}.` : toSentence(summary);
}

const CAUSES_SHOWN_MAX = 5;

function createCauses({ kind, causes }: RevisionChange): Markup | undefined {
  const lines = causes.map((cause) => markup`<li>${describeCause(kind, cause)}</li>`);
  const shown = markup`<ul>${lines.slice(0, CAUSES_SHOWN_MAX)}</ul>`;
  const more = lines.slice(CAUSES_SHOWN_MAX);
  const rest =
    more.length === 0
      ? undefined
      : markup`<details><summary>${formatCount(more.length, 'more cause')}</summary><ul>${more}</ul></details>`;
  return lines.length === 0 ? undefined : markup`${shown}${rest}`;
}

/** Describes cause and effects in one sentence. */
function describeChange({ kind, image, ...counts }: RevisionChange): Markup {
  const { id, matched, opened } = counts;
  if (kind === 'image') {
    const name =
      image === undefined ? markup`an image` : createLink('image', { id: image.id }, image.name);
    const news =
      matched === 0
        ? 'its packages were known'
        : `${formatCount(matched, 'package was', 'packages were')} new to the store, with ${formatCount(opened, 'match', 'matches')} in the advisories`;
    return markup`${name} was added: ${news}.`;
  }
  if (kind !== 'data') {
    return markup`${EVENT_TITLES[kind]} (revision ${id}).`;
  }
  return markup`New advisories (revision ${id}): ${describeMatches(counts)}.`;
}

/** Describes the matches that new advisories opened and closed. */
export function describeMatches({
  opened,
  closed,
  matched,
}: Pick<RevisionChange, 'opened' | 'closed' | 'matched'>): string {
  return `${formatCount(opened, 'match', 'matches')} opened and ${closed} closed in ${formatCount(matched, 'package version')}`;
}

/** Describes a cause with the numbers of its effects: `opened 402 findings in 402 images`. */
function describeCause(kind: RevisionKind, cause: CauseView): Markup {
  const { subject, summary } = cause;
  const about =
    kind === 'data' && subject !== '' && !summary.includes(subject)
      ? markup`${createLink('exposure', { vulnerability: subject }, subject)}: `
      : undefined;
  return markup`${about}${shortenName(summary)}${createEffects(cause)}`;
}

/** Each number leads to the images that it counts. */
function createEffects({ id, effects }: CauseView): Markup | undefined {
  const links = effects.map(({ kind, count, images }) =>
    createLink('cause', { id, effect: kind }, describeReported({ kind, count, images })),
  );
  return links.length === 0 ? undefined : markup` → <b>${joinMarkup(links, ' · ')}</b>`;
}

/** Describes one effect of new advisories. */
export function describeEffect({ vulnerability, kind, change, ...effect }: Effect): Markup {
  const { name, version, images, component } = effect;
  const where =
    images === 0
      ? markup`no image`
      : createLink('images', { component }, formatCount(images, 'image'));
  return markup`${createLink('exposure', { vulnerability }, vulnerability)} in ${shortenName(name)} ${shortenName(version)}: ${kind} ${change} in ${where}`;
}
