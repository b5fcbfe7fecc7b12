import { UserError } from '../../foundation/core/error.ts';
import type { SeverityWord } from '../../foundation/core/finding.ts';
import type { PolicyOutcome } from '../../foundation/core/policy-verdict.ts';
import { NAME_PATTERN } from '../access/principal.ts';
import type { RevisionKind } from '../store/tables.ts';
import { channels } from './channel/registry.generated.ts';
import type { Channel } from './channel-contract.ts';
import { checkTemplate } from './fill-template.ts';

/** `ended`: the receiver answered that it is gone. */
export const SUBSCRIPTION_STATES = ['active', 'paused', 'ended'] as const;

/** Which changes a subscription reports; absent members select everything. */
export interface SubscriptionFilter {
  /** Vulnerabilities of lower severity are left out, except unrated and exploited ones. */
  readonly severity?: SeverityWord;
  readonly kinds?: readonly RevisionKind[];
  /** Only images of this project, and of this owner. */
  readonly project?: string;
  readonly owner?: string;
  /** Vulnerabilities that are known to be exploited; of this and the next two, one suffices. */
  readonly exploited?: boolean;
  /** Verdicts that changed to one of these outcomes. */
  readonly verdicts?: readonly PolicyOutcome[];
  /** Findings in packages that the entry point of an image cannot reach are left out. */
  readonly reachable?: boolean;
  /** Findings that became overdue. */
  readonly overdue?: boolean;
}

/** How a subscription reports changes. */
export interface SubscriptionOptions {
  /** Whether everything that is not urgent is one message a day, by owner. */
  readonly digest?: boolean;
  /** Text of the messages, see `fill-template.ts`. */
  readonly template?: string;
}

export interface SubscriptionRequest {
  /** Unique. */
  readonly name: string;
  /** ID of a channel. */
  readonly channel: string;
  readonly url: string;
  /** Token or login that the channel needs; absent for others. */
  readonly secret?: string;
  readonly filter: SubscriptionFilter;
  readonly options: SubscriptionOptions;
}

/** A subscription as others may see it: without secrets. */
export interface SubscriptionView
  extends Pick<SubscriptionRequest, 'channel' | 'filter' | 'name' | 'options' | 'url'> {
  readonly id: number;
  readonly state: (typeof SUBSCRIPTION_STATES)[number];
  /** RFC 3339. */
  readonly created: string;
  /** Messages that were not delivered yet, and those that were given up. */
  readonly queued: number;
  readonly dead: number;
  /** RFC 3339: since when no message was accepted; absent if the last one was. */
  readonly failingSince?: string;
}

export function findChannel(id: string): Channel {
  const channel = channels.find((one) => one.id === id);
  if (channel === undefined) {
    const known = channels.map((one) => one.id).join(', ');
    throw new UserError('E_USAGE', `unknown channel "${id}"`, { hint: `use one of ${known}` });
  }
  return channel;
}

/** Checks the name, address and text of a subscription; throws `UserError` `E_USAGE`. */
export function checkSubscription(request: SubscriptionRequest): SubscriptionRequest {
  if (!NAME_PATTERN.test(request.name)) {
    throw new UserError('E_USAGE', 'the name of a subscription has 1 to 64 of a-z, 0-9, "._-"');
  }
  const { checkTarget, canDigest = true } = findChannel(request.channel);
  checkTarget(request.url, request.secret);
  if (request.options.digest === true && !canDigest) {
    throw new UserError('E_USAGE', `the channel "${request.channel}" has no digests`, {
      hint: 'its issues change with each cause: add the subscription without a digest',
    });
  }
  checkTemplate(request.options.template ?? '');
  return request;
}
