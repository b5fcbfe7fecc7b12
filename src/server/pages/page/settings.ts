import { DAY_MS } from '../../../foundation/core/duration.ts';
import { formatCount } from '../../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';
import { type AuditView, listAudit } from '../../access/audit-log.ts';
import { listTokens, type TokenView } from '../../access/tokens.ts';
import { planRetirement, type RetiredImage } from '../../engine/remove-images.ts';
import { channels } from '../../notify/channel/registry.generated.ts';
import type {
  SubscriptionFilter,
  SubscriptionOptions,
  SubscriptionView,
} from '../../notify/subscription.ts';
import {
  type DeliveryView,
  listDeliveries,
  listSubscriptions,
} from '../../notify/subscriptions.ts';
import { formatAddress } from '../address.ts';
import { describeAudited, readAuditedImages } from '../audit-text.ts';
import { createFormToken } from '../forms.ts';
import { getFormStatus, type PageContent, type PageContext } from '../page.ts';
import {
  createFilter,
  createNotice,
  createSection,
  createSelect,
  createTable,
  createTime,
  SEVERITY_CHOICES,
  shortenName,
} from '../parts.ts';

const ROWS_MAX = 50;

/** Answers: who gets messages, which tokens exist, what would be retired, and who did what? */
export async function createSettingsPage(context: PageContext): Promise<PageContent> {
  const { db, form, at } = context;
  if (at !== undefined) {
    return {
      heading: 'Settings have no past',
      body: markup`<p>Only the audit log keeps what was changed.</p>`,
    };
  }
  const subscriptions = await listSubscriptions(db);
  const tokens = await listTokens(db);
  const failed = subscriptions.reduce((sum, { dead }) => sum + dead, 0);
  const parts = [
    formatCount(subscriptions.length, 'subscription'),
    ...(failed === 0
      ? []
      : [formatCount(failed, 'message that was given up', 'messages that were given up')]),
    formatCount(tokens.length, 'token'),
  ];
  const note = form?.note === undefined ? undefined : createNotice(form.note);
  return {
    heading:
      form?.problem === undefined ? parts.join(', ') : `Nothing was changed: ${form.problem}`,
    ...getFormStatus(form),
    body: markup`${note}${await createSubscriptionSection(context, subscriptions)}
${createTokenSection(tokens)}
${await createRetentionSection(context)}
${await createAuditSection(context)}`,
  };
}

async function createSubscriptionSection(
  context: PageContext,
  subscriptions: readonly SubscriptionView[],
): Promise<Markup> {
  const table = createTable<SubscriptionView>(
    'Subscriptions',
    [
      { title: 'Name', cell: ({ name }) => name },
      { title: 'Receiver', cell: ({ url }) => shortenName(url) },
      { title: 'Channel', cell: ({ channel }) => channel },
      { title: 'Changes', cell: ({ filter, options }) => describeFilter(filter, options) },
      { title: 'State', cell: ({ state }) => state },
      { title: 'Waiting', isNumber: true, cell: ({ queued }) => queued },
      { title: 'Given up', isNumber: true, cell: ({ dead }) => dead },
    ],
    subscriptions.slice(0, ROWS_MAX),
  );
  const ledgers: Markup[] = [];
  for (const { name } of subscriptions.slice(0, ROWS_MAX)) {
    ledgers.push(createLedger(context, name, await listDeliveries(context.db, name)));
  }
  return createSection(
    'subscriptions',
    'Subscriptions',
    markup`${subscriptions.length === 0 ? markup`<p>No subscription receives messages about changes.</p>` : table}${ledgers}${createSubscribeForm(context)}`,
  );
}

