import { randomBytes } from 'node:crypto';
import { UserError } from '../../core/error.ts';
import { SEVERITIES, type SeverityWord } from '../../core/finding.ts';
import type { RevisionKind } from '../store/tables.ts';

/** The kinds of causes that subscriptions can select. */
export const CAUSE_KINDS: readonly RevisionKind[] = [
  'data',
  'image',
  'decision',
  'policy',
  'time',
  'retirement',
];

/** Which changes a subscription reports; absent members select everything. */
export interface SubscriptionFilter {
  /** Vulnerabilities of lower severity are left out, unless they are known to be exploited. */
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
  /** `ended`: the receiver answered that it is gone. */
  readonly state: 'active' | 'paused' | 'ended';
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

/** Checks a request of a person; throws `UserError` `E_USAGE`. */
export function parseSubscription(value: Readonly<Record<string, unknown>>): SubscriptionRequest {
  const { name, url, severity, kinds = [] } = value;
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw new UserError('E_USAGE', 'the name of a subscription has 1 to 64 of a-z, 0-9, "._-"');
  }
  const severityWord = SEVERITIES.find((word) => word === severity);
  if (severity !== undefined && severityWord === undefined) {
    throw new UserError('E_USAGE', `unknown severity: "${String(severity)}"`);
  }
  const named = Array.isArray(kinds) ? kinds : [kinds];
  const known = CAUSE_KINDS.filter((kind) => named.includes(kind));
  const strange = named.find((kind) => !known.includes(kind as RevisionKind));
  if (strange !== undefined) {
    throw new UserError('E_USAGE', `unknown kind of change: "${String(strange)}"`, {
      hint: `use one of: ${CAUSE_KINDS.join(', ')}`,
    });
  }
  return {
    name,
    url: parseWebhookUrl(url),
    filter: {
      ...(severityWord === undefined ? {} : { severity: severityWord }),
      ...(known.length === 0 ? {} : { kinds: known }),
    },
  };
}

function parseWebhookUrl(value: unknown): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.username !== '') {
    throw new UserError('E_USAGE', `not the address of a webhook: "${String(value)}"`, {
      hint: 'name an address such as https://hooks.example.org/plimsoll, without a login',
    });
  }
  return url.href;
}
