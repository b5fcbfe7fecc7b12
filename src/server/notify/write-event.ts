import { createHash } from 'node:crypto';
import { formatTime } from '../query/format-time.ts';
import type { ReachChoice } from '../query/reach-states.ts';
import type { ImageScope } from './count-effects.ts';
import {
  isAboutAdvisories,
  isGoodNews,
  isLimitedByReach,
  type ReportedCause,
  type ReportedEffect,
} from './reported-cause.ts';

/** An effect in a message, with the address of the images behind its number. */
export interface EventEffect extends ReportedEffect {
  readonly rows: string;
}

/** A cause in a message. */
export interface EventCause {
  readonly subject: string;
  readonly summary: string;
  readonly severity?: string;
  readonly exploited?: boolean;
  /** The lower severity before. */
  readonly roseFrom?: string;
  /** Whether findings were closed, because advisories were withdrawn or corrected. */
  readonly goodNews?: boolean;
  readonly effects: readonly EventEffect[];
}

/** A message about one cause, a digest, a test, or a receiver that fails: CloudEvents 1.0. */
export interface NoticeEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly subject?: string;
  readonly data: EventData;
}

export interface EventData {
  readonly summary: string;
  readonly revision?: number;
  readonly severity?: string;
  readonly exploited?: boolean;
  readonly roseFrom?: string;
  readonly goodNews?: boolean;
  readonly effects: readonly EventEffect[];
  readonly changes?: string;
  /** Of a digest. */
  readonly owners?: readonly { readonly owner: string; readonly causes: readonly EventCause[] }[];
  readonly causesNotListed?: number;
}

const MESSAGE_HEX_CHARS = 24;

/** Returns the ID of a message, which is the same for the same key. */
export function createMessageId(key: string): string {
  return `msg_${createHash('sha256').update(key).digest('hex').slice(0, MESSAGE_HEX_CHARS)}`;
}

export interface EventHead {
  readonly id: string;
  readonly source: string;
  readonly kind: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly subject: string;
}

/** CloudEvents 1.0, JSON format. */
export function writeEvent({ id, source, kind, at, subject }: EventHead, data: EventData): string {
  return JSON.stringify({
    specversion: '1.0',
    id,
    source,
    type: `plimsoll.${kind}`,
    time: formatTime(at),
    ...(subject === '' ? {} : { subject }),
    datacontenttype: 'application/json',
    data,
  });
}

/** Describes a cause with the effects in a scope. */
export function toEventCause(cause: ReportedCause, scope: ImageScope): EventCause {
  const { id, subject, summary, effects, severity, roseFrom, isExploited } = cause;
  return {
    subject,
    summary,
    ...(severity === undefined ? {} : { severity }),
    ...(isAboutAdvisories(cause) ? { exploited: isExploited } : {}),
    ...(roseFrom === undefined ? {} : { roseFrom }),
    ...(isGoodNews(cause) ? { goodNews: true } : {}),
    effects: effects.map(({ kind, count, images }) => {
      return {
        kind,
        count,
        images,
        rows: `/api/v1/causes/${id}/images?${writeQuery(kind, { ...scope, reachable: isLimitedByReach(cause, scope) })}`,
      };
    }),
  };
}

function writeQuery(effect: string, { project, owner, reachable = false }: ImageScope): string {
  const query = new URLSearchParams({ effect });
  if (project !== undefined) {
    query.set('project', project);
  }
  if (owner === '') {
    query.set('unowned', 'yes');
  } else if (owner !== undefined) {
    query.set('owner', owner);
  }
  if (reachable) {
    query.set('reach', 'reachable' satisfies ReachChoice);
  }
  return query.toString();
}
