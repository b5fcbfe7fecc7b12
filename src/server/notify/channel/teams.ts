import type { Channel } from '../channel-contract.ts';
import { hidePath, parseHttpAddress, refuseSecret } from '../check-address.ts';
import { describeEvent, type Notice } from '../describe-event.ts';
import { writeByTemplate } from '../fill-template.ts';
import { sendGuarded } from '../guarded-request.ts';

/** Sends adaptive cards to workflows of Microsoft Teams. */
export const teams: Channel = {
  id: 'teams',
  addressTitle: 'the address of a workflow that receives webhooks, which is a secret',
  checkTarget(url, secret) {
    refuseSecret(secret, teams.id);
    return { url: parseHttpAddress(url, teams.addressTitle), secrets: [] };
  },
  showAddress: hidePath,
  async send({ url }, { body, template }, { network }) {
    const notice = describeEvent(body);
    const lines =
      template === undefined
        ? notice.lines
        : [{ text: writeByTemplate(template, notice, (text) => text) }];
    return await sendGuarded(
      {
        url: new URL(url),
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(createMessage({ ...notice, lines })),
      },
      network,
    );
  },
};

function createMessage({ title, lines, url }: Notice) {
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            createText([{ text: title }], 'Bolder'),
            ...lines.map((line) => createText([line], 'Default')),
          ],
          actions: [{ type: 'Action.OpenUrl', title: 'Show', url }],
        },
      },
    ],
  };
}

/** Runs of rich text are not read as Markdown, as the texts of other elements are. */
function createText(
  lines: readonly { readonly text: string; readonly url?: string }[],
  weight: 'Bolder' | 'Default',
) {
  return {
    type: 'RichTextBlock',
    inlines: lines.map(({ text, url }) => ({
      type: 'TextRun',
      text,
      weight,
      ...(url === undefined ? {} : { selectAction: { type: 'Action.OpenUrl', url } }),
    })),
  };
}
