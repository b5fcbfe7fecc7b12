import { z } from 'zod';
import { UserError } from '../../../foundation/core/error.ts';
import { escapeMarkdown } from '../../../foundation/present/escape-markdown.ts';
import type {
  Channel,
  ChannelContext,
  ChannelMessage,
  ChannelTarget,
} from '../channel-contract.ts';
import { parseHttpAddress, requireSecret } from '../check-address.ts';
import type { Notice } from '../describe-event.ts';
import { writeByTemplate } from '../fill-template.ts';
import { type Attempt, type GuardedRequest, isAccepted, sendGuarded } from '../guarded-request.ts';
import {
  keepTicket,
  readAnswer,
  refuseAnswer,
  shortenAnswer,
  type Tracker,
} from '../keep-ticket.ts';

const REPOSITORY = /^\/([A-Za-z0-9-]{1,39})\/([A-Za-z0-9._-]{1,100})\/?$/;
const LABEL = 'plimsoll';
const PAGE = 100;
const PAGES_MAX = 10;
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
const ISSUE = z.object({ number: z.int(), body: z.string().nullish() });

/** Keeps issues in a repository of GitHub. */
export const github: Channel = {
  id: 'github',
  addressTitle: 'a repository such as https://github.com/acme/shop',
  canDigest: false,
  checkTarget(url, secret) {
    const address = parseHttpAddress(url, github.addressTitle);
    if (!REPOSITORY.test(new URL(address).pathname)) {
      throw new UserError('E_USAGE', 'the address is not a repository', {
        hint: `name ${github.addressTitle}`,
      });
    }
    const token = requireSecret(secret, 'a token that may write issues of the repository');
    return { url: address, secrets: [token] };
  },
  showAddress: (url) => url,
  send: async (target, message, context) =>
    shortenAnswer(await keepTicket(createTracker(target, message, context), message, context)),
};

function createTracker(
  { url: address, secrets: [token = ''] }: ChannelTarget,
  { template }: ChannelMessage,
  { network }: ChannelContext,
): Tracker {
  const { origin, hostname, pathname } = new URL(address);
  const [, owner = '', repository = ''] = REPOSITORY.exec(pathname) ?? [];
  const api = hostname === 'github.com' ? 'https://api.github.com' : `${origin}/api/v3`;
  const base = `${api}/repos/${owner}/${repository}/issues`;
  const call = async (
    method: GuardedRequest['method'],
    path: string,
    body?: unknown,
  ): Promise<Attempt> =>
    await sendGuarded(
      {
        url: new URL(`${base}${path}`),
        method,
        headers: {
          accept: 'application/vnd.github+json',
          authorization: `Bearer ${token}`,
          'content-type': 'application/json; charset=utf-8',
          'x-github-api-version': '2022-11-28',
        },
        body: body === undefined ? '' : JSON.stringify(body),
      },
      network,
      ANSWER_BYTES_MAX,
    );
  const writeText = (notice: Notice): string =>
    template === undefined ? writeIssue(notice) : writeByTemplate(template, notice, escapeIssue);
  return {
    async findTicket(mark) {
      for (let page = 1; ; page += 1) {
        const query = `?labels=${LABEL}&state=all&per_page=${PAGE}&page=${page}`;
        const attempt = await call('GET', query);
        const { data: issues } = z.array(ISSUE).safeParse(readAnswer(attempt));
        if (issues === undefined) {
          return { attempt: isAccepted(attempt) ? refuseAnswer(attempt) : attempt };
        }
        const found = issues.find(({ body }) => body?.includes(writeMark(mark)) === true);
        if (found !== undefined) {
          return { attempt, reference: `${found.number}` };
        }
        if (!isAccepted(attempt) || issues.length < PAGE || page === PAGES_MAX) {
          return { attempt };
        }
      }
    },
    async createTicket(notice, mark) {
      const body = `${writeText(notice)}\n\n${writeMark(mark)}`;
      const attempt = await call('POST', '', { title: notice.title, body, labels: [LABEL] });
      const { data } = ISSUE.safeParse(readAnswer(attempt));
      return data === undefined ? { attempt } : { attempt, reference: `${data.number}` };
    },
    addComment: async (reference, notice) =>
      await call('POST', `/${reference}/comments`, { body: writeText(notice) }),
    setOpen: async (reference, isOpen) =>
      await call('PATCH', `/${reference}`, {
        state: isOpen ? 'open' : 'closed',
        state_reason: isOpen ? 'reopened' : 'completed',
      }),
  };
}

function writeMark(mark: string): string {
  return `<!-- plimsoll:${mark} -->`;
}

function writeIssue({ title, lines }: Notice): string {
  const items = lines.map(({ text, url }) =>
    url === undefined ? `- ${escapeIssue(text)}` : `- [${escapeIssue(text)}](${url})`,
  );
  return [escapeIssue(title), '', ...items].join('\n');
}

/** A backslash does not stop mentions of people and of other issues. */
function escapeIssue(text: string): string {
  return escapeMarkdown(text).replaceAll(/\\?([@#])/g, '$1\u200b');
}
