import { shortenText } from '../../foundation/present/markup.ts';
import { describeReported } from './describe-effect.ts';
import type { EventCause, EventEffect, NoticeEvent } from './write-event.ts';

/** One line of a message for people. */
export interface NoticeLine {
  readonly text: string;
  /** The page with the images that it counts; absent if there is none. */
  readonly url?: string;
}

/** A message for people, as plain text: each channel escapes it. */
export interface Notice {
  readonly title: string;
  readonly lines: readonly NoticeLine[];
  readonly subject: string;
  readonly severity: string;
  /** The page about the cause. */
  readonly url: string;
}

/** Slack shows so many, with the ellipsis. */
const TITLE_CHARS_MAX = 149;
const LINES_MAX = 40;
const API_ROWS = /^\/api\/v1\/causes\/(\d+)\/images/;

/** Describes an event for people. */
export function describeEvent(body: string): Notice {
  const event = JSON.parse(body) as NoticeEvent;
  const { source, subject = '', data, type } = event;
  const { summary, owners, causesNotListed = 0 } = data;
  const cause: EventCause = { ...data, subject };
  const lines = owners === undefined ? listLines(cause, source) : listDigest(owners, source);
  const more = lines.length - LINES_MAX;
  const rest = [
    ...(more > 0 ? [{ text: `and ${more} more lines` }] : []),
    ...(causesNotListed > 0 ? [{ text: `and ${causesNotListed} more causes` }] : []),
  ];
  const [first] = lines;
  return {
    title: shortenText(
      type === 'plimsoll.test' ? summary : `${describeMark(cause)}${summary}`,
      TITLE_CHARS_MAX,
    ),
    lines: [...lines.slice(0, LINES_MAX), ...rest],
    subject,
    severity: data.severity ?? '',
    url: first?.url ?? `${source}/changes`,
  };
}

/** The facts that people must see first. */
function describeMark({ goodNews, exploited, roseFrom, severity }: EventCause): string {
  if (goodNews === true) {
    return 'Good news: ';
  }
  const words = [
    ...(exploited === true ? ['KNOWN EXPLOITED'] : []),
    ...(severity === undefined ? [] : [severity]),
    ...(roseFrom === undefined ? [] : [`was ${roseFrom}`]),
  ];
  return words.length === 0 ? '' : `[${words.join(', ')}] `;
}

function listLines({ effects }: EventCause, source: string): readonly NoticeLine[] {
  return effects.map((effect) => {
    return { text: describeReported(effect), url: toPageUrl(effect, source) };
  });
}

function listDigest(
  owners: readonly { readonly owner: string; readonly causes: readonly EventCause[] }[],
  source: string,
): readonly NoticeLine[] {
  return owners.flatMap(({ owner, causes }) => [
    { text: owner === '' ? 'Images without a known owner:' : `${owner}:` },
    ...causes.flatMap((cause) =>
      cause.effects.map((effect) => ({
        text: `${describeMark(cause)}${cause.summary}: ${describeReported(effect)}`,
        url: toPageUrl(effect, source),
      })),
    ),
  ]);
}

/** The page shows the same rows as the address for programs. */
function toPageUrl({ rows }: EventEffect, source: string): string {
  return `${source}${rows.replace(API_ROWS, '/changes/$1')}`;
}

/** Writes a message as plain text. */
export function writePlainText({ title, lines }: Notice): string {
  return [
    title,
    '',
    ...lines.map(({ text, url }) => (url === undefined ? text : `${text}\n  ${url}`)),
  ].join('\n');
}