function describeFilter(
  {
    severity,
    kinds,
    project,
    owner,
    exploited,
    verdicts = [],
    overdue,
    reachable,
  }: SubscriptionFilter,
  { digest }: SubscriptionOptions,
): string {
  return [
    severity === undefined ? 'any severity' : `${severity} or worse`,
    kinds === undefined ? 'all causes' : kinds.join(', '),
    ...(project === undefined ? [] : [`project ${project}`]),
    ...(owner === undefined ? [] : [owner === '' ? 'no owner' : `owner ${shortenName(owner)}`]),
    ...(exploited === true ? ['exploited'] : []),
    ...verdicts.map((outcome) => `verdict ${outcome}`),
    ...(overdue === true ? ['overdue'] : []),
    ...(reachable === true ? ['reachable or unknown'] : []),
    ...(digest === true ? ['daily digest'] : []),
  ].join(', ');
}

const REACH_CHOICES = [
  { value: '', title: 'all' },
  { value: 'yes', title: 'only in packages that the image can load, or may load' },
];

/** A folded form, which is open again if something was wrong with it. */
function createSubscribeForm({ formToken, form, caller }: PageContext): Markup | undefined {
  if (caller === undefined || !caller.roles.includes('operator')) {
    return undefined;
  }
  const readFieldText = (name: string): string => form?.fields[name] ?? '';
  const severities = [
    { value: '', title: 'any' },
    ...SEVERITY_CHOICES.map(({ value }) => ({ value, title: `${value} or worse` })),
  ];
  const channel = readFieldText('channel') || 'webhook';
  const kinds = channels.map(({ id }) => ({ value: id, title: id }));
  const moments = [
    { value: '', title: 'at once' },
    { value: 'yes', title: 'daily digest' },
  ];
  // The addresses of some channels are secrets.
  const isSecret = channel !== 'webhook';
  const open = form?.problem === undefined ? undefined : markup` open`;
  return markup`<details${open}><summary>Add a subscription</summary><form class="decide" action="/settings/subscriptions" method="post">${createFormToken(formToken)}
<label>Name of the subscription<input name="name" value="${readFieldText('name')}" autocomplete="off" required></label>
${createSelect('Channel', 'channel', { choices: kinds, chosen: channel })}
<label>Address that receives messages<input name="url" value="${isSecret ? '' : readFieldText('url')}" autocomplete="off"></label>
<label>Token or login, if the channel needs one<input name="secret" type="password" autocomplete="off"></label>
<label>Project, or empty for all<input name="project" value="${readFieldText('project')}" autocomplete="off"></label>
${createSelect('When', 'digest', { choices: moments, chosen: readFieldText('digest') })}
${createSelect('Severity', 'severity', { choices: severities, chosen: readFieldText('severity') })}
${createSelect('Findings', 'reachable', { choices: REACH_CHOICES, chosen: readFieldText('reachable') })}
<p><button>Subscribe</button></p></form></details>`;
}

function createLedger(
  { formToken, caller }: PageContext,
  name: string,
  deliveries: readonly DeliveryView[],
): Markup {
  const canReplay = caller?.roles.includes('operator') === true && formToken !== undefined;
  const table = createTable<DeliveryView>(
    `Messages to ${name}`,
    [
      { title: 'Message', cell: ({ message }) => markup`<code>${message}</code>` },
      { title: 'About', cell: ({ subject }) => shortenName(subject) },
      { title: 'State', cell: ({ state }) => state },
      {
        title: 'Last attempt',
        cell({ attempts }) {
          const last = attempts.at(-1);
          return last === undefined
            ? 'none yet'
            : markup`${createTime(Date.parse(last.at))}<span class="row-note">${last.error === '' ? `status ${last.status}` : shortenName(last.error)}</span>`;
        },
      },
      {
        title: 'Again',
        cell: ({ id }) =>
          canReplay
            ? markup`<form action="/settings/replay" method="post">${createFormToken(formToken)}<input type="hidden" name="id" value="${id}"><button aria-label="Send message ${id} again">Send again</button></form>`
            : undefined,
      },
    ],
    deliveries.slice(0, ROWS_MAX),
  );
  return deliveries.length === 0
    ? markup`<p class="dim">No message to ${name} yet.</p>`
    : markup`<details><summary>${formatCount(deliveries.length, 'message')} to ${name}</summary>${table}</details>`;
}

