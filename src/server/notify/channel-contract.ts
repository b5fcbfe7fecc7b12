import type { Store } from '../store/store.ts';
import type { ImageScope } from './count-effects.ts';
import type { Attempt, RequestNetwork } from './guarded-request.ts';
import type { MailSetting } from './mail-setting.ts';

/** Where a subscription sends its messages. */
export interface ChannelTarget {
  /** May be a secret. */
  readonly url: string;
  /** Keys, tokens or logins; while a secret is replaced, both count. */
  readonly secrets: readonly string[];
}

/** A message to be sent. */
export interface ChannelMessage {
  /** The same for each attempt. */
  readonly id: string;
  /** JSON of a `NoticeEvent`. */
  readonly body: string;
  /** Text with placeholders that replaces the usual one. */
  readonly template?: string;
}

export interface ChannelContext {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly network: RequestNetwork;
  /** How email is sent; absent if the server sends none. */
  readonly mail?: MailSetting;
  readonly store: Store;
  /** ID of the subscription, and its images. */
  readonly subscription: number;
  readonly scope: ImageScope;
}

/** A way to send messages: one file with its test, and a line in the generated registry. */
export interface Channel {
  readonly id: string;
  /** Describes the address that it needs, for messages. */
  readonly addressTitle: string;
  /**
   * Checks the address and the secret of a new subscription.
   *
   * @throws UserError `E_USAGE`
   */
  checkTarget(url: string, secret: string | undefined): ChannelTarget;
  /** Whether several causes can be one message; absent if they can. */
  readonly canDigest?: false;
  /** Whether the receiver needs the secret to verify messages, so that it is shown once. */
  readonly sharesSecret?: boolean;
  /** Returns the part of an address that others may see. */
  showAddress(url: string): string;
  /** Sends a message once. */
  send(target: ChannelTarget, message: ChannelMessage, context: ChannelContext): Promise<Attempt>;
}
