import type { TicketTable } from '../store/notify-tables.ts';
import type { ChannelContext, ChannelMessage } from './channel-contract.ts';
import { describeEvent, type Notice } from './describe-event.ts';
import { type Attempt, isAccepted } from './guarded-request.ts';
import { countOpenImages, VERDICTS } from './open-counts.ts';
import { createMessageId, type NoticeEvent } from './write-event.ts';

/** The answer of a tracker, with the issue that it found or created. */
export interface FoundTicket {
  readonly attempt: Attempt;
  /** Absent if there is none. */
  readonly reference?: string;
}

/** The operations of a tracker on its issues. */
export interface Tracker {
  /** Finds an issue with a mark, which is open or closed. */
  findTicket(mark: string): Promise<FoundTicket>;
  createTicket(notice: Notice, mark: string): Promise<FoundTicket>;
  addComment(reference: string, notice: Notice): Promise<Attempt>;
  setOpen(reference: string, isOpen: boolean): Promise<Attempt>;
}

const NOTHING: Attempt = { status: 200, head: 'no issue is needed', error: '' };
const TEST = 'test';

/**
 * Keeps one issue for each vulnerability, and one for verdicts: it is opened once, gets a comment
 * for each change, and is closed when no image in the scope has it any more.
 */
export async function keepTicket(
  tracker: Tracker,
  { body }: ChannelMessage,
  context: ChannelContext,
): Promise<Attempt> {
  const { store, subscription, scope } = context;
  const event = JSON.parse(body) as NoticeEvent;
  const topic = chooseTopic(event);
  if (topic === undefined) {
    return NOTHING;
  }
  const count = topic === TEST ? 1 : await countOpenImages(store, topic, scope);
  const mark = createMessageId(`${event.source}\0${subscription}\0${topic}`);
  const notice = describeEvent(body);
  const known = await readTicket(context, topic);
  // A severity that rose is reported even if no image in the scope can reach the package.
  const isReported = scope.reachable === true && event.data.roseFrom !== undefined;
  if (known === undefined && count === 0 && !isReported) {
    return NOTHING;
  }
  // The process may have ended after an issue was created, and before it was stored.
  const found =
    known === undefined
      ? await tracker.findTicket(mark)
      : { attempt: NOTHING, reference: known.reference };
  if (!isAccepted(found.attempt)) {
    return found.attempt;
  }
  const isNew = found.reference === undefined;
  const ticket = isNew ? await tracker.createTicket(notice, mark) : found;
  const { reference } = ticket;
  if (!isAccepted(ticket.attempt)) {
    return ticket.attempt;
  }
  if (reference === undefined) {
    return refuseAnswer(ticket.attempt);
  }
  const isOpen = known === undefined || known.state === 'open';
  await writeTicket(context, { topic, reference, state: isOpen ? 'open' : 'closed' });
  const attempt = isNew ? ticket.attempt : await tracker.addComment(reference, notice);
  const shouldOpen = count > 0 && topic !== TEST;
  if (!isAccepted(attempt) || shouldOpen === isOpen) {
    return attempt;
  }
  const changed = await tracker.setOpen(reference, shouldOpen);
  if (isAccepted(changed)) {
    await writeTicket(context, { topic, reference, state: shouldOpen ? 'open' : 'closed' });
  }
  return changed;
}

/** Issues are about images; other messages have no topic. */
function chooseTopic({ type, subject = '', data }: NoticeEvent): string | undefined {
  if (type === 'plimsoll.test') {
    return TEST;
  }
  if (!type.startsWith('plimsoll.change.')) {
    return undefined;
  }
  return type === 'plimsoll.change.data' && subject !== '' && data.severity !== undefined
    ? subject
    : VERDICTS;
}

async function readTicket(
  { store, subscription }: ChannelContext,
  topic: string,
): Promise<TicketTable | undefined> {
  return await store.db
    .selectFrom('ticket')
    .selectAll()
    .where('subscription', '=', subscription)
    .where('topic', '=', topic)
    .executeTakeFirst();
}

async function writeTicket(
  { store, subscription }: ChannelContext,
  ticket: Omit<TicketTable, 'subscription'>,
): Promise<void> {
  await store.runTransaction(
    async ({ writeRows }) =>
      await writeRows('ticket', [{ subscription, ...ticket }], ['subscription', 'topic']),
    { isVisible: false },
  );
}

/** Reads a value from the answer of a tracker, which may have any form. */
export function readAnswer({ head }: Attempt): unknown {
  try {
    return JSON.parse(head);
  } catch {
    return undefined;
  }
}

/** An answer that no tracker sends: the address may be that of another server. */
export function refuseAnswer(attempt: Attempt): Attempt {
  return { ...attempt, status: 0, error: 'the answer is not that of the tracker' };
}

/** Returns the first characters of an answer, for the ledger. */
export function shortenAnswer(attempt: Attempt): Attempt {
  return { ...attempt, head: attempt.head.slice(0, 1_024) };
}
