import { randomBytes } from 'node:crypto';
import { UserError } from '../../core/error.ts';
import type { SeverityWord } from '../../core/finding.ts';
import type { RevisionKind } from '../store/tables.ts';

/** The kinds of causes that subscriptions can select. */
export const CAUSE_KINDS = [
  'data',
  'image',
  'decision',
  'statement',
  'policy',
  'time',
  'retirement',
] as const satisfies readonly RevisionKind[];

/** `ended`: the receiver answered that it is gone. */
export const SUBSCRIPTION_STATES = ['active', 'paused', 'ended'] as const;

/** Which changes a subscription reports; absent members select everything. */
export interface SubscriptionFilter {
  /** Vulnerabilities of lower severity are left out, except unrated and exploited ones. */
  readonly severity?: SeverityWord;
  readonly kinds?: readonly RevisionKind[];
}

export interface SubscriptionRequest {
  /** Unique. */
  readonly name: string;
  readonly url: string;
  readonly filter: SubscriptionFilter;
}

export interface SubscriptionView extends SubscriptionRequest {
  readonly id: number;
  readonly state: (typeof SUBSCRIPTION_STATES)[number];
  /** RFC 3339. */
  readonly created: string;
  /** Messages that were not delivered yet, and those that were given up. */
  readonly queued: number;
  readonly dead: number;
}

const NAME = /^[a-z0-9][a-z0-9_.-]{0,63}$/;
const SECRET_BYTES = 32;

/** Standard Webhooks, "Symmetric keys": 24 to 64 random bytes. */
export function createSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/** Checks the name and the address of a subscription; throws `UserError` `E_USAGE`. */
export function checkSubscription(request: SubscriptionRequest): SubscriptionRequest {
  if (!NAME.test(request.name)) {
    throw new UserError('E_USAGE', 'the name of a subscription has 1 to 64 of a-z, 0-9, "._-"');
  }
  return { ...request, url: parseWebhookUrl(request.url) };
}

function parseWebhookUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.username !== '') {
    throw new UserError('E_USAGE', `not the address of a webhook: "${text}"`, {
      hint: 'name an address such as https://hooks.example.org/plimsoll, without a login',
    });
  }
  return url.href;
}
