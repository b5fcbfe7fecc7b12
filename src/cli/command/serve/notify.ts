import { defined } from '../../../foundation/core/defined.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../../foundation/core/error.ts';
import { formatJson } from '../../../foundation/core/json-document.ts';
import { suggestWord } from '../../../foundation/core/option-suggestion.ts';
import { POLICY_OUTCOMES } from '../../../foundation/core/policy-verdict.ts';
import { escapeText, formatCount } from '../../../foundation/core/screen-text.ts';
import { type TextColumn, writeTextTable } from '../../../foundation/present/text-table.ts';
import {
  callRoute,
  type RouteAnswer,
  type RouteName,
  type RouteRequest,
} from '../../../server/http/api-client.ts';
import { CAUSE_KINDS } from '../../../server/notify/cause-kinds.ts';
import type { SubscriptionView } from '../../../server/notify/subscription.ts';
import type { DeliveryView } from '../../../server/notify/subscriptions.ts';
import type { Command, Context } from '../../command.ts';
import { findContextServer } from '../../find-server.ts';
import { chooseFlagFormat } from '../../flag-format.ts';
import { requireWord } from '../../require-word.ts';
import { createTableOptions } from '../../terminal.ts';

/** Manages the receivers of messages about changes. */
export const notify: Command = { run };

type Action = (context: Context) => Promise<ExitStatus>;

const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['add', addReceiver],
  ['list', printReceivers],
  ['test', testReceiver],
  ['log', printMessages],
  ['pause', async (context) => await changeState(context, 'pause')],
  ['resume', async (context) => await changeState(context, 'resume')],
  ['remove', removeReceiver],
  ['replay', replayMessages],
  ['rotate', rotateSecret],
]);

const CALL_MS_MAX = 30_000;

async function run(context: Context): Promise<ExitStatus> {
  const [word = ''] = context.positionals;
  const action = ACTIONS.get(word);
  if (action === undefined) {
    const words = [...ACTIONS.keys()];
    throw new UserError(
      'E_USAGE',
      word === ''
        ? 'missing action for "plimsoll serve notify"'
        : `unknown action "${word}" for "plimsoll serve notify"`,
      { hint: word === '' ? `use one of ${words.join(', ')}` : suggestWord(word, words) },
    );
  }
  return await action(context);
}

async function call<Name extends RouteName>(
  context: Context,
  name: Name,
  request: RouteRequest<Name>,
): Promise<RouteAnswer<Name>> {
  const server = findContextServer(context);
  return await callRoute(server, name, {
    request,
    subject: 'the request',
    timeoutMs: CALL_MS_MAX,
  });
}

function getArgument({ positionals }: Context, at: number, title: string): string {
  const value = positionals[at];
  if (value === undefined) {
    throw new UserError(
      'E_USAGE',
      `missing ${title} for "plimsoll serve notify ${positionals[0]}"`,
      {
        hint: 'for example: plimsoll serve notify add ops https://hooks.example.org/plimsoll',
      },
    );
  }
  return value;
}

/** Returns the part of the path with the name of the receiver. */
function getNamePath(context: Context): { readonly name: string } {
  return { name: getArgument(context, 1, 'name') };
}

async function addReceiver(context: Context): Promise<ExitStatus> {
  const { values, origins } = context.resolved;
  const { PLIMSOLL_NOTIFY_URL: secretUrl, PLIMSOLL_NOTIFY_SECRET: own } = context.environment;
  const name = getArgument(context, 1, 'name');
  const { severity, kind, channel, project, owner, exploited, verdict, overdue, reachable } =
    values;
  const body = {
    name,
    channel,
    url: secretUrl ?? (channel === 'atom' ? '' : getArgument(context, 2, 'address')),
    ...defined({
      secret: own,
      severity: origins.severity === 'default' ? undefined : severity,
      kinds: chooseWords('--kind', kind, CAUSE_KINDS),
      project,
      owner,
      exploited: exploited || undefined,
      verdicts: chooseWords('--verdict', verdict, POLICY_OUTCOMES),
      overdue: overdue || undefined,
      reachable: reachable || undefined,
      digest: values.digest || undefined,
      template: values.message,
    }),
  };
  const { secret } = await call(context, 'POST /api/v1/subscriptions', { body });
  printSecret(context, `Added ${escapeText(name)}`, secret);
  context.notify(`try it: plimsoll serve notify test ${name}`);
  return EXIT_STATUS.fine;
}

/** Returns the values of an option; `undefined` if it was not given. */
function chooseWords<Word extends string>(
  option: string,
  given: readonly string[],
  words: readonly Word[],
): readonly Word[] | undefined {
  return given.length === 0 ? undefined : given.map((one) => requireWord(option, one, words));
}

/** The secret is empty if the receiver does not verify messages. */
function printSecret({ print }: Context, done: string, secret: string): void {
  const shown = secret === '' ? '' : ` Its secret is only shown now: ${secret}`;
  print(`${done}.${shown}\n`);
}

/** Replaces a secret; the one before stays valid, so that the receiver can change to it. */
async function rotateSecret(context: Context): Promise<ExitStatus> {
  const { PLIMSOLL_NOTIFY_SECRET: own } = context.environment;
  const name = getArgument(context, 1, 'name');
  const request = { path: { name }, body: defined({ secret: own }) };
  const { secret } = await call(context, 'POST /api/v1/subscriptions/{name}/rotate', request);
  printSecret(context, `Replaced the secret of ${escapeText(name)}`, secret);
  return EXIT_STATUS.fine;
}

