/* The tables of messages and answers to others; `tables.ts` lists them with all others. */

/** A receiver of messages about changes. */
export interface SubscriptionTable {
  readonly id: number;
  readonly name: string;
  /** ID of the channel that sends the messages. */
  readonly channel: string;
  /** May be a secret: its channel decides which part others may see. */
  readonly url: string;
  /** JSON list: while a secret is replaced, both sign. */
  secrets: string;
  /** JSON of a `SubscriptionFilter`. */
  readonly filter: string;
  /** JSON of `SubscriptionOptions`. */
  readonly options: string;
  /** Milliseconds since 1970 of the next digest; absent if every message is sent at once. */
  digest_at: number | null;
  /** `ended`: the receiver answered that it is gone. */
  state: 'active' | 'paused' | 'ended';
  readonly created: number;
}

/** A message of a subscription about one cause. */
export interface DeliveryTable {
  readonly id: number;
  /** ID of the message for its receiver. */
  readonly message: string;
  readonly subscription: number;
  /** 0 for a test, and -1 for a message about several causes or about none. */
  readonly cause: number;
  readonly subject: string;
  state: 'queued' | 'sent' | 'dead';
  attempts: number;
  /** Milliseconds since 1970 of the next attempt. */
  run_at: number;
  readonly created: number;
  readonly body: string;
}

/** One attempt to deliver a message. */
export interface AttemptTable {
  readonly delivery: number;
  readonly number: number;
  readonly at: number;
  /** Status of the answer; 0 if there was none. */
  readonly status: number;
  /** The beginning of the answer. */
  readonly head: string;
  /** Empty if there was an answer. */
  readonly error: string;
}

/** A cause that the next digest of a subscription reports. */
export interface DigestEntryTable {
  readonly subscription: number;
  readonly cause: number;
}

/** The answer to a write with an idempotency key. */
export interface KnownAnswerTable {
  /** Digest of the key, of its sender and of the route. */
  readonly key: string;
  /** Digest of the rest of the request. */
  readonly request: string;
  /** 0 while it runs. */
  status: number;
  body: string;
  location: string;
  readonly at: number;
}

/** An issue in the tracker of a subscription. */
export interface TicketTable {
  readonly subscription: number;
  /** A vulnerability, or the verdicts. */
  readonly topic: string;
  /** Its number or key in the tracker. */
  readonly reference: string;
  state: 'open' | 'closed';
}
