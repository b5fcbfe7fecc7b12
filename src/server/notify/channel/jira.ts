import { z } from 'zod';
import { UserError } from '../../../foundation/core/error.ts';
import type {
  Channel,
  ChannelContext,
  ChannelMessage,
  ChannelTarget,
} from '../channel-contract.ts';
import { parseHttpAddress, requireSecret } from '../check-address.ts';
import type { Notice } from '../describe-event.ts';
import { writePlainText } from '../describe-event.ts';
import { writeByTemplate } from '../fill-template.ts';
import { type Attempt, type GuardedRequest, isAccepted, sendGuarded } from '../guarded-request.ts';
import {
  keepTicket,
  readAnswer,
  refuseAnswer,
  shortenAnswer,
  type Tracker,
} from '../keep-ticket.ts';

const PROJECT = /^(.*)\/(?:browse|projects)\/([A-Z][A-Z0-9_]{0,49})\/?$/;
const LABEL = 'plimsoll';
const ANSWER_BYTES_MAX = 1024 * 1024;
const NOT_FOUND = 404;

const CREATED = z.object({ key: z.string() });
const FOUND = z.object({ issues: z.array(CREATED) });
const TRANSITIONS = z.object({
  transitions: z.array(
    z.object({ id: z.string(), to: z.object({ statusCategory: z.object({ key: z.string() }) }) }),
  ),
});

/** Keeps issues in a project of Jira, in the cloud or in a data center. */
export const jira: Channel = {
  id: 'jira',
  addressTitle: 'a project such as https://acme.atlassian.net/browse/SEC',
  canDigest: false,
  checkTarget(url, secret) {
    const address = parseHttpAddress(url, jira.addressTitle);
    if (!PROJECT.test(new URL(address).pathname)) {
      throw new UserError('E_USAGE', 'the address is not a project of Jira', {
        hint: `name ${jira.addressTitle}`,
      });
    }
    return {
      url: address,
      secrets: [requireSecret(secret, 'a token, or EMAIL:TOKEN in the cloud')],
    };
  },
  showAddress: (url) => url,
  send: async (target, message, context) =>
    shortenAnswer(await keepTicket(createTracker(target, message, context), message, context)),
};

type Call = (method: GuardedRequest['method'], path: string, body?: unknown) => Promise<Attempt>;

function createTracker(
  target: ChannelTarget,
  { template }: ChannelMessage,
  { network }: ChannelContext,
): Tracker {
  const { origin, pathname } = new URL(target.url);
  const [, context = '', project = ''] = PROJECT.exec(pathname) ?? [];
  const authorization = writeAuthorization(target);
  const call: Call = async (method, path, body) =>
    await sendGuarded(
      {
        url: new URL(`${origin}${context}/rest/api/2${path}`),
        method,
        headers: {
          accept: 'application/json',
          authorization,
          'content-type': 'application/json; charset=utf-8',
        },
        body: body === undefined ? '' : JSON.stringify(body),
      },
      network,
      ANSWER_BYTES_MAX,
    );
  const writeText = (notice: Notice): string =>
    writeIssue(
      template === undefined
        ? writePlainText(notice)
        : writeByTemplate(template, notice, (text) => text),
    );
  return {
    async findTicket(mark) {
      const query = new URLSearchParams({
        jql: `project = "${project}" AND labels = "${toLabel(mark)}"`,
        fields: 'key',
        maxResults: '1',
      }).toString();
      const cloud = await call('GET', `/search/jql?${query}`);
      const attempt = cloud.status === NOT_FOUND ? await call('GET', `/search?${query}`) : cloud;
      const { data } = FOUND.safeParse(readAnswer(attempt));
      if (data === undefined) {
        return { attempt: isAccepted(attempt) ? refuseAnswer(attempt) : attempt };
      }
      const [issue] = data.issues;
      return issue === undefined ? { attempt } : { attempt, reference: issue.key };
    },
    async createTicket(notice, mark) {
      const attempt = await call('POST', '/issue', {
        fields: {
          project: { key: project },
          issuetype: { name: 'Task' },
          summary: notice.title,
          description: writeText(notice),
          labels: [LABEL, toLabel(mark)],
        },
      });
      const { data } = CREATED.safeParse(readAnswer(attempt));
      return data === undefined ? { attempt } : { attempt, reference: data.key };
    },
    addComment: async (reference, notice) =>
      await call('POST', `/issue/${encodeURIComponent(reference)}/comment`, {
        body: writeText(notice),
      }),
    setOpen: async (reference, isOpen) => await changeState(call, reference, isOpen),
  };
}

/** Each project has its own states: only their categories are the same everywhere. */
async function changeState(call: Call, reference: string, isOpen: boolean): Promise<Attempt> {
  const path = `/issue/${encodeURIComponent(reference)}/transitions`;
  const attempt = await call('GET', path);
  const { data } = TRANSITIONS.safeParse(readAnswer(attempt));
  const transition = data?.transitions.find(
    ({ to }) => (to.statusCategory.key === 'done') !== isOpen,
  );
  if (transition === undefined) {
    const error = `the workflow of ${reference} has no transition to ${isOpen ? 'open' : 'close'} it`;
    return isAccepted(attempt) ? { ...attempt, status: 0, error } : attempt;
  }
  return await call('POST', path, { transition: { id: transition.id } });
}

/** The cloud needs an account with a token; data centers have tokens of their own. */
function writeAuthorization({ secrets: [secret = ''] }: ChannelTarget): string {
  return secret.includes(':')
    ? `Basic ${Buffer.from(secret).toString('base64')}`
    : `Bearer ${secret}`;
}

function toLabel(mark: string): string {
  return `${LABEL}-${mark}`;
}

/** Nothing in a block without format is markup, a mention or a macro, except its end. */
function writeIssue(text: string): string {
  return `{noformat}\n${text.replaceAll('{', '(').replaceAll('}', ')')}\n{noformat}`;
}