const RECEIVERS: readonly TextColumn<SubscriptionView>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'CHANNEL', cell: ({ channel }) => channel },
  { title: 'ADDRESS', canShrink: true, cell: ({ url }) => url },
  { title: 'STATE', cell: ({ state }) => state },
  { title: 'CHANGES', canShrink: true, cell: describeFilter },
  { title: 'WAITING', cell: ({ queued }) => String(queued) },
  { title: 'GIVEN UP', cell: ({ dead }) => String(dead) },
];

function describeFilter({ filter, options }: SubscriptionView): string {
  const {
    severity,
    kinds = [],
    project,
    owner,
    exploited,
    verdicts = [],
    overdue,
    reachable,
  } = filter;
  const words = [
    ...kinds,
    ...(severity === undefined ? [] : [`${severity} or higher`]),
    ...(project === undefined ? [] : [`project ${project}`]),
    ...(owner === undefined ? [] : [`owner ${owner}`]),
    ...(exploited === true ? ['exploited'] : []),
    ...verdicts,
    ...(overdue === true ? ['overdue'] : []),
    ...(reachable === true ? ['reachable or unknown'] : []),
    ...(options.digest === true ? ['daily digest'] : []),
  ];
  return words.join(', ') || 'all';
}

async function printReceivers(context: Context): Promise<ExitStatus> {
  const format = chooseFlagFormat(['table', 'json'], '"plimsoll serve notify list"', context);
  const { items } = await call(context, 'GET /api/v1/subscriptions', {});
  if (format === 'json') {
    context.print(`${formatJson(items)}\n`);
  } else if (items.length === 0) {
    context.print('Nobody is notified. Add a receiver: plimsoll serve notify add NAME URL\n');
  } else {
    writeTextTable(
      { write: (text) => context.print(text) },
      { columns: RECEIVERS, rows: items },
      createTableOptions(context.terminal),
    );
  }
  return EXIT_STATUS.fine;
}

/** Prints the answer of the receiver, which explains most failures. */
async function testReceiver(context: Context): Promise<ExitStatus> {
  const { status, head, error } = await call(context, 'POST /api/v1/subscriptions/{name}/test', {
    path: getNamePath(context),
  });
  const isSent = status >= 200 && status < 300;
  const outcome = error === '' ? `status ${status}` : error;
  context.print(`${isSent ? 'Sent' : 'Not accepted'}: ${escapeText(outcome)}\n`);
  if (head !== '') {
    context.print(`${escapeText(head)}\n`);
  }
  return isSent ? EXIT_STATUS.fine : EXIT_STATUS.toolError;
}

const MESSAGES: readonly TextColumn<DeliveryView>[] = [
  { title: 'ID', cell: ({ id }) => String(id) },
  { title: 'ABOUT', canShrink: true, cell: ({ subject }) => subject },
  { title: 'STATE', cell: ({ state }) => STATES[state] },
  { title: 'TRIES', cell: ({ attempts }) => String(attempts.length) },
  { title: 'LAST ANSWER', canShrink: true, cell: describeLastAttempt },
  { title: 'NEXT', cell: ({ next = '' }) => next.slice(0, 19) },
];

const STATES = { queued: 'waiting', sent: 'sent', dead: 'given up' } as const;

function describeLastAttempt({ attempts }: DeliveryView): string {
  const last = attempts.at(-1);
  if (last === undefined) {
    return '';
  }
  return last.error === '' ? `${last.status} ${last.head}`.trim() : last.error;
}

async function printMessages(context: Context): Promise<ExitStatus> {
  const format = chooseFlagFormat(['table', 'json'], '"plimsoll serve notify log"', context);
  const { items } = await call(context, 'GET /api/v1/subscriptions/{name}/deliveries', {
    path: getNamePath(context),
  });
  if (format === 'json') {
    context.print(`${formatJson(items)}\n`);
    return EXIT_STATUS.fine;
  }
  context.print(`${formatCount(items.length, 'message')}\n`);
  if (items.length > 0) {
    writeTextTable(
      { write: (text) => context.print(text) },
      { columns: MESSAGES, rows: items },
      createTableOptions(context.terminal),
    );
  }
  return EXIT_STATUS.fine;
}

async function changeState(context: Context, action: 'pause' | 'resume'): Promise<ExitStatus> {
  const path = getNamePath(context);
  await call(context, `POST /api/v1/subscriptions/{name}/${action}`, { path });
  return EXIT_STATUS.fine;
}

async function removeReceiver(context: Context): Promise<ExitStatus> {
  await call(context, 'DELETE /api/v1/subscriptions/{name}', { path: getNamePath(context) });
  return EXIT_STATUS.fine;
}

/** Sends one message again, or all messages to a receiver since a day. */
async function replayMessages(context: Context): Promise<ExitStatus> {
  const { since } = context.resolved.values;
  if (since === undefined) {
    const id = getArgument(context, 1, 'ID of a message');
    await call(context, 'POST /api/v1/deliveries/{id}/replay', { path: { id } });
    return EXIT_STATUS.fine;
  }
  if (Number.isNaN(Date.parse(since))) {
    throw new UserError('E_USAGE', `invalid value "${since}" for --since: expected a day`, {
      hint: 'for example: plimsoll serve notify replay ops --since 2026-01-31',
    });
  }
  const { messages } = await call(context, 'POST /api/v1/subscriptions/{name}/replay', {
    path: getNamePath(context),
    body: { since: new Date(since).toISOString() },
  });
  context.print(`${formatCount(messages, 'message is', 'messages are')} sent again\n`);
  return EXIT_STATUS.fine;
}