function createTokenSection(tokens: readonly TokenView[]): Markup {
  const table = createTable<TokenView>(
    'Tokens',
    [
      { title: 'Name', cell: ({ name }) => name },
      { title: 'Role', cell: ({ role }) => role },
      { title: 'Project', cell: ({ scope: { project } }) => project ?? 'all' },
      { title: 'Created', cell: ({ created }) => createTime(Date.parse(created)) },
      { title: 'Expires', cell: ({ expires }) => createTime(Date.parse(expires)) },
      {
        title: 'Last used',
        cell: ({ used }) => (used === undefined ? 'never' : createTime(Date.parse(used))),
      },
    ],
    tokens.slice(0, ROWS_MAX),
  );
  return createSection(
    'tokens',
    'Tokens of programs',
    tokens.length === 0
      ? markup`<p>None. Add one: <code>plimsoll serve admin token add NAME --role uploader</code>.</p>`
      : table,
  );
}

/** Shows which images a rule would retire; nothing is changed here. */
async function createRetentionSection({ db, get, now }: PageContext): Promise<Markup> {
  const [days, keep] = [Number(get('days') || 180), Number(get('keep') || 3)];
  const rule = { before: Date.parse(now) - days * DAY_MS, keepEach: keep };
  const { retired: images, kept } = await planRetirement(db, rule, Date.parse(now));
  const form = createFilter(formatAddress('settings'), [
    markup`<label>Older than, in days<input type="number" name="days" min="0" max="99999" value="${days}"></label>`,
    markup`<label>Keep of each name<input type="number" name="keep" min="0" max="9999" value="${keep}"></label>`,
  ]);
  const table = createTable<RetiredImage>(
    'Images that would be retired',
    [
      { title: 'Image', cell: ({ name, id }) => shortenName(name === '' ? `image ${id}` : name) },
      { title: 'Added', cell: ({ firstSeen }) => createTime(firstSeen) },
    ],
    images.slice(0, ROWS_MAX),
  );
  const more = images.length - ROWS_MAX;
  const rest = more > 0 ? markup`<p>And ${formatCount(more, 'more')}.</p>` : undefined;
  return createSection(
    'retention',
    'Retention',
    markup`${form}<p>${formatCount(images.length, 'image')} would be retired: lists leave such images out, and past states still show them. ${formatCount(kept.length, 'older image is', 'older images are')} kept, because ${kept.length === 1 ? 'it is' : 'they are'} in use, released or on hold. Only a command retires images: <code>plimsoll serve admin retire --older-than ${days} --keep-each ${keep}</code>.</p>${images.length === 0 ? undefined : markup`${table}${rest}`}`,
  );
}

async function createAuditSection(context: PageContext): Promise<Markup> {
  const { db, caller } = context;
  if (caller?.roles.includes('auditor') !== true) {
    return createSection('audit', 'Audit log', markup`<p>An auditor can read it.</p>`);
  }
  const last = await db
    .selectFrom('audit')
    .select(({ fn }) => fn.max('id').as('id'))
    .executeTakeFirst();
  const entries = await listAudit(db, Math.max(0, (last?.id ?? 0) - ROWS_MAX), ROWS_MAX);
  const images = await readAuditedImages(context, entries);
  const table = createTable<AuditView>(
    'Audit log',
    [
      {
        title: 'Entry',
        cell: ({ id, at, actor }) =>
          markup`${id}: ${shortenName(actor)}<span class="row-note">${createTime(Date.parse(at))}</span>`,
      },
      {
        title: 'Action',
        cell: (entry) => describeAudited(entry, images),
      },
      { title: 'Outcome', cell: ({ outcome }) => shortenName(outcome) },
    ],
    entries.toReversed(),
  );
  return createSection(
    'audit',
    'Audit log',
    entries.length === 0
      ? markup`<p>No entry yet.</p>`
      : markup`<p>The last entries. Each contains the digest of the one before. A request is recorded before it runs: “requested” does not mean that it succeeded.</p>${table}`,
  );
}
