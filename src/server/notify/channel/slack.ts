import type { Channel } from '../channel-contract.ts';
import { hidePath, parseHttpAddress, refuseSecret } from '../check-address.ts';
import { describeEvent, type Notice, type NoticeLine } from '../describe-event.ts';
import { writeByTemplate } from '../fill-template.ts';
import { sendGuarded } from '../guarded-request.ts';

/** Limits of Slack: characters of a section, and sections of a message. */
const SECTION_CHARS_MAX = 3_000;
const LINES_EACH = 10;

/** Sends messages to Slack, and to chats that accept its messages, such as Mattermost. */
export const slack: Channel = {
  id: 'slack',
  addressTitle: 'the address of an incoming webhook, which is a secret',
  checkTarget(url, secret) {
    refuseSecret(secret, slack.id);
    return { url: parseHttpAddress(url, slack.addressTitle), secrets: [] };
  },
  showAddress: hidePath,
  async send({ url }, { body, template }, { network }) {
    const notice = describeEvent(body);
    const text =
      template === undefined ? undefined : writeByTemplate(template, notice, escapeSlack);
    return await sendGuarded(
      {
        url: new URL(url),
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(text === undefined ? createMessage(notice) : { text }),
      },
      network,
    );
  },
};

/** Notifications show the text, and the chat the blocks. */
function createMessage({ title, lines }: Notice) {
  const parts = Array.from({ length: Math.ceil(lines.length / LINES_EACH) }, (_, at) =>
    lines.slice(at * LINES_EACH, (at + 1) * LINES_EACH),
  );
  return {
    text: escapeSlack(title),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: title.toWellFormed(), emoji: false } },
      ...parts.map((some) => ({
        type: 'section',
        text: { type: 'mrkdwn', text: writeLines(some), verbatim: true },
      })),
    ],
  };
}

/** Lines that do not fit are left out whole: a link that is cut would be text of the sender. */
function writeLines(lines: readonly NoticeLine[]): string {
  let all = '';
  for (const { text, url } of lines) {
    const line =
      url === undefined ? escapeSlack(text) : `<${escapeLink(url)}|${escapeSlack(text)}>`;
    if (all.length + line.length + 1 > SECTION_CHARS_MAX) {
      return `${all}\n…`;
    }
    all = all === '' ? line : `${all}\n${line}`;
  }
  return all;
}

/** Nothing in a text names a channel, a person or a link, and nothing in it is formatted. */
function escapeSlack(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('|', '¦')
    .replaceAll(/[*_~`]/g, '$&\u200b');
}

function escapeLink(url: string): string {
  return url.replaceAll('|', '%7C').replaceAll('>', '%3E');
}
